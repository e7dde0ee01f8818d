//! Identity providers in replies.

use cabana_domain::provider::{IdentityProvider, ProviderSummary};
use cabana_model::{IdentityProviderType, ProviderDescription};

use super::details::PRIVATE_KEY;
use super::saml::ENTITY_ID;

/// A provider as DescribeIdentityProvider shows it, with its client secret.
pub fn describe(provider: IdentityProvider) -> IdentityProviderType {
    let mut details = provider.settings.details;
    details.remove(PRIVATE_KEY);
    details.remove(ENTITY_ID);
    let acr = provider.settings.acr_mapping;
    IdentityProviderType {
        acr_mapping: (!acr.is_empty()).then_some(acr),
        attribute_mapping: Some(provider.settings.attribute_mapping),
        creation_date: Some(provider.created.into()),
        idp_identifiers: Some(provider.identifiers),
        last_modified_date: Some(provider.modified.into()),
        provider_details: Some(details),
        provider_name: Some(provider.name),
        provider_type: Some(provider.kind),
        user_pool_id: Some(provider.pool.to_string()),
    }
}

/// A provider as ListIdentityProviders shows it.
pub fn summary(provider: ProviderSummary) -> ProviderDescription {
    ProviderDescription {
        creation_date: Some(provider.created.into()),
        last_modified_date: Some(provider.modified.into()),
        provider_name: Some(provider.name),
        provider_type: Some(provider.kind),
    }
}
