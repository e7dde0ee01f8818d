//! People who have their account elsewhere: identity providers of a pool.

mod answer;
mod attempt;
mod attributes;
mod calls;
pub mod details;
mod documents;
mod endpoints;
pub mod identities;
mod join;
mod link;
mod mapping;
mod refused;
pub mod reserved;
pub mod saml;
mod sign_in;
mod trial;
mod view;
mod vouched;

use std::collections::BTreeMap;
use std::sync::Arc;

use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_model::IdentityProviderTypeType as Kind;
use cabana_store::{Change, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, providers};

pub use answer::{Answer, Person, Told, redeem};
pub use attempt::{Attempt, PassedOn, address, begin, begin_trial};
pub use documents::Documents;
pub use join::{Owner, join};
pub use link::{link, unlink};
pub use refused::{tell, told};
pub use sign_in::{Arrival, Arrived, sign_in};
pub use trial::{Trial, judge, judge_assertion};
pub use view::{describe, summary};

/// The name of the pool itself among a client's providers.
pub const COGNITO: &str = "COGNITO";

/// The members of a provider that a request may set.
#[derive(Default)]
pub struct Wanted {
    pub details: Option<BTreeMap<String, String>>,
    pub attribute_mapping: Option<BTreeMap<String, String>>,
    pub identifiers: Option<Vec<String>>,
    pub acr_mapping: Option<BTreeMap<String, String>>,
}

/// Finds a provider of a pool by name.
///
/// # Errors
/// ResourceNotFoundException.
pub async fn find(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Arc<IdentityProvider>, Fault> {
    let found = cx.store().identity_provider(&pool.id, name).await?;
    found.ok_or_else(|| providers::no_such_identity_provider(name))
}

/// Checks the name of a new provider: the social ones have the name of their type, and nothing else has.
///
/// # Errors
/// InvalidParameterException.
pub fn check_name(name: &str, kind: Kind) -> Result<(), Fault> {
    let social = [
        Kind::Facebook,
        Kind::Google,
        Kind::LoginWithAmazon,
        Kind::SignInWithApple,
    ];
    let reserved = social.map(Kind::as_str).into_iter().chain([COGNITO]);
    let right = match social.contains(&kind) {
        true => name == kind.as_str(),
        false => !reserved.into_iter().any(|it| it.eq_ignore_ascii_case(name)),
    };
    match right {
        true => Ok(()),
        false => Err(providers::provider_name_of_another_type(
            name,
            kind.as_str(),
        )),
    }
}

/// The provider with the requested settings; what the request omits is kept.
///
/// # Errors
/// InvalidParameterException; also if a SAML provider's metadata cannot be read.
pub async fn replaced(
    cx: &Cx<'_>,
    before: IdentityProvider,
    pool: &Pool,
    wanted: Wanted,
) -> Result<IdentityProvider, Fault> {
    let mut provider = before;
    let kind = provider.kind;
    if let Some(wanted) = wanted.details {
        provider.settings.details = match kind {
            Kind::Saml => saml::complete(cx, pool, wanted).await?,
            _ => details::complete(kind, wanted, &provider.settings.details)?,
        };
    }
    let mapping = wanted
        .attribute_mapping
        .unwrap_or_else(|| std::mem::take(&mut provider.settings.attribute_mapping));
    provider.settings.attribute_mapping = mapping::complete(pool, kind, mapping)?;
    if let Some(identifiers) = wanted.identifiers {
        provider.identifiers = distinct(identifiers)?;
    }
    if let Some(acr) = wanted.acr_mapping {
        if kind != Kind::Oidc && !acr.is_empty() {
            return Err(providers::acr_mapping_without_oidc());
        }
        provider.settings.acr_mapping = acr;
    }
    Ok(provider)
}

fn distinct(identifiers: Vec<String>) -> Result<Vec<String>, Fault> {
    for (place, identifier) in identifiers.iter().enumerate() {
        if identifiers.iter().take(place).any(|it| it == identifier) {
            return Err(providers::identifier_repeats(identifier));
        }
    }
    Ok(identifiers)
}

/// Commits a new or changed provider.
///
/// # Errors
/// If the name or an identifier is taken.
pub async fn commit(cx: &Cx<'_>, provider: &IdentityProvider, change: Change) -> Result<(), Fault> {
    match cx.try_commit([change]).await {
        Err(StoreError::Conflict("identity_provider")) => {
            Err(providers::provider_exists(&provider.name))
        }
        Err(StoreError::Conflict("idp_identifier")) => Err(providers::identifier_taken()),
        result => Ok(result?),
    }
}

/// Requires that the pool has every provider that a client names.
///
/// # Errors
/// InvalidParameterException.
pub async fn check_names(cx: &Cx<'_>, pool: &Pool, names: Option<&[String]>) -> Result<(), Fault> {
    for name in names.into_iter().flatten() {
        if name != COGNITO
            && cx
                .store()
                .identity_provider(&pool.id, name)
                .await?
                .is_none()
        {
            return Err(faults::no_such_provider(name, pool.id.as_str()));
        }
    }
    Ok(())
}
