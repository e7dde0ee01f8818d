//! Registrations of passkeys: through the API, where the challenge waits with the user, and on our own pages, which carry
//! it in a ticket.

use cabana_domain::event::EventKind;
use cabana_domain::passkey::{self, Passkey, PendingPasskey};
use cabana_domain::pool::Pool;
use cabana_domain::template::MessageKind as K;
use cabana_domain::user::User;
use cabana_domain::webauthn::{CHALLENGE_BYTES, Creation, Registration};
use cabana_domain::{ClientId, PoolId, Span, Sub, Time};
use cabana_model::Blob;
use cabana_store::{Change, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    demand_enabled, demands_verification, known_as, relying_party, relying_party_here,
    verification_word,
};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes::attempts::{self, Quota};
use crate::logic::messages;
use crate::logic::sign_in::ticket;
use crate::logic::tokens::access_token::Who;

/// Time to complete a registration.
const LIFE: Span = Span::minutes(5);
/// The kind of tickets, and of their single-use markers ([`Change::Spend`]).
const OFFER: &str = "passkey_offer";

/// Starts a registration, in place of one that is pending. Returns the options for the browser.
///
/// # Errors
/// If the pool has no passkeys or no relying party, or the user has as many as they may have.
pub async fn start(cx: &Cx<'_>, who: &Who) -> Result<Value, Fault> {
    let (pool, user) = (&*who.pool, &who.user);
    demand_enabled(pool)?;
    let relying_party = relying_party(cx, pool).await?;
    let relying_party = relying_party.ok_or_else(faults::passkeys::no_relying_party)?;
    let passkeys = room_for_another(cx, user).await?;
    let challenge: [u8; CHALLENGE_BYTES] = cx.random()?;
    let mut waiting = user.clone();
    waiting.secrets.pending_passkey = Some(PendingPasskey {
        challenge: Blob(challenge.to_vec()),
        client: who.client.id.clone(),
        expires: cx.now().after(LIFE),
    });
    let update = Change::UpdateUser {
        user: Box::new(waiting),
        names: None,
    };
    cx.commit([update]).await?;
    Ok(options(pool, user, &relying_party, challenge, &passkeys))
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
    add(cx, pool, user, &who.client.id, &relying_party, answer, None).await
}

/// What a page needs to offer a passkey.
pub struct Offer {
    /// The options for the browser.
    pub options: Value,
    /// Comes back with the answer.
    pub ticket: String,
}

#[derive(Serialize, Deserialize)]
struct Offered {
    /// Key of the single-use marker.
    id: String,
    pool: PoolId,
    sub: Sub,
    challenge: Blob,
    expires: Time,
}

/// Offers a passkey to a user at a page; `None` if there is nothing to offer. Nothing is written.
///
/// # Errors
/// The failure of the store.
pub async fn offer(cx: &Cx<'_>, pool: &Pool, user: &User) -> Result<Option<Offer>, Fault> {
    if demand_enabled(pool).is_err() {
        return Ok(None);
    }
    let relying_party = relying_party_here(cx, pool).await?;
    let passkeys = cx.store().passkeys(&pool.id, &user.sub).await?;
    let (Some(relying_party), true) = (relying_party, passkeys.len() < passkey::MOST) else {
        return Ok(None);
    };
    let challenge: [u8; CHALLENGE_BYTES] = cx.random()?;
    let offered = Offered {
        id: cx.uuid()?,
        pool: pool.id.clone(),
        sub: user.sub.clone(),
        challenge: Blob(challenge.to_vec()),
        expires: cx.now().after(LIFE),
    };
    Ok(Some(Offer {
        options: options(pool, user, &relying_party, challenge, &passkeys),
        ticket: ticket::seal(cx.api, OFFER, &offered)?,
    }))
}

/// Registers what the browser answered to an offer.
///
/// # Errors
/// As for [`complete`]; NotAuthorizedException for a ticket that is not valid or was used.
pub async fn accept(
    cx: &Cx<'_>,
    pool: &Pool,
    user: User,
    client: &ClientId,
    ticket: &str,
    credential: &str,
) -> Result<(), Fault> {
    demand_enabled(pool)?;
    let offered: Option<Offered> = ticket::open(cx.api, OFFER, ticket);
    let offered = offered
        .filter(|it| it.pool == pool.id && it.sub == user.sub && it.expires > cx.now())
        .ok_or_else(faults::session_expired)?;
    let credential: Value = serde_json::from_str(credential).unwrap_or_default();
    let answer = Registration::parse(&credential).map_err(faults::passkeys::refused_credential)?;
    if !answer.answers(&offered.challenge.0) {
        return Err(faults::passkeys::no_pending_registration());
    }
    let relying_party = relying_party(cx, pool).await?;
    let relying_party = relying_party.ok_or_else(faults::passkeys::other_relying_party)?;
    let parts: [&[u8]; 2] = [OFFER.as_bytes(), offered.id.as_bytes()];
    let used = Change::Spend {
        what: OFFER,
        key: cx.api.sealer.keyed_hash(&parts),
        expires: offered.expires,
    };
    add(cx, pool, user, client, &relying_party, answer, Some(used)).await
}

/// Verifies an answer to the right challenge, stores the passkey, and tells the user: it is a whole sign-in, and outlives
/// the session that added it. `user` as it is to be stored.
async fn add(
    cx: &Cx<'_>,
    pool: &Pool,
    mut user: User,
    client: &ClientId,
    relying_party: &str,
    answer: Registration,
    used: Option<Change>,
) -> Result<(), Fault> {
    let registered = answer
        .check(relying_party, demands_verification(pool, &user))
        .map_err(faults::passkeys::refused_credential)?;
    room_for_another(cx, &user).await?;
    // As with a new authenticator app: whoever had them may not be the one who holds this passkey.
    if user.mfa.passkey {
        user.secrets.recovery_codes.clear();
    }
    let told = told(cx, pool, &user).await?;
    let (pool, sub) = (pool.id.clone(), user.sub.clone());
    let passkey = Passkey::new(pool, sub, relying_party, registered, cx.now());
    let event = cx.event(&user, EventKind::RegisterPasskey).in_app(client);
    let changes = [
        Change::InsertPasskey(Box::new(passkey)),
        event.into(),
        // Of several registrations at once, each counts the passkeys of those before it.
        Change::UpdateUser {
            user: Box::new(user),
            names: None,
        },
    ];
    let changes = used.into_iter().chain(told).chain(changes);
    cx.try_commit(changes).await.map_err(|error| match error {
        StoreError::Conflict("passkey") => faults::passkeys::known_credential(),
        StoreError::Conflict(OFFER) => faults::session_used(),
        other => other.into(),
    })
}

/// The changes that tell a user of a new passkey, and count that. Passkeys can be added and deleted without end; the first
/// ones are told.
async fn told(cx: &Cx<'_>, pool: &Pool, user: &User) -> Result<Vec<Change>, Fault> {
    let kinds = [K::EmailNewPasskey, K::SmsNewPasskey];
    let Some(notice) = messages::notice(cx, pool, user, kinds)? else {
        return Ok(Vec::new());
    };
    match attempts::take(cx, pool, user.sub.as_str(), Quota::Notice).await {
        Ok(counted) => Ok(vec![notice, counted]),
        Err(fault) if fault.is_internal() => Err(fault),
        Err(_) => Ok(Vec::new()),
    }
}

/// The user's passkeys, fewer than they may have.
async fn room_for_another(cx: &Cx<'_>, user: &User) -> Result<Vec<Passkey>, Fault> {
    let passkeys = cx.store().passkeys(&user.pool, &user.sub).await?;
    match passkeys.len() < passkey::MOST {
        true => Ok(passkeys),
        false => Err(faults::passkeys::too_many_passkeys()),
    }
}

fn options(
    pool: &Pool,
    user: &User,
    relying_party: &str,
    challenge: [u8; CHALLENGE_BYTES],
    passkeys: &[Passkey],
) -> Value {
    let own = passkeys.iter();
    let own = own.filter(|it| it.detail.relying_party == relying_party);
    let name = known_as(pool, user);
    let options = Creation {
        relying_party,
        challenge,
        user: user.sub.as_str().as_bytes(),
        username: name,
        user_verification: verification_word(demands_verification(pool, user)),
        excluded: own.map(Passkey::listed).collect(),
    };
    options.to_json()
}
