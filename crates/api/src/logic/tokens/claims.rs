//! Claims of access and ID tokens.

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::client::Client;
use cabana_domain::group::Group;
use cabana_domain::schema::IDENTITIES;
use cabana_domain::tokens::{TokenFamily, TokenSource};
use cabana_domain::trigger::token_generation::Groups;
use cabana_domain::user::User;
use serde_json::{Map, Value, json};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::federation::identities;
use crate::logic::tokens::{Bearer, standard};

/// The word for [`PROFILE`] in a client's lists of attributes.
pub const PROFILE_WORD: &str = "oidc:profile";

/// Attributes that the `profile` scope covers (OpenID Connect Core 5.4), besides the pool's custom ones.
pub const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// Claims of an access token.
///
/// # Errors
/// If there is no randomness for the `jti`.
pub fn access(
    cx: &Cx<'_>,
    bearer: &Bearer<'_>,
    family: &TokenFamily,
    scopes: &[String],
    mut claims: Map<String, Value>,
) -> Result<Map<String, Value>, Fault> {
    let expires = cx.now().after(bearer.client.access_token_life());
    claims.insert("token_use".into(), json!("access"));
    claims.insert("client_id".into(), json!(bearer.client.id));
    claims.insert("username".into(), json!(bearer.user.username));
    claims.insert("scope".into(), json!(scopes.join(" ")));
    claims.insert("exp".into(), json!(expires.seconds()));
    claims.insert("jti".into(), json!(cx.uuid()?));
    if family.source == TokenSource::OAuth {
        claims.insert("version".into(), json!(2));
    }
    if let Some(device) = &family.authentication.device {
        claims.insert("device_key".into(), json!(device));
    }
    if let Some(resource) = &family.resource {
        claims.insert("aud".into(), json!(resource));
    }
    Ok(claims)
}

/// Claims of an ID token.
///
/// # Errors
/// If there is no randomness for the `jti`.
pub fn id(
    cx: &Cx<'_>,
    bearer: &Bearer<'_>,
    family: &TokenFamily,
    mut claims: Map<String, Value>,
    nonce: Option<&str>,
    access_token: &str,
) -> Result<Map<String, Value>, Fault> {
    let expires = cx.now().after(bearer.client.id_token_life());
    claims.insert("token_use".into(), json!("id"));
    claims.insert("aud".into(), json!(bearer.client.id));
    claims.insert("cognito:username".into(), json!(bearer.user.username));
    claims.insert("exp".into(), json!(expires.seconds()));
    // Present together with `origin_jti`, for the same purpose: a token that can be told from others can be revoked.
    if claims.contains_key("origin_jti") {
        claims.insert("jti".into(), json!(cx.uuid()?));
    }
    if let Some(nonce) = nonce {
        claims.insert("nonce".into(), json!(nonce));
    }
    if family.source == TokenSource::OAuth {
        claims.insert("at_hash".into(), json!(at_hash(access_token)));
    }
    if standard::is_spoken(bearer.pool, family) {
        claims.extend(standard::asked_of_id_token(bearer, family));
    } else {
        let scopes = (family.source == TokenSource::OAuth).then_some(family.scopes.as_slice());
        for (name, value) in readable(bearer.client, bearer.user, scopes) {
            claims.insert(name.to_owned(), claim(name, value));
        }
    }
    // Whatever the client may read: as the groups, they are no attribute of the user's own.
    claims.remove(IDENTITIES);
    if let Some(identities) = identities::claim(bearer.user) {
        claims.insert(IDENTITIES.into(), identities);
    }
    Ok(claims)
}

/// The `at_hash` claim: the left half of the access token's hash (OpenID Connect Core 3.1.3.6).
fn at_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    let (left, _) = hash.as_ref().split_at(16);
    BASE64_URL_SAFE_NO_PAD.encode(left)
}

/// The groups and roles that tokens state. The preferred role is absent if different roles tie for the best precedence;
/// no precedence is the lowest.
pub fn groups(groups: &[Group]) -> Groups {
    let roles: Vec<_> = groups
        .iter()
        .filter_map(|group| {
            Some((
                group.precedence.unwrap_or(i32::MAX),
                group.role_arn.as_deref()?,
            ))
        })
        .collect();
    let best = roles.iter().map(|(precedence, _)| *precedence).min();
    let mut preferred = roles
        .iter()
        .filter(|(precedence, _)| Some(*precedence) == best);
    let preferred = preferred
        .next()
        .map(|(_, role)| *role)
        .filter(|role| preferred.all(|(_, other)| other == role));
    Groups {
        names: groups.iter().map(|group| group.name.clone()).collect(),
        preferred_role: preferred.map(str::to_owned),
        roles: roles.iter().map(|(_, role)| (*role).to_owned()).collect(),
    }
}

/// Adds `cognito:roles` and `cognito:preferred_role`, if there are any.
pub fn add_roles(groups: Groups, claims: &mut Map<String, Value>) {
    if let Some(role) = groups.preferred_role {
        claims.insert("cognito:preferred_role".into(), json!(role));
    }
    if !groups.roles.is_empty() {
        claims.insert("cognito:roles".into(), json!(groups.roles));
    }
}

/// The attributes that a client may read, narrowed by the granted scopes (`None`: an API sign-in, not narrowed).
/// `openid` alone narrows nothing.
pub fn readable<'u>(
    client: &'u Client,
    user: &'u User,
    scopes: Option<&'u [String]>,
) -> impl Iterator<Item = (&'u str, &'u str)> {
    user.attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(move |(name, _)| may_read(client, name) && in_scope(name, scopes))
}

/// Whether a client may read an attribute.
pub fn may_read(client: &Client, name: &str) -> bool {
    is_listed(client.settings.read_attributes.as_deref(), name)
}

/// Whether a client's list names an attribute. An absent list names every attribute, including later ones, except
/// developer-only ones.
pub fn is_listed(list: Option<&[String]>, name: &str) -> bool {
    match list {
        None | Some([]) => !name.starts_with("dev:"),
        Some(listed) => listed
            .iter()
            .any(|it| it == name || (it == PROFILE_WORD && PROFILE.contains(&name))),
    }
}

fn in_scope(name: &str, scopes: Option<&[String]>) -> bool {
    let Some(scopes) = scopes else { return true };
    let has = |scope: &str| scopes.iter().any(|it| it == scope);
    if !has("email") && !has("phone") && !has("profile") {
        return has("openid");
    }
    match name {
        "email" | "email_verified" => has("email"),
        "phone_number" | "phone_number_verified" => has("phone"),
        _ => {
            has("profile")
                && (PROFILE.contains(&name) || name.starts_with("custom:") || name == "address")
        }
    }
}

/// Converts an attribute into a claim of an ID token: flags are booleans, an address is an object.
pub fn claim(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(value == "true"),
        "updated_at" => value
            .parse::<i64>()
            .map_or_else(|_| json!(value), |number| json!(number)),
        "address" => json!({ "formatted": value }),
        _ => json!(value),
    }
}
