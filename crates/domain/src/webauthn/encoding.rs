//! Encodings that credentials use: base64url, and CBOR (RFC 8949).

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ciborium::Value;

use super::Flaw;

/// Base64url without padding (section 5.1); with padding is accepted from clients that encode by themselves.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Nesting of CBOR values; attestation statements have three levels.
const DEEPEST: usize = 8;

pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64URL.encode(bytes)
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>, Flaw> {
    BASE64URL
        .decode(text)
        .map_err(|_| Flaw::Malformed("base64url"))
}

/// Reads one CBOR value and moves `rest` behind it.
pub(super) fn cbor(rest: &mut &[u8]) -> Result<Value, Flaw> {
    ciborium::de::from_reader_with_recursion_limit(rest, DEEPEST)
        .map_err(|_| Flaw::Malformed("CBOR"))
}

/// The ID of a credential, which clients send twice.
pub(super) fn credential_id(id: &str, raw: Option<&str>, kind: &str) -> Result<Vec<u8>, Flaw> {
    let id = decode(id)?;
    let same = match raw {
        Some(raw) => decode(raw)? == id,
        None => true,
    };
    match same && kind == "public-key" {
        true => Ok(id),
        false => Err(Flaw::Malformed("credential")),
    }
}
