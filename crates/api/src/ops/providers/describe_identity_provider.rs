//! Shows an identity provider.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeIdentityProvider.html>

use cabana_model::{DescribeIdentityProviderRequest, DescribeIdentityProviderResponse};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation;

pub async fn describe_identity_provider(
    cx: &Cx<'_>,
    input: DescribeIdentityProviderRequest,
) -> Result<DescribeIdentityProviderResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let provider = federation::find(cx, &pool, &input.provider_name).await?;
    Ok(DescribeIdentityProviderResponse {
        identity_provider: federation::describe((*provider).clone()),
    })
}
