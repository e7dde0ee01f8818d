//! RespondToAuthChallenge: answers a challenge of a sign-in.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>

use cabana_model::{RespondToAuthChallengeRequest, RespondToAuthChallengeResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::sign_in::{answers_of, initiate};

pub async fn respond_to_auth_challenge(
    cx: &Cx<'_>,
    input: RespondToAuthChallengeRequest,
) -> Result<RespondToAuthChallengeResponse, Fault> {
    let (client, pool) = cx.client(&input.client_id).await?;
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
