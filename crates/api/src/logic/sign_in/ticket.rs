//! Tickets: sealed state that the client carries, so that it costs no write.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_store::seal::Purpose;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Api;
use crate::fault::Fault;

/// Sealed state is padded to a multiple of this, in bytes.
const PAD: usize = 256;
/// Longest ticket that is padded, in bytes: clients may send back 4,096 characters.
const LONGEST: usize = 3_040;

/// JSON padded with white space, which parsers ignore, so that the length of what is sealed tells little of it. Not
/// padded beyond `longest`.
///
/// # Errors
/// Those of the serialization.
pub fn padded<T: Serialize>(value: &T, longest: usize) -> serde_json::Result<Vec<u8>> {
    let mut plain = serde_json::to_vec(value)?;
    let length = plain.len().next_multiple_of(PAD).min(longest);
    if plain.len() < length {
        plain.resize(length, b' ');
    }
    Ok(plain)
}

/// Seals a value into text that opens only as a ticket of this `kind`.
///
/// # Errors
/// If sealing fails, which is not expected.
pub fn seal<T: Serialize>(api: &Api, kind: &str, value: &T) -> Result<String, Fault> {
    let plain = padded(value, LONGEST).map_err(Fault::internal)?;
    let sealed = api
        .sealer
        .seal(Purpose::Ticket, &[kind], &plain)
        .map_err(Fault::internal)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

/// Opens a ticket; `None` if it was not sealed by this server as this kind.
pub fn open<T: DeserializeOwned>(api: &Api, kind: &str, ticket: &str) -> Option<T> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(ticket).ok()?;
    let plain = api.sealer.open(Purpose::Ticket, &[kind], &sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}
