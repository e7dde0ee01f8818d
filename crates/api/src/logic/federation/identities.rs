//! The attribute `identities`: the providers that a user signs in through, as compact JSON.

use cabana_domain::Time;
use cabana_domain::provider::IdentityProvider;
use cabana_domain::schema::IDENTITIES;
use cabana_domain::user::User;
use cabana_model::IdentityProviderTypeType;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::saml::ENTITY_ID;
use crate::fault::Fault;

/// An identity of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The provider's name for the person.
    pub user_id: String,
    pub provider_name: String,
    pub provider_type: IdentityProviderTypeType,
    /// The entity ID of a SAML provider.
    pub issuer: Option<String>,
    /// Whether the user was made from it, rather than linked to it.
    pub primary: bool,
    /// In milliseconds.
    pub date_created: i64,
}

impl Entry {
    /// An entry that begins now.
    pub fn new(provider: &IdentityProvider, user_id: &str, primary: bool, now: Time) -> Self {
        Self {
            user_id: user_id.to_owned(),
            provider_name: provider.name.clone(),
            provider_type: provider.kind,
            issuer: provider.detail(ENTITY_ID).map(str::to_owned),
            primary,
            date_created: now.micros() / 1_000,
        }
    }
}

/// The entries of a user.
pub fn of(user: &User) -> Vec<Entry> {
    let text = user.attribute(IDENTITIES).unwrap_or_default();
    serde_json::from_str(text).unwrap_or_default()
}

/// Whether a user signs in through a provider.
pub fn comes_by(user: &User, provider: &str) -> bool {
    of(user).iter().any(|it| it.provider_name == provider)
}

/// Sets the entries of a user; none takes the attribute away.
///
/// # Errors
/// If they cannot be written, which does not happen.
pub fn set(user: &mut User, entries: &[Entry]) -> Result<(), Fault> {
    if entries.is_empty() {
        user.attributes.remove(IDENTITIES);
        return Ok(());
    }
    let text = serde_json::to_string(entries).map_err(Fault::internal)?;
    user.attributes.insert(IDENTITIES.to_owned(), text);
    Ok(())
}

/// The claim of an ID token, in which everything is text.
pub fn claim(user: &User) -> Option<Value> {
    let entries = of(user);
    let entries = entries.iter().map(|it| {
        json!({
            "userId": it.user_id,
            "providerName": it.provider_name,
            "providerType": it.provider_type,
            "issuer": it.issuer,
            "primary": it.primary.to_string(),
            "dateCreated": it.date_created.to_string(),
        })
    });
    let entries: Vec<Value> = entries.collect();
    (!entries.is_empty()).then_some(Value::Array(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_written_as_cognito_writes_it() {
        let entry = Entry {
            user_id: "Ab1".to_owned(),
            provider_name: "Corp".to_owned(),
            provider_type: IdentityProviderTypeType::Oidc,
            issuer: None,
            primary: true,
            date_created: 1_700_000_000_123,
        };
        assert_eq!(
            serde_json::to_string(&[entry]).unwrap(),
            r#"[{"userId":"Ab1","providerName":"Corp","providerType":"OIDC","issuer":null,"primary":true,"dateCreated":1700000000123}]"#
        );
    }
}
