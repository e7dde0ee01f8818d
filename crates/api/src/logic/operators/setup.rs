//! Links that make the first operator: whoever can run the program beside its master key may have
//! one. A link is good for half an hour and for one operator; making it writes nothing.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::{Span, Time};
use cabana_store::seal::Purpose;
use cabana_store::{Change, Sealer, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::{Api, faults};

/// How long a token is good for.
const LIFE: Span = Span::minutes(30);
/// What the token is sealed for.
const PLACE: &str = "console set-up";
/// What [`Change::Spend`] calls the link.
const SPENT: &str = "setup_link";

/// A new token.
///
/// # Errors
/// If the system has no randomness.
pub fn setup_token(api: &Api, now: Time) -> Result<String, Fault> {
    new_setup_token(&api.sealer, now)
}

/// A new token, where there is a master key and no server.
///
/// # Errors
/// If the system has no randomness.
pub fn new_setup_token(sealer: &Sealer, now: Time) -> Result<String, Fault> {
    let expires = now.after(LIFE).micros().to_be_bytes();
    // The nonce of the seal makes every token another one.
    let sealed = sealer
        .seal(Purpose::Ticket, &[PLACE], &expires)
        .map_err(Fault::internal)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

/// The change that uses a token up, for the list that makes the operator. Without it in that list, the
/// token is not used up. If two come at once, the list of one of them is refused: see
/// [`setup_refused`].
///
/// # Errors
/// If the token is forged, has expired, or was used.
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

/// What to answer when a list with the change of [`redeem_setup_token`] did not succeed.
pub fn setup_refused(error: StoreError) -> Fault {
    match error {
        StoreError::Conflict(SPENT) => faults::setup_link_used(),
        other => other.into(),
    }
}
