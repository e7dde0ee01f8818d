//! AdminInitiateAuth: starts a sign-in on a server's behalf.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html>

use cabana_model::{AdminInitiateAuthRequest, AdminInitiateAuthResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::sign_in::{answers_of, initiate};

pub async fn admin_initiate_auth(
    cx: &Cx<'_>,
    input: AdminInitiateAuthRequest,
) -> Result<AdminInitiateAuthResponse, Fault> {
    let (client, pool) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    let parameters = answers_of(input.auth_parameters);
    let session = input.session.as_deref();
    let flow = input.auth_flow;
    let reply = initiate::initiate(cx, &client, &pool, flow, &parameters, session, true).await?;
    Ok(reply.into())
}
