//! Limits of the machine itself on one core, with the libraries that the server uses.

use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use cabana_domain::password::hash::{self, Cost, Memory};
use serde::Serialize;

use super::cases::Case;
use super::load::Pace;
use super::{LOAD_CORE, SERVER_CORE};
use crate::common::Outcome;
use crate::common::program::pin_self;
use crate::common::usage;

/// Duration of the measurement of all limits at the start.
const TIME: Duration = Duration::from_millis(400);
/// Duration of each measurement of a case's limit.
const SHORT_TIME: Duration = Duration::from_millis(125);
/// As long as the claims of an access token.
const MESSAGE: [u8; 700] = [b'x'; 700];

/// Operations per second of CPU time: as many as an otherwise idle core does.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limits {
    /// RS256 signatures with a key of 2048 bits.
    pub signatures: f64,
    /// Argon2id hashes at the server's cost.
    pub argon2: f64,
}

/// Measures the limits on the server's core, which must be idle meanwhile.
pub struct Yardstick {
    key: RsaKeyPair,
    passkey: EcdsaKeyPair,
    random: SystemRandom,
    memory: Memory,
}

impl Yardstick {
    /// Creates a signing key of its own.
    ///
    /// # Errors
    /// If none can be created.
    pub fn new() -> Outcome<Self> {
        Ok(Self {
            key: RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "no key can be made")?,
            passkey: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)
                .map_err(|_| "no key can be made")?,
            random: SystemRandom::new(),
            memory: Memory::default(),
        })
    }

    /// Measures the core's limits.
    ///
    /// # Errors
    /// If the library refuses.
    pub fn limits(&mut self) -> Outcome<Limits> {
        on_server_core(|| {
            Ok(Limits {
                signatures: self.signatures(TIME)?,
                argon2: self.hashes(TIME)?,
            })
        })
    }

    /// Measures how many answers a second the core could give in each case if it did nothing but sign or hash for them;
    /// `None` for cases that do neither.
    ///
    /// # Errors
    /// If the library refuses.
    pub fn answers(&mut self, cases: &[(Rc<dyn Case>, Pace)]) -> Outcome<Vec<Option<f64>>> {
        let mut answers = |case: &dyn Case| {
            Ok(match (case.hashes(), case.signatures()) {
                (0, 0) => None,
                (0, signatures) => {
                    let mut seconds = f64::from(signatures) / self.signatures(SHORT_TIME)?;
                    if case.verifications() > 0 {
                        seconds +=
                            f64::from(case.verifications()) / self.verifications(SHORT_TIME)?;
                    }
                    Some(seconds.recip())
                }
                (hashes, _) => Some(self.hashes(SHORT_TIME)? / f64::from(hashes)),
            })
        };
        on_server_core(|| cases.iter().map(|(case, _)| answers(&**case)).collect())
    }

    fn signatures(&self, time: Duration) -> Outcome<f64> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        per_second(time, || {
            self.key
                .sign(&RSA_PKCS1_SHA256, &self.random, &MESSAGE, &mut signature)
                .map_err(|_| "the key does not sign")?;
            black_box(&signature);
            Ok(())
        })
    }

    fn verifications(&self, time: Duration) -> Outcome<f64> {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.passkey.public_key());
        let signature = self.passkey.sign(&self.random, &MESSAGE);
        let signature = signature.map_err(|_| "the key does not sign")?;
        per_second(time, || {
            let verified = key.verify(black_box(&MESSAGE), signature.as_ref());
            verified.map_err(|_| "the signature is wrong".into())
        })
    }

    fn hashes(&mut self, time: Duration) -> Outcome<f64> {
        per_second(time, || {
            let hash = hash::hash("Corr3ct-Horse!", [7; 16], Cost::STANDARD, &mut self.memory)?;
            black_box(hash);
            Ok(())
        })
    }
}

fn on_server_core<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    pin_self(SERVER_CORE)?;
    let done = work();
    pin_self(LOAD_CORE)?;
    done
}

fn per_second(time: Duration, mut work: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    work()?;
    let (begun, before) = (Instant::now(), usage::thread_cpu()?);
    let mut times = 0.0;
    while begun.elapsed() < time {
        work()?;
        times += 1.0;
    }
    Ok(times / (usage::thread_cpu()? - before).as_secs_f64())
}
