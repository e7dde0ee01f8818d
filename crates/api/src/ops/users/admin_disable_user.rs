//! AdminDisableUser: disables a user and revokes all of their tokens.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html>

use cabana_domain::event::EventKind;
use cabana_model::{AdminDisableUserRequest, AdminDisableUserResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{operators::power, users};

pub async fn admin_disable_user(
    cx: &Cx<'_>,
    input: AdminDisableUserRequest,
) -> Result<AdminDisableUserResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let before = users::get(cx, &pool, &input.username).await?;
    let mut user = before.clone();
    user.enabled = false;
    user.tokens_not_before = cx.now();
    user.modified = cx.now();
    let guard = power::give_up(cx, &before).await?;
    let change = users::update(&pool, &before, user);
    let event = cx.emit(&before, EventKind::Disable);
    cx.commit([change, event].into_iter().chain(guard)).await?;
    Ok(AdminDisableUserResponse {})
}
