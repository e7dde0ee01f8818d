//! `PreTokenGeneration`: changes claims and groups of the tokens about to be signed, and from version 2 on the scopes.

use std::collections::BTreeSet;

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BadAnswer, Pairs, answer};

/// `userName` in events about a client that acts for itself.
pub const CLIENT: &str = "ClientCredentials";

/// Most claims and scopes that an answer may add or suppress.
const MOST: usize = 5_000;

/// The request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    pub user_attributes: Pairs<'a>,
    /// None for a client that acts for itself.
    pub group_configuration: Option<&'a Groups>,
    /// From version 2 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
}

/// The version of an event. Each includes the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Claims of the ID token; groups in both.
    V1,
    /// Claims of both tokens, and scopes.
    V2,
    /// Tokens of clients that act for themselves.
    V3,
}

/// The response, as the function finds it.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Prefilled {
    #[serde(rename_all = "camelCase")]
    Claims { claims_override_details: Option<()> },
    #[serde(rename_all = "camelCase")]
    ClaimsAndScopes {
        claims_and_scope_override_details: Option<()>,
    },
}

impl Version {
    /// `version` of the event.
    pub fn name(self) -> &'static str {
        match self {
            Version::V1 => "1",
            Version::V2 => "2",
            Version::V3 => "3",
        }
    }

    /// The response, as the function finds it.
    pub fn prefilled(self) -> Prefilled {
        match self {
            Version::V1 => Prefilled::Claims {
                claims_override_details: None,
            },
            Version::V2 | Version::V3 => Prefilled::ClaimsAndScopes {
                claims_and_scope_override_details: None,
            },
        }
    }
}

/// The groups and roles that tokens state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    #[serde(default, rename = "groupsToOverride", deserialize_with = "nullable")]
    pub names: Vec<String>,
    #[serde(default, rename = "iamRolesToOverride", deserialize_with = "nullable")]
    pub roles: Vec<String>,
    #[serde(default, rename = "preferredRole")]
    pub preferred_role: Option<String>,
}

/// Changes to the tokens; by default none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    pub id: Claims,
    pub access: Claims,
    pub scopes: Scopes,
    /// In place of the user's own.
    pub groups: Option<Groups>,
}

/// Changes to the claims of one token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    add: Map<String, Value>,
    suppress: BTreeSet<String>,
}

/// Changes to the scopes of the access token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    add: Vec<String>,
    suppress: BTreeSet<String>,
}

/// The token that claims are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Id,
    Access,
}

/// The changes in an answer.
///
/// # Errors
/// If it is not the event, or has members of other types.
pub fn read(bytes: &[u8], username: &str, version: Version) -> Result<Changes, BadAnswer> {
    let mut response: Map<String, Value> = answer::read(bytes, username)?;
    let changes = match version {
        Version::V1 => v1(object(&mut response, "claimsOverrideDetails")?)?,
        Version::V2 | Version::V3 => v2(object(&mut response, "claimsAndScopeOverrideDetails")?)?,
    };
    let Changes {
        id, access, scopes, ..
    } = &changes;
    let count = [
        id.add.len(),
        id.suppress.len(),
        access.add.len(),
        access.suppress.len(),
        scopes.add.len(),
        scopes.suppress.len(),
    ];
    match count.into_iter().sum::<usize>() <= MOST {
        true => Ok(changes),
        false => Err(BadAnswer::Unrecognizable),
    }
}

fn v1(mut details: Map<String, Value>) -> Result<Changes, BadAnswer> {
    let mut id = claims(&mut details)?;
    for value in id.add.values_mut() {
        *value = Value::String(answer::text(value)?);
    }
    Ok(Changes {
        id,
        groups: groups(&mut details)?,
        ..Changes::default()
    })
}

fn v2(mut details: Map<String, Value>) -> Result<Changes, BadAnswer> {
    let mut id = object(&mut details, "idTokenGeneration")?;
    let mut access = object(&mut details, "accessTokenGeneration")?;
    let scopes = Scopes {
        add: member(&mut access, "scopesToAdd")?,
        suppress: member(&mut access, "scopesToSuppress")?,
    };
    // The claim separates scopes by spaces.
    let is_one = |scope: &String| !scope.is_empty() && !scope.contains(char::is_whitespace);
    if !scopes.add.iter().all(is_one) {
        return Err(BadAnswer::Unrecognizable);
    }
    Ok(Changes {
        id: claims(&mut id)?,
        access: claims(&mut access)?,
        scopes,
        groups: groups(&mut details)?,
    })
}

/// Takes the changes to one token's claims out of an object.
fn claims(details: &mut Map<String, Value>) -> Result<Claims, BadAnswer> {
    let mut add = object(details, "claimsToAddOrOverride")?;
    add.retain(|_, value| !value.is_null());
    Ok(Claims {
        add,
        suppress: member(details, "claimsToSuppress")?,
    })
}

/// Takes the groups: absent if they stay, empty (or null) if the tokens are to have none.
fn groups(details: &mut Map<String, Value>) -> Result<Option<Groups>, BadAnswer> {
    const NAME: &str = "groupOverrideDetails";
    match details.get(NAME) {
        None => Ok(None),
        // An array would be read as the members in their order.
        Some(Value::Object(_) | Value::Null) => member(details, NAME).map(Some),
        Some(_) => Err(BadAnswer::Unrecognizable),
    }
}

/// Takes an object; empty if it is absent or null.
fn object(details: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, BadAnswer> {
    member(details, name)
}

/// Takes a member; its default if it is absent or null.
fn member<T>(details: &mut Map<String, Value>, name: &str) -> Result<T, BadAnswer>
where
    T: Default + DeserializeOwned,
{
    match details.remove(name) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => serde_json::from_value(value).map_err(|_| BadAnswer::Unrecognizable),
    }
}

fn nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let list = Option::<Vec<String>>::deserialize(deserializer).map_err(D::Error::custom)?;
    Ok(list.unwrap_or_default())
}

impl Scopes {
    /// The scopes after the changes. A scope both added and suppressed is suppressed.
    pub fn apply(self, scopes: &mut Vec<String>) {
        for scope in self.add {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        scopes.retain(|scope| !self.suppress.contains(scope));
    }
}

impl Claims {
    /// Applies the changes to the claims of a token for this client. Claims that the server alone decides stay as they
    /// are; a claim both added and suppressed is suppressed.
    pub fn apply(self, token: Token, client: &str, claims: &mut Map<String, Value>) {
        for (name, value) in self.add {
            // As documented, an access token may name its own client as audience.
            let own_audience = token == Token::Access && name == "aud" && value == client;
            if own_audience || may_add(token, &name, &value) {
                claims.insert(name, value);
            }
        }
        for name in self.suppress {
            if !is_protected(token, &name) {
                claims.remove(&name);
            }
        }
    }
}

fn may_add(token: Token, name: &str, value: &Value) -> bool {
    const SIMPLE: [&str; 4] = [
        "address",
        "email_verified",
        "phone_number_verified",
        "updated_at",
    ];
    let is_complex = value.is_object() || value.is_array();
    let fits = token == Token::Access || !is_complex || !SIMPLE.contains(&name);
    fits && !is_protected(token, name) && !name.starts_with("dev:")
}

/// Whether only the server sets this claim.
fn is_protected(token: Token, name: &str) -> bool {
    if let Some(rest) = name.strip_prefix("cognito:") {
        return !matches!(rest, "groups" | "roles" | "preferred_role");
    }
    match name {
        "acr" | "amr" | "at_hash" | "aud" | "auth_time" | "azp" | "client_id" | "device_key"
        | "event_id" | "exp" | "iat" | "identities" | "iss" | "jti" | "nbf" | "nonce"
        | "origin_jti" | "sub" | "token_use" | "version" => true,
        // Scopes have members of their own.
        "scope" | "username" => token == Token::Access,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
