//! UpdateGroup: changes the members that the request gives, and nothing else.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html>

use cabana_domain::group::Group;
use cabana_model::{UpdateGroupRequest, UpdateGroupResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::groups;

pub async fn update_group(
    cx: &Cx<'_>,
    input: UpdateGroupRequest,
) -> Result<UpdateGroupResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let before = groups::get(cx, &pool, &input.group_name).await?;
    let group = Group {
        description: input.description.or(before.description),
        role_arn: input.role_arn.or(before.role_arn),
        precedence: input.precedence.or(before.precedence),
        modified: cx.now(),
        ..before
    };
    let view = groups::view(&group);
    cx.commit([Change::UpdateGroup(group)]).await?;
    Ok(UpdateGroupResponse { group: Some(view) })
}
