//! Shows the identity provider that has an identifier, such as an e-mail domain.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetIdentityProviderByIdentifier.html>

use cabana_model::{
    GetIdentityProviderByIdentifierRequest, GetIdentityProviderByIdentifierResponse,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::providers;
use crate::logic::federation;

pub async fn get_identity_provider_by_identifier(
    cx: &Cx<'_>,
    input: GetIdentityProviderByIdentifierRequest,
) -> Result<GetIdentityProviderByIdentifierResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let store = cx.store();
    let found = store.identity_provider_by_identifier(&pool.id, &input.idp_identifier);
    let provider = found
        .await?
        .ok_or_else(|| providers::no_such_identifier(&input.idp_identifier))?;
    Ok(GetIdentityProviderByIdentifierResponse {
        identity_provider: federation::describe(provider),
    })
}
