//! AdminResetUserPassword: invalidates a user's password and sends a code to set a new one.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html>

use cabana_domain::event::EventKind;
use cabana_domain::lockout::Lockout;
use cabana_domain::trigger::Occasion;
use cabana_model::{AdminResetUserPasswordRequest, AdminResetUserPasswordResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes::Sending;
use crate::logic::messages::Wording;
use crate::logic::messages::destinations::Tally;
use crate::logic::users::{self, recovery};
use crate::logic::{codes, messages};

pub async fn admin_reset_user_password(
    cx: &Cx<'_>,
    input: AdminResetUserPasswordRequest,
) -> Result<AdminResetUserPasswordResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let before = users::get(cx, &pool, &input.username).await?;
    if !matches!(
        before.status,
        UserStatusType::Confirmed | UserStatusType::ResetRequired
    ) {
        return Err(faults::cannot_reset_in_state());
    }
    let to = recovery::address(&pool, &before).ok_or_else(faults::no_recovery_channel)?;
    if !messages::can_send(cx, &pool, to.medium()) {
        return Err(faults::not_set_up_to_send(to.medium()));
    }
    let sending = Sending {
        occasion: Occasion::ForgotPassword,
        to: &to,
        link: None,
        tally: Tally::Administrator,
        wording: Wording::AtOnce,
    };
    let sent = codes::send(cx, &pool, &before, sending).await?;
    let mut user = before.clone();
    user.status = UserStatusType::ResetRequired;
    user.lockout = Lockout::default();
    user.modified = cx.now();
    let event = cx.emit(&before, EventKind::AdminSetPassword);
    let reset = users::update(&pool, &before, user);
    cx.commit([reset, event].into_iter().chain(sent.changes))
        .await?;
    Ok(AdminResetUserPasswordResponse {})
}
