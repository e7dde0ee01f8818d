//! Deletes an identity provider. The users who came from it stay.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteIdentityProvider.html>

use cabana_model::{DeleteIdentityProviderRequest, Nothing};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation;

pub async fn delete_identity_provider(
    cx: &Cx<'_>,
    input: DeleteIdentityProviderRequest,
) -> Result<Nothing, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let provider = federation::find(cx, &pool, &input.provider_name).await?;
    cx.commit([Change::DeleteIdentityProvider {
        pool: pool.id.clone(),
        name: provider.name.clone(),
    }])
    .await?;
    Ok(Nothing)
}
