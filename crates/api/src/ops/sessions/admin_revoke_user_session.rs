//! AdminRevokeUserSession: ends a session of a user.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRevokeUserSession.html>

use cabana_model::{AdminRevokeUserSessionRequest, AdminRevokeUserSessionResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{sessions, users};

pub async fn admin_revoke_user_session(
    cx: &Cx<'_>,
    input: AdminRevokeUserSessionRequest,
) -> Result<AdminRevokeUserSessionResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = users::get(cx, &pool, &input.username).await?;
    let associated = input.revoke_associated_sessions;
    sessions::revoke(cx, &pool, &user, &input.session_id, associated).await?;
    Ok(AdminRevokeUserSessionResponse {})
}
