//! AdminSetUserPassword: sets a user's password, permanent or temporary.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html>

use cabana_domain::event::EventKind;
use cabana_model::{AdminSetUserPasswordRequest, AdminSetUserPasswordResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{passwords, users};

pub async fn admin_set_user_password(
    cx: &Cx<'_>,
    input: AdminSetUserPasswordRequest,
) -> Result<AdminSetUserPasswordResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let before = users::get(cx, &pool, &input.username).await?;
    let mut user = before.clone();
    if input.permanent == Some(true) {
        passwords::change::set(cx, &pool, &mut user, &input.password).await?;
        user.status = UserStatusType::Confirmed;
    } else {
        passwords::change::set_temporary(cx, &pool, &mut user, &input.password).await?;
        user.status = UserStatusType::ForceChangePassword;
    }
    let event = cx.emit(&before, EventKind::AdminSetPassword);
    cx.commit([users::update(&pool, &before, user), event])
        .await?;
    Ok(AdminSetUserPasswordResponse {})
}
