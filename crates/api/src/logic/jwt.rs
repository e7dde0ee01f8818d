//! JSON Web Signatures as Cognito writes them: RS256, header `kid` and `alg` and nothing else.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::keys::{KeyUse, SigningKey};
use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;
use crate::keys::KeyRing;

/// Signs claims with a key.
///
/// # Errors
/// If the key cannot be used.
pub fn sign(ring: &KeyRing, key: &SigningKey, claims: &Value) -> Result<String, Fault> {
    let header = format!(r#"{{"kid":"{}","alg":"RS256"}}"#, key.kid);
    let mut token = BASE64_URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(claims.to_string(), &mut token);
    let signature = ring.sign(key, token.as_bytes())?;
    token.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

#[derive(Deserialize)]
struct Header {
    kid: String,
    alg: String,
}

/// The claims of a token, not believed yet: only good for finding the key that must have signed it.
pub fn unverified_claims(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// The claims of a token that one of `keys` signed for `usage`; `None` for anything else.
pub fn verify(keys: &[SigningKey], usage: KeyUse, token: &str) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.alg != "RS256" {
        return None;
    }
    let key = keys
        .iter()
        .find(|key| key.usage == usage && key.kid == header.kid)?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    RsaPublicKeyComponents {
        n: &key.modulus,
        e: &key.exponent,
    }
    .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
    .ok()?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}
