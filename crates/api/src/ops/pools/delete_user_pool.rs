//! Deletes a user pool with everything in it.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html>

use cabana_model::{DeleteUserPoolRequest, DeletionProtectionType, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

pub async fn delete_user_pool(cx: &Cx<'_>, input: DeleteUserPoolRequest) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    if pool.settings.deletion_protection == Some(DeletionProtectionType::Active) {
        return Err(faults::pool_protected());
    }
    if !cx.store().domains_of(&pool.id).await?.is_empty() {
        return Err(faults::pool_has_domain());
    }
    cx.commit([Change::DeletePool(pool.id.clone())]).await?;
    Ok(Nothing)
}
