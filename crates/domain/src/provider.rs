//! An identity provider of a pool: somewhere else where people have their account, and what of theirs comes with them.

use std::collections::{BTreeMap, BTreeSet};

use cabana_model::IdentityProviderTypeType;
use serde::{Deserialize, Serialize};

use crate::{PoolId, Sub, Time};

/// An identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    pub pool: PoolId,
    pub name: String,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    pub kind: IdentityProviderTypeType,
    /// Other names for it, such as e-mail domains; unique in the pool.
    pub identifiers: Vec<String>,
    /// Sealed at rest.
    pub settings: ProviderSettings,
    pub created: Time,
    pub modified: Time,
}

/// Settings of an identity provider. Stored as JSON: further members need a default, as stored ones lack them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderSettings {
    /// `ProviderDetails` with everything that was added to them; holds secrets.
    pub details: BTreeMap<String, String>,
    /// From the pool's attributes to the provider's claims.
    pub attribute_mapping: BTreeMap<String, String>,
    /// From the pool's levels of authentication to the provider's `acr` values.
    pub acr_mapping: BTreeMap<String, String>,
    /// Attributes of the pool by whose value users were linked (AdminLinkProviderForUser).
    #[serde(default)]
    pub linked_by: BTreeSet<String>,
}

/// Hides the secrets.
impl std::fmt::Debug for ProviderSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ProviderSettings")
            .field("details", &self.details.keys())
            .field("attribute_mapping", &self.attribute_mapping)
            .finish_non_exhaustive()
    }
}

/// An identity provider as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSummary {
    pub name: String,
    pub kind: IdentityProviderTypeType,
    pub created: Time,
    pub modified: Time,
}

/// The name under which a person is known to a provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdentityKey {
    /// The provider's name.
    pub provider: String,
    /// [`SUBJECT`], or the attribute of the pool to whose value a user was linked.
    pub attribute: String,
    /// Compared as it is, in case-insensitive pools too.
    pub value: String,
}

/// AWS's name for the subject that a provider gives a person.
pub const SUBJECT: &str = "Cognito_Subject";

/// That a person of a provider is this user. A user may have several, and each leads to one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub pool: PoolId,
    pub key: IdentityKey,
    pub sub: Sub,
    pub created: Time,
}

impl IdentityKey {
    /// The key of a subject.
    pub fn subject(provider: &str, value: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            attribute: SUBJECT.to_owned(),
            value: value.to_owned(),
        }
    }
}

impl From<IdentityProvider> for ProviderSummary {
    fn from(provider: IdentityProvider) -> Self {
        Self {
            name: provider.name,
            kind: provider.kind,
            created: provider.created,
            modified: provider.modified,
        }
    }
}

impl IdentityProvider {
    /// A member of `ProviderDetails`; an empty one counts as absent.
    pub fn detail(&self, name: &str) -> Option<&str> {
        let value = self.settings.details.get(name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show_in_the_log() {
        let settings = ProviderSettings {
            details: BTreeMap::from([("client_secret".to_owned(), "hush".to_owned())]),
            ..ProviderSettings::default()
        };
        let shown = format!("{settings:?}");
        assert!(shown.contains("client_secret") && !shown.contains("hush"));
    }

    #[test]
    fn settings_of_earlier_programs_are_read() {
        let stored = r#"{"details":{"client_id":"c"},"attribute_mapping":{"email":"email"},"acr_mapping":{}}"#;
        let read: ProviderSettings = serde_json::from_str(stored).unwrap();
        assert_eq!(read.details["client_id"], "c");
        assert!(read.linked_by.is_empty());
    }
}
