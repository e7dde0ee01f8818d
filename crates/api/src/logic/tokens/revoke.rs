//! Revocation of a refresh token: by RevokeToken and by the revocation endpoint.

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_model::SessionTypeType;
use cabana_store::{Change, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::tokens::{self, jwt};

/// Revokes the family of a refresh token; if `linked`, also the tracked browser session that it came from. Succeeds
/// for an unknown or already revoked one.
///
/// # Errors
/// UnsupportedTokenTypeException for an access or ID token; UnsupportedOperationException if the client has
/// revocation off; UnauthorizedException for another client's token.
pub async fn revoke(cx: &Cx<'_>, client: &Client, token: &str, linked: bool) -> Result<(), Fault> {
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
    let revocation = match family.session.filter(|_| linked) {
        Some(track) => Change::RevokeSession {
            pool: family.pool,
            sub: family.sub,
            id: track.id,
            kind: SessionTypeType::Token,
            linked,
        },
        None => Change::RevokeFamily { id },
    };
    match cx.try_commit([revocation, event.into()]).await {
        // Another request revoked it meanwhile.
        Err(StoreError::Gone) => Ok(()),
        outcome => Ok(outcome?),
    }
}
