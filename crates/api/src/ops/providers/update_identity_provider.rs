//! Changes an identity provider; members that the request omits are kept.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateIdentityProvider.html>

use cabana_domain::provider::IdentityProvider;
use cabana_model::{UpdateIdentityProviderRequest, UpdateIdentityProviderResponse};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation::{self, Wanted};

pub async fn update_identity_provider(
    cx: &Cx<'_>,
    input: UpdateIdentityProviderRequest,
) -> Result<UpdateIdentityProviderResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let before = federation::find(cx, &pool, &input.provider_name).await?;
    let before = IdentityProvider {
        modified: cx.now(),
        ..(*before).clone()
    };
    let wanted = Wanted {
        details: input.provider_details,
        attribute_mapping: input.attribute_mapping,
        identifiers: input.idp_identifiers,
        acr_mapping: input.acr_mapping,
    };
    let provider = federation::replaced(cx, before, &pool, wanted).await?;
    let change = Change::UpdateIdentityProvider(Box::new(provider.clone()));
    federation::commit(cx, &provider, change).await?;
    Ok(UpdateIdentityProviderResponse {
        identity_provider: federation::describe(provider),
    })
}
