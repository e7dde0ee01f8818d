//! ConfirmForgotPassword: sets a new password with a code.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>

use cabana_domain::code::CodePurpose;
use cabana_domain::event::EventKind;
use cabana_domain::trigger::Occasion;
use cabana_model::{ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes::attempts::Quota;
use crate::logic::triggers::post_confirmation;
use crate::logic::users::{self, recovery};
use crate::logic::{codes, passwords};

pub async fn confirm_forgot_password(
    cx: &Cx<'_>,
    input: ConfirmForgotPasswordRequest,
) -> Result<ConfirmForgotPasswordResponse, Fault> {
    let hash = input.secret_hash.as_deref();
    let who = users::named::find(cx, &input.client_id, &input.username, hash).await?;
    passwords::change::check_policy(&who.pool, &input.password)?;
    let counted = who.count(cx, Quota::ConfirmForgotPassword).await?;
    let purpose = CodePurpose::ForgotPassword;
    let (before, redeemed) = who
        .redeem(cx, purpose, &input.confirmation_code, &counted)
        .await?;
    if !recovery::has_own_password(before) {
        return codes::attempts::refuse(cx, counted, faults::cannot_reset_in_state()).await;
    }
    let mut user = before.clone();
    // The code stays valid for another attempt if this password was used before.
    if let Err(fault) = passwords::change::set(cx, &who.pool, &mut user, &input.password).await {
        return codes::attempts::refuse(cx, counted, fault).await;
    }
    user.status = UserStatusType::Confirmed;
    let event = cx
        .event(&user, EventKind::ResetPassword)
        .in_app(&who.client.id);
    let reset = users::update(&who.pool, before, user.clone());
    cx.commit([counted, redeemed.take, reset, event.into()])
        .await?;
    post_confirmation::run(cx, &who.pool, &user, Occasion::ConfirmForgotPassword).await?;
    Ok(ConfirmForgotPasswordResponse {})
}
