//! Links that create the first operator, for those who can run the program with its master key. A link is valid for
//! half an hour and for one operator; creating it writes nothing.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::{Span, Time};
use cabana_store::seal::Purpose;
use cabana_store::{Change, Sealer, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::{Api, faults};

/// Validity of a token.
const LIFE: Span = Span::minutes(30);
/// The context that the token is sealed for.
const PLACE: &str = "console set-up";
/// The kind of the link's single-use marker ([`Change::Spend`]).
const SPENT: &str = "setup_link";

/// A new token.
///
/// # Errors
/// If the system has no randomness.
pub fn setup_token(api: &Api, now: Time) -> Result<String, Fault> {
    new_setup_token(&api.sealer, now)
}

/// A new token, given a master key and no running server.
///
/// # Errors
/// If the system has no randomness.
pub fn new_setup_token(sealer: &Sealer, now: Time) -> Result<String, Fault> {
    let expires = now.after(LIFE).micros().to_be_bytes();
    // The nonce of the seal makes every token different.
    let sealed = sealer
        .seal(Purpose::Ticket, &[PLACE], &expires)
        .map_err(Fault::internal)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

/// The change that uses the token up, for the list that creates the operator; a list that is not committed leaves the
/// token unused. Of two concurrent lists one is refused: see [`setup_refused`].
///
/// # Errors
/// If the token is forged, expired, or already used.
pub async fn redeem_setup_token(cx: &Cx<'_>, token: &str) -> Result<Change, Fault> {
    let sealer = &cx.api.sealer;
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(token);
    let sealed = sealed.map_err(|_| faults::setup_link_unknown())?;
    let plain = sealer.open(Purpose::Ticket, &[PLACE], &sealed);
    let plain = plain.map_err(|_| faults::setup_link_unknown())?;
    let expires = plain.as_slice().try_into().map(i64::from_be_bytes);
    let expires = expires.map_err(|_| faults::setup_link_unknown())?;
    let expires = Time::from_micros(expires);
    if cx.now() >= expires {
        return Err(faults::setup_link_expired());
    }
    let key = sealer.keyed_hash(&[PLACE.as_bytes(), &sealed]);
    if cx.store().is_spent(&key).await? {
        return Err(faults::setup_link_used());
    }
    Ok(Change::Spend {
        what: SPENT,
        key,
        expires,
    })
}

/// The fault for a failed list with the change of [`redeem_setup_token`].
pub fn setup_refused(error: StoreError) -> Fault {
    match error {
        StoreError::Conflict(SPENT) => faults::setup_link_used(),
        other => other.into(),
    }
}
