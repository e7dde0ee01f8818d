//! Links a person of an identity provider to a user, before their first sign-in.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminLinkProviderForUser.html>

use cabana_model::{AdminLinkProviderForUserRequest, AdminLinkProviderForUserResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation;

pub async fn admin_link_provider_for_user(
    cx: &Cx<'_>,
    input: AdminLinkProviderForUserRequest,
) -> Result<AdminLinkProviderForUserResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    federation::link(cx, &pool, input.destination_user, input.source_user).await?;
    Ok(AdminLinkProviderForUserResponse {})
}
