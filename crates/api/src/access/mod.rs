//! Who may call: signatures of version 4, or none for the public operations.

use bytes::Bytes;
use cabana_model::Operation;

use crate::cx::Caller;
use crate::fault::Fault;
use crate::{Api, Signatures, faults};

/// Judges the request's signature. Public operations ignore one.
pub(crate) async fn caller(
    api: &Api,
    operation: Operation,
    _parts: &http::request::Parts,
    _body: &Bytes,
) -> Result<Caller, Fault> {
    if operation.is_public() {
        return Ok(Caller::Anonymous);
    }
    match api.settings.signatures {
        Signatures::KnownKeysOnly => Ok(Caller::Unchecked),
        Signatures::Required => Err(faults::not_built(operation)),
    }
}
