//! StartWebAuthnRegistration: starts the registration of a passkey.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html>

use cabana_model::{StartWebAuthnRegistrationRequest, StartWebAuthnRegistrationResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::passkeys::registration;
use crate::logic::tokens::access_token;

pub async fn start_web_authn_registration(
    cx: &Cx<'_>,
    input: StartWebAuthnRegistrationRequest,
) -> Result<StartWebAuthnRegistrationResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    Ok(StartWebAuthnRegistrationResponse {
        credential_creation_options: registration::start(cx, &who).await?,
    })
}
