//! AdminAddUserToGroup: adds a user to a group; idempotent.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html>

use cabana_model::{AdminAddUserToGroupRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{self, groups, users};

pub async fn admin_add_user_to_group(
    cx: &Cx<'_>,
    input: AdminAddUserToGroupRequest,
) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let group = groups::get(cx, &pool, &input.group_name).await?;
    logic::quotas::demand_place(
        &cx.store().groups_of(&pool.id, &user.sub).await?,
        &group.name,
    )?;
    cx.commit([Change::AddMember {
        pool: pool.id.clone(),
        group: group.name,
        sub: user.sub,
        at: cx.now(),
    }])
    .await?;
    Ok(Nothing)
}
