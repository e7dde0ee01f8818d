//! InitiateAuth: starts a sign-in, or refreshes tokens.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>

use cabana_model::{InitiateAuthRequest, InitiateAuthResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::sign_in::{answers_of, initiate};

pub async fn initiate_auth(
    cx: &Cx<'_>,
    input: InitiateAuthRequest,
) -> Result<InitiateAuthResponse, Fault> {
    let (client, pool) = cx.client(&input.client_id).await?;
    let parameters = answers_of(input.auth_parameters);
    let session = input.session.as_deref();
    let flow = input.auth_flow;
    let reply = initiate::initiate(cx, &client, &pool, flow, &parameters, session, false).await?;
    Ok(reply.into())
}
