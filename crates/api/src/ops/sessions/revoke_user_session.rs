//! RevokeUserSession: ends another session of the bearer.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeUserSession.html>

use cabana_model::{RevokeUserSessionRequest, RevokeUserSessionResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::sessions::own_session;
use crate::logic::sessions;
use crate::logic::tokens::access_token;

pub async fn revoke_user_session(
    cx: &Cx<'_>,
    input: RevokeUserSessionRequest,
) -> Result<RevokeUserSessionResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    if who.session.as_deref() == Some(&input.session_id) {
        return Err(own_session());
    }
    let associated = input.revoke_associated_sessions;
    sessions::revoke(cx, &who.pool, &who.user, &input.session_id, associated).await?;
    Ok(RevokeUserSessionResponse {})
}
