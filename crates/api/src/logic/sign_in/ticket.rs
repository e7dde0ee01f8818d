//! Tickets: sealed state that the client carries, so that it costs no write.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_store::seal::Purpose;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Api;
use crate::fault::Fault;

/// Seals a value into text that opens only as a ticket of this `kind`.
///
/// # Errors
/// If sealing fails, which is not expected.
pub fn seal<T: Serialize>(api: &Api, kind: &str, value: &T) -> Result<String, Fault> {
    let plain = serde_json::to_vec(value).map_err(Fault::internal)?;
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
