//! GetGroup: shows a group of a pool.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html>

use cabana_model::{GetGroupRequest, GetGroupResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::groups;

pub async fn get_group(cx: &Cx<'_>, input: GetGroupRequest) -> Result<GetGroupResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let group = groups::get(cx, &pool, &input.group_name).await?;
    Ok(GetGroupResponse {
        group: Some(groups::view(&group)),
    })
}
