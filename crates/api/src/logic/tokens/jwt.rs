//! JSON Web Signatures as Cognito writes them: RS256, only `kid` and `alg` in the header. Access tokens of pools in the
//! standard dialect have a `typ` besides (RFC 9068).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::keys::{KeyUse, SigningKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fault::Fault;
use crate::keys::KeyRing;

/// The `typ` of access tokens in the standard dialect.
const AT_JWT: &str = "at+jwt";

/// Signs claims with a key.
///
/// # Errors
/// If the key cannot be used.
pub fn sign(ring: &KeyRing, key: &SigningKey, claims: &Value) -> Result<String, Fault> {
    let header = format!(r#"{{"kid":"{}","alg":"RS256"}}"#, key.kid);
    signed(ring, key, &header, claims)
}

/// Signs the claims of an access token of RFC 9068.
///
/// # Errors
/// If the key cannot be used.
pub fn sign_at_jwt(ring: &KeyRing, key: &SigningKey, claims: &Value) -> Result<String, Fault> {
    let header = format!(r#"{{"kid":"{}","alg":"RS256","typ":"{AT_JWT}"}}"#, key.kid);
    signed(ring, key, &header, claims)
}

fn signed(ring: &KeyRing, key: &SigningKey, header: &str, claims: &Value) -> Result<String, Fault> {
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
    #[serde(default)]
    typ: Option<String>,
}

/// A parsed token that is not verified yet: its claims serve only to find the keys that may have signed it.
pub struct Unverified<'t> {
    token: &'t str,
    header: Header,
    claims: Value,
}

impl<'t> Unverified<'t> {
    /// Parses a token; `None` if it is malformed or its header differs from this server's.
    pub fn read(token: &'t str) -> Option<Self> {
        let mut parts = token.split('.');
        let (header, payload) = (parts.next()?, parts.next()?);
        if parts.count() != 1 {
            return None;
        }
        let header: Header = json(header)?;
        (header.alg == "RS256").then_some(())?;
        Some(Self {
            token,
            header,
            claims: json(payload)?,
        })
    }

    /// The unverified claims.
    pub fn claims(&self) -> &Value {
        &self.claims
    }

    /// The claims, if one of `keys` signed the token for `usage`.
    pub fn verify(self, ring: &KeyRing, keys: &[SigningKey], usage: KeyUse) -> Option<Value> {
        let fits = match self.header.typ.as_deref() {
            None => true,
            // A pool's dialect may have changed since.
            Some(typ) => usage == KeyUse::AccessToken && typ == AT_JWT,
        };
        fits.then_some(())?;
        let key = keys
            .iter()
            .find(|key| key.usage == usage && key.kid == self.header.kid)?;
        ring.has_signed(key, self.token).then_some(self.claims)
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The claims of a token that one of `keys` signed for `usage`; `None` for anything else.
pub fn verify(ring: &KeyRing, keys: &[SigningKey], usage: KeyUse, token: &str) -> Option<Value> {
    Unverified::read(token)?.verify(ring, keys, usage)
}
