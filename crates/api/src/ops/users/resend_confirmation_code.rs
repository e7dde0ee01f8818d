//! ResendConfirmationCode: sends another code to a user who signed up.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>

use cabana_domain::code::CodePurpose;
use cabana_model::{ResendConfirmationCodeRequest, ResendConfirmationCodeResponse, UserStatusType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes;
use crate::logic::codes::attempts::Quota;
use crate::logic::users::{self, attributes};

pub async fn resend_confirmation_code(
    cx: &Cx<'_>,
    input: ResendConfirmationCodeRequest,
) -> Result<ResendConfirmationCodeResponse, Fault> {
    let hash = input.secret_hash.as_deref();
    let who = users::named::find(cx, &input.client_id, &input.username, hash).await?;
    let counted = who.count(cx, Quota::ResendConfirmationCode).await?;
    let purpose = CodePurpose::ConfirmSignUp;
    let to = |user| codes::sign_up_address(&who.pool, user);
    let details = match &who.user {
        Some(user) if user.status != UserStatusType::Unconfirmed => {
            return codes::attempts::refuse(cx, counted, faults::already_confirmed()).await;
        }
        Some(user) if let Some(to) = to(user) => who.send(cx, user, purpose, &to, counted).await?,
        user => {
            let mut verified = attributes::VERIFIABLE
                .into_iter()
                .filter(|attribute| who.pool.auto_verifies(*attribute));
            let hidden = user.is_none() || who.hidden();
            let Some(attribute) = verified.next().filter(|_| hidden) else {
                return codes::attempts::refuse(cx, counted, faults::nothing_to_resend_to()).await;
            };
            who.simulate(cx, &input.username, purpose, Some(attribute), counted)
                .await?
        }
    };
    Ok(ResendConfirmationCodeResponse {
        code_delivery_details: Some(details),
    })
}
