//! Sealed columns: each value opens only in its own table, column and row.

use cabana_domain::{PoolId, Sub};
use cabana_store::seal::Purpose;
use cabana_store::{Result, Sealer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::unavailable;
use crate::value::{Cells, Value};

/// The place of a sealed value: table, column, and ID of its row.
pub type Place<'a> = &'a [&'a str];

/// The place of a passkey's detail; `id` in hexadecimal digits.
pub fn passkey_place<'a>(pool: &'a PoolId, sub: &'a Sub, id: &'a str) -> [&'a str; 5] {
    ["passkeys", "detail", pool.as_str(), sub.as_str(), id]
}

/// The place of an identity provider's settings.
pub fn provider_place<'a>(pool: &'a PoolId, name: &'a str) -> [&'a str; 4] {
    ["identity_providers", "settings", pool.as_str(), name]
}

/// The place of a pool's key pair for SAML.
pub fn saml_key_place(pool: &PoolId) -> [&str; 3] {
    ["saml_keys", "pkcs8", pool.as_str()]
}

/// Seals bytes for their place.
pub fn seal(sealer: &Sealer, place: Place<'_>, plain: &[u8]) -> Result<Value> {
    let sealed = sealer
        .seal(Purpose::Row, place, plain)
        .map_err(unavailable)?;
    Ok(Value::Blob(sealed))
}

/// Seals a value as JSON.
pub fn seal_json<T: Serialize>(sealer: &Sealer, place: Place<'_>, value: &T) -> Result<Value> {
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(value).map_err(unavailable)?);
    seal(sealer, place, &plain)
}

impl Cells {
    /// The next column, opened.
    pub fn sealed(&mut self, sealer: &Sealer, place: Place<'_>) -> Result<Vec<u8>> {
        let sealed = self.blob()?;
        let plain = sealer
            .open(Purpose::Row, place, &sealed)
            .map_err(|error| self.corrupt(error))?;
        Ok(plain.to_vec())
    }

    /// The next column, opened and read as JSON.
    pub fn sealed_json<T: DeserializeOwned>(
        &mut self,
        sealer: &Sealer,
        place: Place<'_>,
    ) -> Result<T> {
        self.opt_sealed_json(sealer, place)?
            .ok_or_else(|| self.corrupt(crate::value::Damage::Form))
    }

    /// The next column, opened and read as JSON, if it holds anything.
    pub fn opt_sealed_json<T: DeserializeOwned>(
        &mut self,
        sealer: &Sealer,
        place: Place<'_>,
    ) -> Result<Option<T>> {
        let Some(sealed) = self.opt_blob()? else {
            return Ok(None);
        };
        let plain = sealer
            .open(Purpose::Row, place, &sealed)
            .map_err(|error| self.corrupt(error))?;
        serde_json::from_slice(&plain)
            .map(Some)
            .map_err(|error| self.corrupt(error))
    }
}
