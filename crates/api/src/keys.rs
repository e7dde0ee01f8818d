//! Signing keys in use: parsed once and kept, and a small stock made ahead.
//!
//! Parsing a key costs as much as half a signature and making one 80 ms, so neither happens on a
//! request's way: parsed keys stay in the ring, and new pools take from the stock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::keys::{KeyUse, SigningKey};
use cabana_domain::{PoolId, Time};

use crate::fault::Fault;

/// How many key pairs the stock holds when full: two pools' worth.
const STOCK: usize = 4;

/// Parsed keys by `kid`, and the stock.
pub struct KeyRing {
    parsed: Mutex<HashMap<String, Arc<RsaKeyPair>>>,
    stock: Mutex<Vec<Arc<RsaKeyPair>>>,
    random: SystemRandom,
}

impl Default for KeyRing {
    fn default() -> Self {
        Self::new()
    }
}

impl KeyRing {
    /// An empty ring.
    pub fn new() -> Self {
        Self {
            parsed: Mutex::default(),
            stock: Mutex::default(),
            random: SystemRandom::new(),
        }
    }

    /// RS256 over `message`.
    ///
    /// # Errors
    /// If the stored key cannot be parsed.
    pub fn sign(&self, key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let pair = self.parsed(key)?;
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature)
            .map_err(Fault::internal)?;
        Ok(signature)
    }

    fn parsed(&self, key: &SigningKey) -> Result<Arc<RsaKeyPair>, Fault> {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pair) = parsed.get(&key.kid) {
            return Ok(pair.clone());
        }
        let pair = Arc::new(RsaKeyPair::from_pkcs8(&key.pkcs8).map_err(Fault::internal)?);
        parsed.insert(key.kid.clone(), pair.clone());
        Ok(pair)
    }

    /// Lays a key pair in stock.
    pub fn put(&self, pair: Arc<RsaKeyPair>) {
        self.stock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(pair);
    }

    /// Fills the stock. Blocks for about 80 ms a key: for a thread of its own.
    pub fn refill(&self) {
        while self
            .stock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
            < STOCK
        {
            let Ok(pair) = RsaKeyPair::generate(KeySize::Rsa2048) else {
                return;
            };
            self.put(Arc::new(pair));
        }
    }

    /// A new pool's keys, from the stock while it lasts. Blocks while it does not.
    ///
    /// # Errors
    /// If no key can be made.
    pub fn new_pool_keys(&self, pool: &PoolId, now: Time) -> Result<Vec<SigningKey>, Fault> {
        [KeyUse::IdToken, KeyUse::AccessToken]
            .into_iter()
            .map(|usage| {
                let ready = self
                    .stock
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .pop();
                let pair = match ready {
                    Some(pair) => pair,
                    None => {
                        Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).map_err(Fault::internal)?)
                    }
                };
                describe(pool, usage, now, &pair)
            })
            .collect()
    }
}

fn describe(
    pool: &PoolId,
    usage: KeyUse,
    now: Time,
    pair: &RsaKeyPair,
) -> Result<SigningKey, Fault> {
    let public = pair.public_key();
    let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
    let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(Fault::internal)?;
    // Cognito's kid is 32 bytes of base64; the modulus' hash gives each key its own.
    let kid = BASE64_STANDARD.encode(digest(&SHA256, &modulus));
    Ok(SigningKey {
        pool: pool.clone(),
        kid,
        usage,
        pkcs8: der.as_ref().to_vec(),
        modulus,
        exponent,
        created: now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

    #[test]
    fn a_new_pools_keys_sign_what_their_published_halves_verify() {
        let ring = KeyRing::new();
        let keys = ring
            .new_pool_keys(&PoolId::new("us-east-1_abc"), Time::from_seconds(1))
            .unwrap();
        assert_eq!(keys.len(), 2);
        assert_ne!(keys[0].kid, keys[1].kid);
        for key in &keys {
            assert_eq!(key.kid.len(), 44);
            let signature = ring.sign(key, b"message").unwrap();
            RsaPublicKeyComponents {
                n: &key.modulus,
                e: &key.exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, b"message", &signature)
            .unwrap();
        }
    }
}
