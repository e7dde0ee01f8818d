//! ForgotPassword: sends a code to a user who forgot their password.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>

use cabana_domain::code::CodePurpose;
use cabana_model::{ForgotPasswordRequest, ForgotPasswordResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes;
use crate::logic::codes::attempts::Quota;
use crate::logic::users::{self, recovery};

pub async fn forgot_password(
    cx: &Cx<'_>,
    input: ForgotPasswordRequest,
) -> Result<ForgotPasswordResponse, Fault> {
    let hash = input.secret_hash.as_deref();
    let (client, name) = (&input.client_id, &input.username);
    let who = users::named::find_or_migrate(cx, client, name, hash).await?;
    if recovery::is_by_administrator(&who.pool) {
        return Err(faults::recovery_by_administrator());
    }
    let counted = who.count(cx, Quota::ForgotPassword).await?;
    let purpose = CodePurpose::ForgotPassword;
    let user = match &who.user {
        Some(user) if !recovery::has_own_password(user) => match who.hidden() {
            true => None,
            false => {
                return codes::attempts::refuse(cx, counted, faults::cannot_reset_in_state()).await;
            }
        },
        user => user.as_ref(),
    };
    let to = user.and_then(|user| recovery::address(&who.pool, user));
    let details = match (user, to) {
        (Some(user), Some(to)) => who.send(cx, user, purpose, &to, counted).await?,
        _ if who.hidden() => {
            let preferred = recovery::order(&who.pool).first().copied();
            who.simulate(cx, &input.username, purpose, preferred, counted)
                .await?
        }
        _ => return codes::attempts::refuse(cx, counted, faults::no_recovery_channel()).await,
    };
    Ok(ForgotPasswordResponse {
        code_delivery_details: Some(details),
    })
}
