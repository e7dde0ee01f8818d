//! Adds an identity provider to a pool.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html>

use cabana_domain::provider::{IdentityProvider, ProviderSettings};
use cabana_model::{CreateIdentityProviderRequest, CreateIdentityProviderResponse};
use cabana_store::{Change, Counted};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation::{self, Wanted};
use crate::logic::quotas;

pub async fn create_identity_provider(
    cx: &Cx<'_>,
    input: CreateIdentityProviderRequest,
) -> Result<CreateIdentityProviderResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    federation::check_name(&input.provider_name, input.provider_type)?;
    let blank = IdentityProvider {
        pool: pool.id.clone(),
        name: input.provider_name,
        version: 1,
        kind: input.provider_type,
        identifiers: Vec::new(),
        settings: ProviderSettings::default(),
        created: cx.now(),
        modified: cx.now(),
    };
    let wanted = Wanted {
        details: Some(input.provider_details),
        attribute_mapping: input.attribute_mapping,
        identifiers: input.idp_identifiers,
        acr_mapping: input.acr_mapping,
    };
    let provider = federation::replaced(cx, blank, &pool, wanted).await?;
    quotas::demand_room(cx, Counted::IdentityProvidersOf(&pool.id)).await?;
    let change = Change::InsertIdentityProvider(Box::new(provider.clone()));
    federation::commit(cx, &provider, change).await?;
    Ok(CreateIdentityProviderResponse {
        identity_provider: federation::describe(provider),
    })
}
