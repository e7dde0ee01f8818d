//! Ends a way in which a user can sign in: at an identity provider, or with a password.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableProviderForUser.html>

use cabana_model::{AdminDisableProviderForUserRequest, AdminDisableProviderForUserResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation;

pub async fn admin_disable_provider_for_user(
    cx: &Cx<'_>,
    input: AdminDisableProviderForUserRequest,
) -> Result<AdminDisableProviderForUserResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    federation::unlink(cx, &pool, input.user).await?;
    Ok(AdminDisableProviderForUserResponse {})
}
