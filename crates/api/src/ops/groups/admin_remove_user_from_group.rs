//! AdminRemoveUserFromGroup: removes a user from a group; idempotent.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html>

use cabana_model::{AdminRemoveUserFromGroupRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::operators::{ADMINISTRATORS, power};
use crate::logic::{groups, users};

pub async fn admin_remove_user_from_group(
    cx: &Cx<'_>,
    input: AdminRemoveUserFromGroupRequest,
) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let group = groups::get(cx, &pool, &input.group_name).await?;
    let guard = match group.name == ADMINISTRATORS {
        true => power::give_up(cx, &user).await?,
        false => None,
    };
    let change = Change::RemoveMember {
        pool: pool.id.clone(),
        group: group.name,
        sub: user.sub,
    };
    cx.commit([change].into_iter().chain(guard)).await?;
    Ok(Nothing)
}
