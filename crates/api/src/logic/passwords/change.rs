//! Setting a user's password: policy, history, and resets.

use cabana_domain::Span;
use cabana_domain::lockout::Lockout;
use cabana_domain::password::PasswordPolicy;
use cabana_domain::pool::Pool;
use cabana_domain::user::{Password, User};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::passwords;

/// Checks a password against the pool's policy.
///
/// # Errors
/// InvalidPasswordException with the first rule it breaks.
pub fn check_policy(pool: &Pool, password: &str) -> Result<(), Fault> {
    PasswordPolicy::from(&pool.password_policy_settings())
        .check(password)
        .map_err(faults::weak_password)
}

/// Sets a permanent password after checking policy and history. The former one goes into the history, and failed
/// attempts are reset. The caller sets the status.
///
/// # Errors
/// InvalidPasswordException, PasswordHistoryPolicyViolationException.
pub async fn set(cx: &Cx<'_>, pool: &Pool, user: &mut User, password: &str) -> Result<(), Fault> {
    check_policy(pool, password)?;
    let size = pool.password_history_size();
    if size > 0 {
        let former = user.secrets.history.iter();
        // The current password is part of the history.
        for stored in std::iter::once(&user.secrets.password)
            .chain(former)
            .take(size)
        {
            if passwords::is(cx, pool, user, stored, password).await? {
                return Err(faults::password_used_before());
            }
        }
    }
    let sealed = passwords::seal(cx, pool, &user.username, password).await?;
    let former = std::mem::replace(&mut user.secrets.password, sealed);
    if former != Password::None {
        user.secrets.history.insert(0, former);
    }
    user.secrets.history.truncate(size.saturating_sub(1));
    user.temporary_password_expires = None;
    user.lockout = Lockout::default();
    user.modified = cx.now();
    Ok(())
}

/// Sets a temporary password, which expires after the pool's number of days.
///
/// # Errors
/// As for [`set`].
pub async fn set_temporary(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &mut User,
    password: &str,
) -> Result<(), Fault> {
    set(cx, pool, user, password).await?;
    let days = Span::days(pool.temporary_password_days());
    user.temporary_password_expires = Some(cx.now().after(days));
    Ok(())
}
