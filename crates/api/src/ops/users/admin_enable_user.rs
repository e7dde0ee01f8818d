//! AdminEnableUser: enables a disabled user.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html>

use cabana_domain::event::EventKind;
use cabana_model::{AdminEnableUserRequest, AdminEnableUserResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users;

pub async fn admin_enable_user(
    cx: &Cx<'_>,
    input: AdminEnableUserRequest,
) -> Result<AdminEnableUserResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let before = users::get(cx, &pool, &input.username).await?;
    let mut user = before.clone();
    user.enabled = true;
    user.modified = cx.now();
    let event = cx.emit(&before, EventKind::Enable);
    cx.commit([users::update(&pool, &before, user), event])
        .await?;
    Ok(AdminEnableUserResponse {})
}
