//! ListUserSessions: lists the bearer's sessions, newest first.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserSessions.html>

use cabana_model::{ListUserSessionsRequest, ListUserSessionsResponse, Operation};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::sessions;
use crate::logic::tokens::access_token;

pub async fn list_user_sessions(
    cx: &Cx<'_>,
    input: ListUserSessionsRequest,
) -> Result<ListUserSessionsResponse, Fault> {
    let who = access_token::verify(cx, &input.access_token).await?;
    let (operation, token) = (Operation::ListUserSessions, input.next_token.as_deref());
    let current = who.session.as_deref();
    let listed = sessions::list(cx, operation, &who.pool, &who.user, current, token).await?;
    Ok(ListUserSessionsResponse {
        sessions: Some(listed.sessions),
        next_token: listed.next,
    })
}
