//! Passwords: storage and verification.
//!
//! While a pool allows SRP, the sealed SRP verifier is the credential and also serves plain sign-ins. If SRP is off,
//! it is an Argon2id hash, computed on a bounded number of threads so that a flood of sign-ins does not starve other
//! requests.

pub mod change;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cabana_domain::password::hash::{self, HashError, Memory};
use cabana_domain::pool::Pool;
use cabana_domain::srp::{self, Names, Verifier};
use cabana_domain::user::{Password, User};
use cabana_model::Blob;
use tokio::sync::Semaphore;

use crate::cx::Cx;
use crate::fault::Fault;

/// Limits concurrent hashing, and keeps the memory for it.
pub struct Hashing {
    permits: Arc<Semaphore>,
    /// At most one per permit.
    spare: Mutex<Vec<Memory>>,
}

impl Hashing {
    /// Allows `at_once` concurrent hashes.
    pub fn new(at_once: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(at_once)),
            spare: Mutex::default(),
        }
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Memory>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A password in stored form. `username` is the user's real name, which SRP hashes in. Derived once per request, even
/// if the operation is retried.
///
/// # Errors
/// If there is no randomness, or no thread to hash on.
pub async fn seal(
    cx: &Cx<'_>,
    pool: &Pool,
    username: &str,
    password: &str,
) -> Result<Password, Fault> {
    let kind = if pool.allows_srp() { "srp" } else { "argon2" };
    let of = ["seal", kind, pool.id.as_str(), username, password].map(str::as_bytes);
    cx.once(&of, derive(cx, pool, username, password)).await
}

async fn derive(
    cx: &Cx<'_>,
    pool: &Pool,
    username: &str,
    password: &str,
) -> Result<Password, Fault> {
    if pool.allows_srp() {
        count_work("power", 1);
        let verifier = Verifier::derive(names(pool, username), password, cx.random()?);
        return Ok(Password::Srp {
            salt: Blob(verifier.salt().to_vec()),
            verifier: Blob(verifier.value_bytes().to_vec()),
        });
    }
    let (password, salt, cost) = (password.to_owned(), cx.random()?, cx.api.settings.argon2);
    let phc = on_a_thread(cx, move |memory| hash::hash(&password, salt, cost, memory)).await?;
    Ok(Password::Argon2(phc))
}

/// Hashes a secret of the server's own making with Argon2id. Once per request, even if the operation is retried.
///
/// # Errors
/// If there is no randomness, or no thread to hash on.
pub async fn hash(cx: &Cx<'_>, secret: &str) -> Result<String, Fault> {
    let (text, salt, cost) = (secret.to_owned(), cx.random()?, cx.api.settings.argon2);
    let work = on_a_thread(cx, move |memory| hash::hash(&text, salt, cost, memory));
    cx.once(&["hash", secret].map(str::as_bytes), work).await
}

/// Whether this is the hashed secret.
///
/// # Errors
/// If the hash cannot be read.
pub async fn is_hashed(cx: &Cx<'_>, phc: &str, given: &str) -> Result<bool, Fault> {
    let of = ["verify", phc, given].map(str::as_bytes);
    let (phc, given) = (phc.to_owned(), given.to_owned());
    let work = on_a_thread(cx, move |memory| hash::verify(&given, &phc, memory));
    cx.once(&of, work).await
}

/// Counts the expensive work: SRP powers, Argon2id hashes.
pub(super) fn count_work(kind: &'static str, times: u64) {
    metrics::counter!("cabana_password_work_total", "kind" => kind).increment(times);
}

/// Runs one Argon2id hash off the async threads, no more at a time than there are permits.
async fn on_a_thread<T: Send + 'static>(
    cx: &Cx<'_>,
    work: impl FnOnce(&mut Memory) -> Result<T, HashError> + Send + 'static,
) -> Result<T, Fault> {
    count_work("hash", 1);
    let hashing = Arc::clone(&cx.api.hashing);
    let permit = Arc::clone(&hashing.permits).acquire_owned();
    let permit = permit.await.map_err(Fault::internal)?;
    let result = tokio::task::spawn_blocking(move || {
        let mut memory = hashing.spare().pop().unwrap_or_default();
        let result = work(&mut memory);
        hashing.spare().push(memory);
        drop(permit);
        result
    });
    result
        .await
        .map_err(Fault::internal)?
        .map_err(Fault::internal)
}

/// Whether this is the user's password. A wrong one costs as much as for a name without an account, however the
/// user's password is stored.
///
/// # Errors
/// If the stored password cannot be read.
pub async fn matches(cx: &Cx<'_>, pool: &Pool, user: &User, given: &str) -> Result<bool, Fault> {
    let stored = &user.secrets.password;
    let right = is(cx, pool, user, stored, given).await?;
    if !right {
        make_up(cx, pool, &user.username, stored, given).await?;
    }
    Ok(right)
}

/// Whether a password is stored in the form in which the pool stores new ones.
pub fn is_of_kind(pool: &Pool, stored: &Password) -> bool {
    match stored {
        Password::None => true,
        Password::Srp { .. } => pool.allows_srp(),
        Password::Argon2(_) => !pool.allows_srp(),
    }
}

/// Whether `given` equals this one of the user's passwords, the current or a former one.
///
/// # Errors
/// If the stored password cannot be read.
pub async fn is(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    stored: &Password,
    given: &str,
) -> Result<bool, Fault> {
    match stored {
        Password::None => Ok(false),
        Password::Srp { .. } => {
            count_work("power", 1);
            Ok(verifier(stored)?.matches(names(pool, &user.username), given))
        }
        Password::Argon2(phc) => is_hashed(cx, phc, given).await,
    }
}

/// Does the same work for a name without an account, so that timing reveals nothing.
///
/// # Errors
/// If there is no thread to hash on.
pub async fn pretend(cx: &Cx<'_>, pool: &Pool, username: &str, given: &str) -> Result<(), Fault> {
    make_up(cx, pool, username, &Password::None, given).await
}

/// Does the work that judging this stored password did not cost but judging others in the pool does: an SRP power,
/// and a hash if the pool stores hashes. Both, because some users still have verifiers after SRP was switched off.
async fn make_up(
    cx: &Cx<'_>,
    pool: &Pool,
    username: &str,
    judged: &Password,
    given: &str,
) -> Result<(), Fault> {
    if !matches!(judged, Password::Srp { .. }) {
        let key = cx.api.sealer.keyed_hash(&[b"decoy"]);
        let decoy = srp::decoy::decoy(&key, pool.id.as_str(), username);
        count_work("power", 1);
        let _ = decoy.verifier.matches(names(pool, username), given);
    }
    if !pool.allows_srp() && !matches!(judged, Password::Argon2(_)) {
        seal(cx, pool, username, given).await?;
    }
    Ok(())
}

/// The verifier of a stored SRP password.
///
/// # Errors
/// If it is another kind of password, or damaged.
pub fn verifier(stored: &Password) -> Result<Verifier, Fault> {
    match stored {
        Password::Srp { salt, verifier } => {
            Verifier::from_parts(&salt.0, &verifier.0).map_err(Fault::internal)
        }
        _ => Err(Fault::internal("no SRP verifier is stored")),
    }
}

/// The names that SRP hashes in.
pub fn names<'a>(pool: &'a Pool, username: &'a str) -> Names<'a> {
    Names::user(pool.id.as_str(), username)
}
