//! What the machine itself can do on one core, with the libraries that the server uses.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use cabana_domain::password::hash::{self, Cost, Memory};
use serde::Serialize;

use crate::common::Outcome;
use crate::common::usage;

/// How long each limit is measured.
const TIME: Duration = Duration::from_millis(1_500);
/// As long as the claims of an access token.
const MESSAGE: [u8; 700] = [b'x'; 700];

/// Per second of CPU time, so that others on the machine hardly matter.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limits {
    /// RS256 signatures with a key of 2048 bits.
    pub signatures: f64,
    /// Argon2id hashes at the server's cost.
    pub argon2: f64,
}

/// Measures the limits.
///
/// # Errors
/// If the library refuses.
pub fn measure() -> Outcome<Limits> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "no key can be made")?;
    let random = SystemRandom::new();
    let mut signature = vec![0; pair.public_modulus_len()];
    let signatures = per_second(|| {
        pair.sign(&RSA_PKCS1_SHA256, &random, &MESSAGE, &mut signature)
            .map_err(|_| "the key does not sign")?;
        black_box(&signature);
        Ok(())
    })?;
    let mut memory = Memory::default();
    let argon2 = per_second(|| {
        black_box(hash::hash(
            "Corr3ct-Horse!",
            [7; 16],
            Cost::STANDARD,
            &mut memory,
        )?);
        Ok(())
    })?;
    Ok(Limits { signatures, argon2 })
}

fn per_second(mut work: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    work()?;
    let (begun, cpu) = (Instant::now(), usage::own_cpu()?);
    let mut times = 0.0;
    while begun.elapsed() < TIME {
        work()?;
        times += 1.0;
    }
    Ok(times / (usage::own_cpu()? - cpu).as_secs_f64())
}
