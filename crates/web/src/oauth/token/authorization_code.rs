//! The code grant (RFC 6749 §4.1.3, RFC 7636). Three reads, one write, two signatures.
//!
//! A code is deleted in the same write that stores its tokens, so that of two concurrent requests exactly one gets
//! tokens. A code used again within its five minutes is in two hands, and the tokens it gave are revoked (RFC 6749
//! §4.1.2).

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_api::logic::sessions;
use cabana_api::logic::tokens::{self, Grant, Tokens, claims};
use cabana_api::{Cx, Fault};
use cabana_domain::client::Client;
use cabana_domain::code::AuthorizationCode;
use cabana_domain::tokens::TokenSource;
use cabana_domain::trigger::Occasion;
use cabana_model::OAuthFlowType;
use cabana_store::{Change, StoreError};
use subtle::ConstantTimeEq;

use super::{Answer, missing};
use crate::authorize;
use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::grant::CODE_LIFE;
use crate::authorize::session;
use crate::visit::Visit;

pub async fn redeem(visit: &Visit, client: &Client) -> Result<Answer, Refusal> {
    authorize::demand_flow(&client.settings, OAuthFlowType::Code)?;
    let cx = visit.cx();
    let code = find(&cx, visit, client).await?;
    let issued = issue(&cx, visit, client, code).await?;
    Ok(issued.into())
}

/// The code, if every parameter sent with it is right.
async fn find(cx: &Cx<'_>, visit: &Visit, client: &Client) -> Result<AuthorizationCode, Refusal> {
    let form = &visit.form;
    let code = form.get("code").ok_or_else(|| missing("code"))?;
    let redirect_uri = form
        .get("redirect_uri")
        .ok_or_else(|| missing("redirect_uri"))?;
    let hash = tokens::hash(code);
    let found = cx.store().authorization_code(&hash).await;
    let Some(code) = found.map_err(Fault::from)? else {
        return Err(used_before(cx, client, &hash).await?);
    };
    if code.client != client.id || code.expires <= cx.now() {
        return Err(Kind::InvalidGrant.into());
    }
    if code.redirect_uri != redirect_uri {
        let kind = match visit.pool().speaks_standard() {
            true => Kind::InvalidGrant,
            false => Kind::UnauthorizedClient,
        };
        let refusal = Refusal::new(kind, "invalid_redirect");
        return Err(refusal.blaming("redirect_uri", redirect_uri));
    }
    let proven = match (code.code_challenge.as_deref(), form.get("code_verifier")) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => is_answered(challenge, verifier),
        _ => false,
    };
    match proven {
        true => Ok(code),
        false => Err(Refusal::new(
            Kind::InvalidGrant,
            "code_verifier does not match",
        )),
    }
}

/// Handles a code that is not stored: if this client redeemed it within its five minutes, its tokens are revoked.
async fn used_before(cx: &Cx<'_>, client: &Client, hash: &[u8; 32]) -> Result<Refusal, Fault> {
    let unknown = Refusal::from(Kind::InvalidGrant);
    let id = tokens::family_of_code(cx, hash);
    let Some(family) = cx.store().family(&id).await? else {
        return Ok(unknown);
    };
    // A code that old would be refused in any case, and old codes lie in browser histories and logs.
    if family.client != client.id || cx.now() > family.issued.after(CODE_LIFE) {
        return Ok(unknown);
    }
    if !family.revoked {
        cx.commit([Change::RevokeFamily { id }]).await?;
    }
    let why = "the code was used before; the tokens it gave are revoked";
    Ok(Refusal::new(Kind::InvalidGrant, why))
}

/// Whether the challenge is the S256 of the verifier. RFC 7636 requires at least 43 characters; clients made for
/// Cognito send fewer, and Cognito accepts them.
fn is_answered(challenge: &str, verifier: &str) -> bool {
    let right = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    bool::from(right.as_bytes().ct_eq(challenge.as_bytes()))
}

async fn issue(
    cx: &Cx<'_>,
    visit: &Visit,
    client: &Client,
    code: AuthorizationCode,
) -> Result<Tokens, Refusal> {
    let pool = visit.pool();
    let user = cx.store().user(&pool.id, &code.sub).await;
    let user = user
        .map_err(Fault::from)?
        .filter(|user| session::may_go_on(user, &code.authentication))
        .ok_or(Kind::InvalidGrant)?;
    if !may_read_what_was_granted(client, &code.scopes) {
        return Err(Refusal::new(
            Kind::InvalidGrant,
            "the client may not read an attribute of a granted scope",
        ));
    }
    let grant = Grant {
        source: TokenSource::OAuth,
        scopes: code.scopes,
        authentication: code.authentication,
        nonce: code.nonce,
        resource: code.resource,
        refreshable: true,
        family: Some(tokens::family_of_code(cx, &code.hash)),
        level_asked: code.level_asked,
        claims: code.claims,
        origin: code.origin,
        occasion: Occasion::HostedAuth,
    };
    let (issued, family) = tokens::issue(cx, pool, client, &user, grant).await?;
    let taken = Change::TakeAuthorizationCode { hash: code.hash };
    let changes = std::iter::once(taken).chain(sessions::begun(cx, pool, family));
    match cx.try_commit(changes).await {
        Ok(()) => Ok(issued),
        // Another request was faster with the same code.
        Err(StoreError::Gone) => Err(used_before(cx, client, &code.hash).await?),
        Err(error) => Err(Fault::from(error).into()),
    }
}

/// As documented: a granted `email` or `phone` requires that the client can read the attribute and its verified flag.
fn may_read_what_was_granted(client: &Client, scopes: &[String]) -> bool {
    const COVERED: [(&str, [&str; 2]); 2] = [
        ("email", ["email", "email_verified"]),
        ("phone", ["phone_number", "phone_number_verified"]),
    ];
    COVERED
        .iter()
        .filter(|(scope, _)| scopes.iter().any(|it| it == scope))
        .flat_map(|(_, names)| names)
        .all(|name| claims::may_read(client, name))
}

#[cfg(test)]
mod tests {
    use super::is_answered;

    #[test]
    fn the_example_of_rfc_7636_is_answered_and_nothing_else() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(is_answered(challenge, verifier));
        assert!(!is_answered(challenge, challenge));
        assert!(!is_answered(verifier, verifier));
        assert!(!is_answered(challenge, ""));
    }
}
