//! What differs in the tokens of pools in the standard dialect: an ID token holds what the protocol needs and what the
//! app asked for by name, data of users are at userInfo, and access tokens are those of RFC 9068.

use std::collections::BTreeSet;

use cabana_domain::client::Client;
use cabana_domain::keys::{KeyUse, SigningKey};
use cabana_domain::pool::Pool;
use cabana_domain::tokens::{TokenFamily, TokenSource};
use cabana_domain::user::User;
use serde_json::{Map, Value, json};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::clients::oauth;
use crate::logic::tokens::{Bearer, claims, jwt, key};

/// Claims of an ID token that are not about the person, or that the protocol demands.
const PROTOCOL: [&str; 13] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "exp",
    "iat",
    "iss",
    "jti",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
];

/// Whether tokens of this family are of the standard dialect: API sign-ins have no userInfo, and stay as they are.
pub fn is_spoken(pool: &Pool, family: &TokenFamily) -> bool {
    pool.speaks_standard() && family.source == TokenSource::OAuth
}

/// Removes from an ID token what nobody asked for.
pub fn narrow(bearer: &Bearer<'_>, family: &TokenFamily, claims: &mut Map<String, Value>) {
    if is_spoken(bearer.pool, family) {
        let asked = family.claims.as_ref().map(|it| it.id_token.as_slice());
        let asked = asked.unwrap_or_default();
        claims.retain(|name, _| {
            PROTOCOL.contains(&name.as_str()) || asked.iter().any(|it| it == name)
        });
    }
}

/// The attributes that the app asked for in the ID token, as claims.
pub fn asked_of_id_token(bearer: &Bearer<'_>, family: &TokenFamily) -> Map<String, Value> {
    let asked = family.claims.as_ref().map(|it| it.id_token.as_slice());
    let asked = asked.unwrap_or_default();
    let is_asked = |name: &str| asked.iter().any(|it| it == name) && may_ask(bearer.client, name);
    released(bearer.client, bearer.user, is_asked)
}

/// The attributes for userInfo: those of the token's scopes, and those that the app asked for by name.
pub fn user_info(
    client: &Client,
    user: &User,
    scopes: &[String],
    asked: &[String],
) -> Map<String, Value> {
    released(client, user, |name| {
        let is_asked = asked.iter().any(|it| it == name) && may_ask(client, name);
        is_asked || is_covered(name, scopes)
    })
}

fn released(client: &Client, user: &User, is_wanted: impl Fn(&str) -> bool) -> Map<String, Value> {
    let attributes = user.attributes.iter();
    attributes
        .filter(|(name, _)| claims::may_read(client, name) && is_wanted(name))
        .map(|(name, value)| (name.clone(), claims::claim(name, value)))
        .collect()
}

/// Whether a client may ask for an attribute by name: no other way leads to what its scopes cannot give.
fn may_ask(client: &Client, name: &str) -> bool {
    let scopes = client.settings.allowed_oauth_scopes.as_deref();
    is_covered(name, scopes.unwrap_or_default())
}

/// Whether one of the scopes covers an attribute (OpenID Connect Core §5.4); `profile` the pool's own ones, too.
fn is_covered(name: &str, scopes: &[String]) -> bool {
    let needed = match name {
        "email" | "email_verified" => "email",
        "phone_number" | "phone_number_verified" => "phone",
        "address" => oauth::ADDRESS,
        name if claims::PROFILE.contains(&name) || name.starts_with("custom:") => "profile",
        _ => return false,
    };
    scopes.iter().any(|scope| scope == needed)
}

/// Signs the claims of an access token. In the standard dialect it says what it is (`typ`) and whom it is for (`aud`).
///
/// # Errors
/// If the pool's keys cannot be used.
pub fn sign_access(
    cx: &Cx<'_>,
    pool: &Pool,
    keys: &[SigningKey],
    mut claims: Map<String, Value>,
) -> Result<String, Fault> {
    let (ring, key) = (&cx.api.keys, key(keys, KeyUse::AccessToken)?);
    if !pool.speaks_standard() {
        return jwt::sign(ring, key, &Value::Object(claims));
    }
    if !claims.contains_key("aud") {
        let scopes = claims.get("scope").and_then(Value::as_str);
        let issuer = pool.issuer(&cx.api.settings.public_url);
        let audience = audience(scopes.unwrap_or_default(), &issuer);
        claims.insert("aud".into(), audience);
    }
    jwt::sign_at_jwt(ring, key, &Value::Object(claims))
}

/// Whom a token without a `resource` is for (RFC 9068 §3): the resource servers of its scopes, and the pool itself for
/// all other scopes.
fn audience(scopes: &str, issuer: &str) -> Value {
    let of = |scope: &'_ str| match scope.rsplit_once('/') {
        Some((server, _)) => server.to_owned(),
        None => issuer.to_owned(),
    };
    let all: BTreeSet<String> = scopes.split_ascii_whitespace().map(of).collect();
    let mut one = all.iter();
    match (one.next(), one.next()) {
        (None, _) => json!(issuer),
        (Some(only), None) => json!(only),
        _ => json!(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_the_servers_of_its_scopes() {
        let of = |scopes| audience(scopes, "iss");
        assert_eq!(of(""), json!("iss"));
        assert_eq!(of("openid email"), json!("iss"));
        assert_eq!(
            of("https://api.example/read https://api.example/write"),
            json!("https://api.example")
        );
        assert_eq!(of("openid api/read"), json!(["api", "iss"]));
    }
}
