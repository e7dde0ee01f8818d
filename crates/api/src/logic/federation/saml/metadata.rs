//! What a provider says about itself.

use cabana_domain::provider::IdentityProvider;
use cabana_federation::saml::Metadata;
use url::Url;

use super::super::documents::{self, Kept};
use super::{FILE, URL};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;

/// The metadata of a provider: from memory, its file, or its address.
///
/// # Errors
/// If it cannot be read.
pub async fn of(cx: &Cx<'_>, provider: &IdentityProvider) -> Result<Kept<Metadata>, Fault> {
    if let Some(address) = address(provider) {
        return documents::metadata(cx, provider, &address).await;
    }
    documents::metadata_file(cx, provider, provider.detail(FILE).unwrap_or_default())
}

/// Newer metadata than this, if the provider may have changed it since.
///
/// # Errors
/// If it cannot be read.
pub async fn newer(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    known: &Kept<Metadata>,
) -> Result<Option<Kept<Metadata>>, Fault> {
    match address(provider) {
        Some(address) => documents::newer_metadata(cx, provider, &address, known).await,
        None => Ok(None),
    }
}

fn address(provider: &IdentityProvider) -> Option<Url> {
    Url::parse(provider.detail(URL)?.trim()).ok()
}

/// The fault of a request that could not be made.
pub fn unusable(provider: &IdentityProvider, why: impl std::fmt::Display) -> Fault {
    federation::provider_incomplete(&provider.name, &why.to_string())
}
