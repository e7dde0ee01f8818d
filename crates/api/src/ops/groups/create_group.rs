//! CreateGroup: creates a group in a pool.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html>

use cabana_domain::group::Group;
use cabana_model::{CreateGroupRequest, CreateGroupResponse};
use cabana_store::{Change, Counted};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::{self, groups};

pub async fn create_group(
    cx: &Cx<'_>,
    input: CreateGroupRequest,
) -> Result<CreateGroupResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let taken = cx.store().group(&pool.id, &input.group_name).await?;
    if taken.is_some() {
        return Err(faults::group_exists());
    }
    logic::quotas::demand_room(cx, Counted::GroupsOf(&pool.id)).await?;
    let group = Group {
        pool: pool.id.clone(),
        name: input.group_name,
        version: 0,
        description: input.description,
        role_arn: input.role_arn,
        precedence: input.precedence,
        created: cx.now(),
        modified: cx.now(),
    };
    let view = groups::view(&group);
    cx.commit([Change::InsertGroup(group)]).await?;
    Ok(CreateGroupResponse { group: Some(view) })
}
