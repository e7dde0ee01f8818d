//! DeleteGroup: deletes a group, not its members.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html>

use cabana_model::{DeleteGroupRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::groups;

pub async fn delete_group(cx: &Cx<'_>, input: DeleteGroupRequest) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let group = groups::get(cx, &pool, &input.group_name).await?;
    cx.commit([Change::DeleteGroup {
        pool: group.pool,
        name: group.name,
    }])
    .await?;
    Ok(Nothing)
}
