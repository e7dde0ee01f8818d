//! Signed tokens in their compact form (RFC 7515), with the algorithms that a provider may use.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::KeySet;

/// Longest token that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// An algorithm. `none` is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    EdDsa,
    Hs256,
    Hs384,
    Hs512,
}

const NAMES: [(Algorithm, &str); 13] = [
    (Algorithm::Rs256, "RS256"),
    (Algorithm::Rs384, "RS384"),
    (Algorithm::Rs512, "RS512"),
    (Algorithm::Ps256, "PS256"),
    (Algorithm::Ps384, "PS384"),
    (Algorithm::Ps512, "PS512"),
    (Algorithm::Es256, "ES256"),
    (Algorithm::Es384, "ES384"),
    (Algorithm::Es512, "ES512"),
    (Algorithm::EdDsa, "EdDSA"),
    (Algorithm::Hs256, "HS256"),
    (Algorithm::Hs384, "HS384"),
    (Algorithm::Hs512, "HS512"),
];

impl Algorithm {
    /// Its name in a header.
    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(own, _)| *own == self);
        found.map_or("", |(_, name)| name)
    }

    fn read(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(_, own)| *own == name);
        found.map(|(algorithm, _)| *algorithm)
    }

    fn of_shared_secret(self) -> Option<hmac::Algorithm> {
        match self {
            Self::Hs256 => Some(hmac::HMAC_SHA256),
            Self::Hs384 => Some(hmac::HMAC_SHA384),
            Self::Hs512 => Some(hmac::HMAC_SHA512),
            _ => None,
        }
    }
}

/// The reason why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("it is not a signed token")]
    Form,
    #[error("it is signed with an algorithm that is not allowed")]
    Algorithm,
    /// The key set may be older than the key.
    #[error("it is signed with a key that the provider does not publish")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
}

/// A token that has been taken apart; nothing in it is to be believed yet.
pub struct Signed<'t> {
    algorithm: Algorithm,
    kid: Option<String>,
    message: &'t [u8],
    payload: &'t str,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that have to be understood; none is.
    crit: Option<Value>,
}

impl<'t> Signed<'t> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// If it is no signed token, or its algorithm is not known.
    pub fn parse(token: &'t str) -> Result<Self, Flaw> {
        if token.len() > LONGEST {
            return Err(Flaw::Form);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Flaw::Form)?;
        let (header, payload) = message.split_once('.').ok_or(Flaw::Form)?;
        if payload.contains('.') {
            return Err(Flaw::Form);
        }
        let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Flaw::Form);
        let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| Flaw::Form)?;
        if header.crit.is_some() {
            return Err(Flaw::Form);
        }
        Ok(Self {
            algorithm: Algorithm::read(&header.alg).ok_or(Flaw::Algorithm)?,
            kid: header.kid,
            message: message.as_bytes(),
            payload,
            signature: decoded(signature)?,
        })
    }

    /// Whether it is signed with a secret that the provider shares with the app, and with no key of a set.
    pub fn is_of_shared_secret(&self) -> bool {
        self.algorithm.of_shared_secret().is_some()
    }

    /// The claims, if a key of the set has signed them.
    ///
    /// # Errors
    /// If none has.
    pub fn verified(self, keys: &KeySet) -> Result<Map<String, Value>, Flaw> {
        if self.is_of_shared_secret() {
            return Err(Flaw::Algorithm);
        }
        let key = keys.find(self.kid.as_deref(), self.algorithm);
        let key = key.ok_or(Flaw::UnknownKey)?;
        match key.verifies(self.algorithm, self.message, &self.signature) {
            true => self.claims(),
            false => Err(Flaw::Signature),
        }
    }

    /// The claims, if they are signed with this secret.
    ///
    /// # Errors
    /// If they are not.
    pub fn verified_with_secret(self, secret: &[u8]) -> Result<Map<String, Value>, Flaw> {
        let algorithm = self.algorithm.of_shared_secret().ok_or(Flaw::Algorithm)?;
        let key = hmac::Key::new(algorithm, secret);
        match hmac::verify(&key, self.message, &self.signature) {
            Ok(()) => self.claims(),
            Err(_) => Err(Flaw::Signature),
        }
    }

    fn claims(&self) -> Result<Map<String, Value>, Flaw> {
        let payload = BASE64_URL_SAFE_NO_PAD.decode(self.payload);
        let payload = payload.map_err(|_| Flaw::Form)?;
        serde_json::from_slice(&payload).map_err(|_| Flaw::Form)
    }
}

#[cfg(test)]
mod tests;
