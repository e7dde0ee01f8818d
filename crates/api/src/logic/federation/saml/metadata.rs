//! What a provider says about itself.

use cabana_domain::provider::IdentityProvider;
use cabana_federation::saml::{Flaw, Metadata};
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

async fn newer(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    known: &Kept<Metadata>,
) -> Result<Option<Kept<Metadata>>, Fault> {
    match address(provider) {
        Some(address) => documents::newer_metadata(cx, provider, &address, known).await,
        None => Ok(None),
    }
}

/// Judges a message by a provider's metadata, and by newer one if it may have changed since.
///
/// # Errors
/// If the metadata cannot be read.
pub async fn judged<T>(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    judge: impl Fn(&Metadata) -> Result<T, Flaw>,
) -> Result<Result<T, Flaw>, Fault> {
    let known = of(cx, provider).await?;
    let result = judge(&known);
    // Certificates change: the provider may have a new one.
    let is_of_another = matches!(
        result,
        Err(Flaw::ResponseSignature | Flaw::AssertionSignature | Flaw::Encrypted)
    );
    if is_of_another && let Some(newer) = newer(cx, provider, &known).await? {
        return Ok(judge(&newer));
    }
    Ok(result)
}

fn address(provider: &IdentityProvider) -> Option<Url> {
    Url::parse(provider.detail(URL)?.trim()).ok()
}

/// The fault of a request that could not be made.
pub fn unusable(provider: &IdentityProvider, why: impl std::fmt::Display) -> Fault {
    federation::provider_incomplete(&provider.name, &why.to_string())
}
