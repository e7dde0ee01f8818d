//! Introspection (RFC 7662): what a token says, to those it concerns. One signature check and two queries, for a resource
//! server three.
//!
//! A client sees its own tokens, and access tokens for a resource server that it speaks for: one whose scope
//! [`INTROSPECT`] it is allowed. All other tokens look to it like ones that are not good, before anything of them is
//! looked up: with a token of somebody else nobody finds out whether it, or its user, is still good.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::tokens::Use;
use serde_json::{Map, Value, json};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::clients::oauth;
use crate::logic::tokens;
use crate::logic::tokens::access_token::{self, Verified};

/// The scope of a resource server whose holders may look at tokens for it.
pub const INTROSPECT: &str = "introspect";

/// The members of the answer, or `None` for a token that is not good, or of no concern to this client, which has proven
/// itself.
///
/// # Errors
/// A failure of the store.
pub async fn introspect(
    cx: &Cx<'_>,
    pool: &Pool,
    client: &Client,
    token: &str,
) -> Result<Option<Map<String, Value>>, Fault> {
    if tokens::looks_like_refresh_token(token) {
        return refresh_token(cx, pool, client, token).await;
    }
    let verified = match access_token::verified(cx, token).await {
        Ok(verified) => verified,
        Err(fault) => return not_good(fault),
    };
    if verified.pool.id != pool.id || !concerns(cx, client, &verified).await? {
        return Ok(None);
    }
    let Value::Object(mut claims) = verified.claims.clone() else {
        return Ok(None);
    };
    // The token of a client itself has no user to look up.
    if !verified.is_of_a_client()
        && let Err(fault) = access_token::bearer(cx, verified).await
    {
        return not_good(fault);
    }
    claims.insert("token_type".into(), json!("Bearer"));
    Ok(Some(claims))
}

fn not_good(fault: Fault) -> Result<Option<Map<String, Value>>, Fault> {
    match fault.is_internal() {
        true => Err(fault),
        false => Ok(None),
    }
}

/// Whether a token is the client's own, or for a resource server that it speaks for.
async fn concerns(cx: &Cx<'_>, client: &Client, token: &Verified) -> Result<bool, Fault> {
    if token.client.id == client.id {
        return Ok(true);
    }
    let audience = match token.claims.get("aud") {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let is_for_it = |scope: &&String| {
        let parts = scope.rsplit_once('/');
        parts.is_some_and(|(server, name)| {
            name == INTROSPECT && audience.iter().any(|it| it.as_str() == Some(server))
        })
    };
    let allowed = client.settings.allowed_oauth_scopes.iter().flatten();
    let scopes: Vec<String> = allowed.filter(is_for_it).cloned().collect();
    // The resource server may have dropped the scope since.
    Ok(!oauth::active(cx, &client.pool, &scopes).await?.is_empty())
}

/// A refresh token concerns its client only. This is no use of it: a rotated one is not good, and nothing is revoked.
async fn refresh_token(
    cx: &Cx<'_>,
    pool: &Pool,
    client: &Client,
    token: &str,
) -> Result<Option<Map<String, Value>>, Fault> {
    let Some(id) = tokens::family_of(cx, token) else {
        return Ok(None);
    };
    let family = cx.store().family(&id).await?;
    let family = family.filter(|it| {
        let is_own = it.client == client.id && it.pool == pool.id;
        let is_live = !it.revoked && it.expires > cx.now();
        is_own && is_live && it.judge(&tokens::hash(token), cx.now()) != Use::Stolen
    });
    let Some(family) = family else {
        return Ok(None);
    };
    let user = cx.store().user(&pool.id, &family.sub).await?;
    let user = user.filter(|it| it.enabled && family.issued >= it.tokens_not_before);
    Ok(user.map(|user| {
        let members = [
            ("scope", json!(family.scopes.join(" "))),
            ("client_id", json!(family.client)),
            ("username", json!(user.username)),
            ("sub", json!(family.sub)),
            ("iss", json!(pool.issuer(&cx.api.settings.public_url))),
            ("iat", json!(family.issued.seconds())),
            ("exp", json!(family.expires.seconds())),
        ];
        let members = members.into_iter();
        members.map(|(name, it)| (name.to_owned(), it)).collect()
    }))
}
