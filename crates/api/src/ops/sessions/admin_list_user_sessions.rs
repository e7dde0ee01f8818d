//! AdminListUserSessions: lists a user's sessions, newest first.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListUserSessions.html>

use cabana_model::{AdminListUserSessionsRequest, AdminListUserSessionsResponse, Operation};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{sessions, users};

pub async fn admin_list_user_sessions(
    cx: &Cx<'_>,
    input: AdminListUserSessionsRequest,
) -> Result<AdminListUserSessionsResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let (operation, token) = (
        Operation::AdminListUserSessions,
        input.next_token.as_deref(),
    );
    let listed = sessions::list(cx, operation, &pool, &user, None, token).await?;
    Ok(AdminListUserSessionsResponse {
        sessions: Some(listed.sessions),
        next_token: listed.next,
    })
}
