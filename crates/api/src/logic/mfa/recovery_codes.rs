//! Recovery codes of a user: hashed, each used once.

use cabana_domain::flow::Challenge;
use cabana_domain::recovery_code;
use cabana_domain::user::User;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::{passwords, sign_in};

/// The codes that a session shows, while they are to be kept: not once the user has codes, or their credentials changed.
///
/// # Errors
/// A failure of the store.
pub async fn shown(cx: &Cx<'_>, session: &str) -> Result<Option<Vec<String>>, Fault> {
    let (session, user) = match sign_in::open_session(cx, session).await {
        Ok(opened) => opened,
        Err(fault) if fault.is_internal() => return Err(fault),
        Err(_) => return Ok(None),
    };
    let pool = cx.pool(session.pool.as_str()).await?;
    let is_due = sign_in::demand(cx, &session, &pool, &user, Challenge::RecoveryCodes).is_ok();
    let seed = session.recovery_seed.filter(|_| is_due);
    Ok(seed.map(|seed| recovery_code::codes(&seed.0)))
}

/// Gives the user these codes in place of any others.
///
/// # Errors
/// If they cannot be hashed.
pub async fn keep(cx: &Cx<'_>, user: &mut User, seed: &[u8]) -> Result<(), Fault> {
    let mut hashes = Vec::new();
    for code in recovery_code::codes(seed) {
        let plain = code.replace('-', "");
        hashes.push(Some(passwords::hash(cx, &plain).await?));
    }
    user.secrets.recovery_codes = hashes;
    Ok(())
}

/// Uses up a code. Returns whether it is one of the user's that was not used before.
///
/// # Errors
/// If a stored hash cannot be read.
pub async fn take(cx: &Cx<'_>, user: &mut User, given: &str) -> Result<bool, Fault> {
    let Some((place, code)) = recovery_code::read(given) else {
        return Ok(false);
    };
    let Some(stored) = user.secrets.recovery_codes.get_mut(place) else {
        return Ok(false);
    };
    let right = match stored {
        Some(phc) => passwords::is_hashed(cx, phc, &code).await?,
        None => false,
    };
    if right {
        *stored = None;
    }
    Ok(right)
}
