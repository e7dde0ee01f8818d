//! AdminRespondToAuthChallenge: answers a challenge on a server's behalf.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html>

use cabana_model::{AdminRespondToAuthChallengeRequest, AdminRespondToAuthChallengeResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::sign_in::{answers_of, initiate};

pub async fn admin_respond_to_auth_challenge(
    cx: &Cx<'_>,
    input: AdminRespondToAuthChallengeRequest,
) -> Result<AdminRespondToAuthChallengeResponse, Fault> {
    let (client, pool) = cx
        .pool_client(&input.user_pool_id, &input.client_id)
        .await?;
    let responses = answers_of(input.challenge_responses);
    let session = input.session.as_deref();
    let reply = initiate::respond(
        cx,
        &client,
        &pool,
        input.challenge_name,
        &responses,
        session,
    )
    .await?;
    Ok(reply.into())
}
