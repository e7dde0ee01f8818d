//! CompleteWebAuthnRegistration: stores the passkey that the browser has made.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html>

use cabana_model::{CompleteWebAuthnRegistrationRequest, CompleteWebAuthnRegistrationResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::passkeys::registration;
use crate::logic::tokens::access_token;

pub async fn complete_web_authn_registration(
    cx: &Cx<'_>,
    input: CompleteWebAuthnRegistrationRequest,
) -> Result<CompleteWebAuthnRegistrationResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    registration::complete(cx, who, &input.credential).await?;
    Ok(CompleteWebAuthnRegistrationResponse {})
}
