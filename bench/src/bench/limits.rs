//! What the machine itself can do on one core, with the libraries that the server uses.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use cabana_domain::password::hash::{self, Cost, Memory};
use serde::Serialize;

use super::cases::Case;
use crate::common::Outcome;

/// How long each limit is measured.
const TIME: Duration = Duration::from_millis(400);
/// As long as the claims of an access token.
const MESSAGE: [u8; 700] = [b'x'; 700];

/// Per second of a core that does nothing else.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limits {
    /// RS256 signatures with a key of 2048 bits.
    pub signatures: f64,
    /// Argon2id hashes at the server's cost.
    pub argon2: f64,
}

impl Limits {
    /// What lies between two measurements.
    pub fn mean(self, other: Self) -> Self {
        Self {
            signatures: f64::midpoint(self.signatures, other.signatures),
            argon2: f64::midpoint(self.argon2, other.argon2),
        }
    }

    /// How many answers a second of a case the core could give if it did nothing but sign or hash for them.
    pub fn answers(&self, case: &dyn Case) -> Option<f64> {
        match (case.hashes(), case.signatures()) {
            (0, 0) => None,
            (0, signatures) => Some(self.signatures / f64::from(signatures)),
            (hashes, _) => Some(self.argon2 / f64::from(hashes)),
        }
    }
}

/// What the limits are measured with.
pub struct Yardstick {
    key: RsaKeyPair,
    random: SystemRandom,
    memory: Memory,
}

impl Yardstick {
    /// With a key of its own.
    ///
    /// # Errors
    /// If none can be made.
    pub fn new() -> Outcome<Self> {
        Ok(Self {
            key: RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "no key can be made")?,
            random: SystemRandom::new(),
            memory: Memory::default(),
        })
    }

    /// Measures the limits, on the core that this thread runs on.
    ///
    /// # Errors
    /// If the library refuses.
    pub fn measure(&mut self) -> Outcome<Limits> {
        let Self {
            key,
            random,
            memory,
        } = self;
        let mut signature = vec![0; key.public_modulus_len()];
        let signatures = per_second(|| {
            key.sign(&RSA_PKCS1_SHA256, random, &MESSAGE, &mut signature)
                .map_err(|_| "the key does not sign")?;
            black_box(&signature);
            Ok(())
        })?;
        let argon2 = per_second(|| {
            let hash = hash::hash("Corr3ct-Horse!", [7; 16], Cost::STANDARD, memory)?;
            black_box(hash);
            Ok(())
        })?;
        Ok(Limits { signatures, argon2 })
    }
}

fn per_second(mut work: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    work()?;
    let begun = Instant::now();
    let mut times = 0.0;
    while begun.elapsed() < TIME {
        work()?;
        times += 1.0;
    }
    Ok(times / begun.elapsed().as_secs_f64())
}
