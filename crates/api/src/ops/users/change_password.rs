//! ChangePassword: changes the bearer's password, or sets their first.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>

use cabana_domain::event::EventKind;
use cabana_domain::user::Password;
use cabana_model::{ChangePasswordRequest, ChangePasswordResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes::attempts::Quota;
use crate::logic::tokens::access_token;
use crate::logic::{codes, passwords, users};

pub async fn change_password(
    cx: &Cx<'_>,
    input: ChangePasswordRequest,
) -> Result<ChangePasswordResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    // It would sign nobody in.
    if who.user.status == UserStatusType::ExternalProvider {
        return Err(faults::cannot_change_in_state());
    }
    passwords::change::check_policy(&who.pool, &input.proposed_password)?;
    let subject = who.user.sub.as_str();
    let counted = codes::attempts::take(cx, &who.pool, subject, Quota::ChangePassword).await?;
    // A user without a password has no previous one to prove.
    if who.user.secrets.password != Password::None {
        let previous = input.previous_password.as_deref();
        let previous = previous.ok_or_else(|| faults::missing_parameter("PreviousPassword"))?;
        if !passwords::matches(cx, &who.pool, &who.user, previous).await? {
            return codes::attempts::refuse(cx, counted, faults::wrong_password()).await;
        }
    }
    let mut user = who.user.clone();
    passwords::change::set(cx, &who.pool, &mut user, &input.proposed_password).await?;
    let event = cx.emit(&user, EventKind::ChangePassword);
    cx.commit([users::update(&who.pool, &who.user, user), event])
        .await?;
    Ok(ChangePasswordResponse {})
}
