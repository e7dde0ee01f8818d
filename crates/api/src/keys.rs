//! Signing keys in use: parsed once and cached, with a small stock made in advance.
//!
//! Parsing a key costs half as much as a signature, and making one takes 80 ms. Neither delays a request: keys in use
//! stay parsed in the ring, and new pools take theirs from the stock.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::keys::{KeyUse, SigningKey};
use cabana_domain::{PoolId, Time};
use quick_cache::sync::Cache;

use crate::fault::Fault;

/// Key pairs in a full stock: enough for two pools.
const STOCK: usize = 4;

/// Maximum number of cached parsed keys: those of 1,024 pools.
const PARSED: usize = 2_048;

/// Maximum number of cached verified tokens.
const VERIFIED: usize = 16_384;

/// Parsed keys by `kid`, the stock, and tokens whose signature was verified.
pub struct KeyRing {
    parsed: Cache<String, Arc<RsaKeyPair>>,
    stock: Mutex<Vec<Arc<RsaKeyPair>>>,
    /// Hashes over key id and whole token. A key's id is the hash of its modulus, so a signature that was right once
    /// stays right; only right ones are cached.
    verified: Cache<[u8; 32], ()>,
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
            parsed: Cache::new(PARSED),
            stock: Mutex::default(),
            verified: Cache::new(VERIFIED),
            random: SystemRandom::new(),
        }
    }

    /// Signs `message` with RS256.
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

    /// Whether a token in compact form has this key's signature (RS256). Verified once and then recognized by its
    /// hash: clients send the same token many times.
    pub fn has_signed(&self, key: &SigningKey, token: &str) -> bool {
        let mut mark = Context::new(&SHA256);
        mark.update(key.kid.as_bytes());
        mark.update(token.as_bytes());
        let Ok(mark) = <[u8; 32]>::try_from(mark.finish().as_ref()) else {
            return false;
        };
        if self.verified.get(&mark).is_some() {
            return true;
        }
        let right = verifies(key, token).is_some();
        if right {
            self.verified.insert(mark, ());
        }
        right
    }

    fn parsed(&self, key: &SigningKey) -> Result<Arc<RsaKeyPair>, Fault> {
        self.parsed.get_or_insert_with(&key.kid, || {
            let pair = RsaKeyPair::from_pkcs8(&key.pkcs8).map_err(Fault::internal)?;
            Ok(Arc::new(pair))
        })
    }

    /// Adds a key pair to the stock.
    pub fn put(&self, pair: Arc<RsaKeyPair>) {
        self.stock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(pair);
    }

    /// Fills the stock. Blocks for about 80 ms per key: run it on a thread of its own.
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

    /// The keys of a new pool, from the stock while it lasts. Blocks once it is exhausted.
    ///
    /// # Errors
    /// If a key cannot be made.
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

fn verifies(key: &SigningKey, token: &str) -> Option<()> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    let key = RsaPublicKeyComponents {
        n: &key.modulus,
        e: &key.exponent,
    };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        .ok()
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
    // Cognito's kid is 32 bytes in base64; the hash of the modulus gives each key a unique one.
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
            let signature = ring.sign(key, b"head.claims").unwrap();
            let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
            let token = format!("head.claims.{signature}");
            for _ in 0..2 {
                assert!(ring.has_signed(key, &token));
                assert!(!ring.has_signed(key, &format!("head.other.{signature}")));
                assert!(!ring.has_signed(key, &format!("{token}A")));
                assert!(!ring.has_signed(key, "head.claims."));
                let others = keys.iter().filter(|other| other.kid != key.kid);
                assert!(
                    others
                        .into_iter()
                        .all(|other| !ring.has_signed(other, &token))
                );
            }
        }
    }
}
