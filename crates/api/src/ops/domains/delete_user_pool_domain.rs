//! Deletes a domain of a pool.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolDomain.html>

use cabana_model::{DeleteUserPoolDomainRequest, DeleteUserPoolDomainResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::domains;

pub async fn delete_user_pool_domain(
    cx: &Cx<'_>,
    input: DeleteUserPoolDomainRequest,
) -> Result<DeleteUserPoolDomainResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let domain = domains::of_pool(cx, &pool, &input.domain).await?;
    cx.commit([Change::DeleteDomain {
        pool: domain.pool,
        name: domain.name,
    }])
    .await?;
    Ok(DeleteUserPoolDomainResponse {})
}
