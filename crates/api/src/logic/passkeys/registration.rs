//! Registrations of passkeys: the challenge that is pending, and the passkey that answers it.

use cabana_domain::Span;
use cabana_domain::event::EventKind;
use cabana_domain::passkey::{self, Passkey, PendingPasskey};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::webauthn::{CHALLENGE_BYTES, Creation, Registration};
use cabana_model::Blob;
use cabana_store::{Change, StoreError};
use serde_json::Value;

use super::{demand_enabled, demands_verification, relying_party, verification_word};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::tokens::access_token::Who;

/// Time to complete a registration.
const LIFE: Span = Span::minutes(5);

/// Starts a registration, in place of one that is pending. Returns the options for the browser.
///
/// # Errors
/// If the pool has no passkeys or no relying party, or the user has as many as they may have.
pub async fn start(cx: &Cx<'_>, who: &Who) -> Result<Value, Fault> {
    let (pool, user) = (&*who.pool, &who.user);
    demand_enabled(pool)?;
    let relying_party = relying_party(cx, pool).await?;
    let relying_party = relying_party.ok_or_else(faults::passkeys::no_relying_party)?;
    let passkeys = cx.store().passkeys(&pool.id, &user.sub).await?;
    if passkeys.len() >= passkey::MOST {
        return Err(faults::passkeys::too_many_passkeys());
    }
    let challenge: [u8; CHALLENGE_BYTES] = cx.random()?;
    let pending = PendingPasskey {
        challenge: Blob(challenge.to_vec()),
        client: who.client.id.clone(),
        expires: cx.now().after(LIFE),
    };
    let mut waiting = user.clone();
    waiting.secrets.pending_passkey = Some(pending);
    cx.commit([Change::UpdateUser {
        user: Box::new(waiting),
        names: None,
    }])
    .await?;
    let excluded = passkeys.iter();
    let excluded = excluded.filter(|it| it.detail.relying_party == relying_party);
    let options = Creation {
        relying_party: &relying_party,
        challenge,
        user: user.sub.as_str().as_bytes(),
        username: known_as(pool, user),
        user_verification: verification_word(demands_verification(pool, user)),
        excluded: excluded.map(Passkey::listed).collect(),
    };
    Ok(options.to_json())
}

/// Completes a registration with what the browser answered.
///
/// # Errors
/// In Cognito's words. Nothing is stored then, and the challenge stays pending.
pub async fn complete(cx: &Cx<'_>, who: Who, credential: &Value) -> Result<(), Fault> {
    let (pool, mut user) = (&*who.pool, who.user);
    demand_enabled(pool)?;
    let answer = Registration::parse(credential).map_err(faults::passkeys::refused_credential)?;
    let pending = user.secrets.pending_passkey.take();
    let pending = pending
        .filter(|it| it.expires > cx.now() && answer.answers(&it.challenge.0))
        .ok_or_else(faults::passkeys::no_pending_registration)?;
    if pending.client != who.client.id {
        return Err(faults::passkeys::registration_of_other_client());
    }
    let relying_party = relying_party(cx, pool).await?;
    let relying_party = relying_party.ok_or_else(faults::passkeys::other_relying_party)?;
    let registered = answer
        .check(&relying_party, demands_verification(pool, &user))
        .map_err(faults::passkeys::refused_credential)?;
    let others = cx.store().passkeys(&pool.id, &user.sub).await?;
    if others.len() >= passkey::MOST {
        return Err(faults::passkeys::too_many_passkeys());
    }
    let (pool, sub) = (pool.id.clone(), user.sub.clone());
    let passkey = Passkey::new(pool, sub, &relying_party, registered, cx.now());
    let event = cx.event(&user, EventKind::RegisterPasskey);
    let changes = [
        Change::InsertPasskey(Box::new(passkey)),
        event.in_app(&who.client.id).into(),
        // Uses the challenge up. Of several registrations at once, each counts the passkeys of those before it.
        Change::UpdateUser {
            user: Box::new(user),
            names: None,
        },
    ];
    cx.try_commit(changes).await.map_err(|error| match error {
        StoreError::Conflict("passkey") => faults::passkeys::known_credential(),
        other => other.into(),
    })
}

/// The name under which authenticators list the passkey: one that the person knows.
fn known_as<'u>(pool: &Pool, user: &'u User) -> &'u str {
    let address = || user.attribute("email").or(user.attribute("phone_number"));
    let address = pool.has_username_attributes().then(address).flatten();
    address.unwrap_or(&user.username)
}
