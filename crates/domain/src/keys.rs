//! Keys: the pools' signing keys and the API's access keys.

use cabana_model::Secret;
use serde::{Deserialize, Serialize};

use crate::{PoolId, Time};

/// The kind of token a key signs. A pool has one key pair for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyUse {
    IdToken,
    AccessToken,
}

/// An RSA-2048 signing key of a pool. `pkcs8` is sealed at rest.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    pub pool: PoolId,
    /// Base64 of 32 bytes, as the JWS header and the JWKS carry it.
    pub kid: String,
    pub usage: KeyUse,
    pub pkcs8: Vec<u8>,
    /// Modulus and exponent, big-endian: what the JWKS publishes.
    pub modulus: Vec<u8>,
    pub exponent: Vec<u8>,
    pub created: Time,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("usage", &self.usage)
            .finish_non_exhaustive()
    }
}

/// The RSA-2048 key pair with which a pool signs its requests to SAML providers, and decrypts what they encrypt. `pkcs8`
/// is sealed at rest.
#[derive(Clone, PartialEq, Eq)]
pub struct SamlKey {
    pub pool: PoolId,
    pub pkcs8: Vec<u8>,
    /// Signed by itself, in DER.
    pub certificate: Vec<u8>,
    pub created: Time,
}

impl std::fmt::Debug for SamlKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SamlKey")
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}

/// Name reserved for the access key in the server's configuration.
pub const ROOT_KEY_NAME: &str = "root";

/// An access key that signs API calls. `secret` is sealed at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    pub id: String,
    pub secret: Secret,
    pub enabled: bool,
    /// Name given by the operator.
    pub name: String,
    pub created: Time,
}
