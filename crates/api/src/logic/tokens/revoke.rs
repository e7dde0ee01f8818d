//! Revocation of a refresh token: by RevokeToken and by the revocation endpoint.

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::tokens::{self, jwt};

/// Revokes the family of a refresh token. Succeeds for an unknown or already revoked one.
///
/// # Errors
/// UnsupportedTokenTypeException for an access or ID token; UnsupportedOperationException if the client has
/// revocation off; UnauthorizedException for another client's token.
pub async fn revoke(cx: &Cx<'_>, client: &Client, token: &str) -> Result<(), Fault> {
    if !tokens::looks_like_refresh_token(token) && jwt::Unverified::read(token).is_some() {
        return Err(faults::not_a_refresh_token());
    }
    if !client.revokes_tokens() {
        return Err(faults::revocation_off());
    }
    let Some(id) = tokens::family_of(cx, token) else {
        return Ok(());
    };
    let Some(family) = cx.store().family(&id).await? else {
        return Ok(());
    };
    if family.client != client.id {
        return Err(faults::client_not_proven());
    }
    if family.revoked {
        return Ok(());
    }
    let event = cx.event_of_family(&family, EventKind::RevokeToken);
    cx.commit([Change::RevokeFamily { id }, event.into()]).await
}
