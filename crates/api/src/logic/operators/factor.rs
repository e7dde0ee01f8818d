//! The authenticator app of an operator. Operators set up and remove their own, read-only operators included: it is
//! their account. Both begin with the password, whose failures count as at sign-in. Each change is one list of writes
//! with its entry in the audit log, and ends every session but the one that receives the new tokens.

use cabana_domain::event::EventKind;
use std::sync::Arc;

use cabana_domain::factor::Factor;
use cabana_domain::flow::{Methods, Proof};
use cabana_domain::pool::{OPERATORS_POOL, Pool};
use cabana_domain::user::User;
use cabana_domain::{Sub, totp};
use cabana_model::Blob;
use cabana_store::Change;
use serde::{Deserialize, Serialize};

use super::issue;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::tokens::Tokens;
use crate::logic::users::credentials;
use crate::logic::{passwords, sign_in};

/// A key of an authenticator app that was issued and awaits its first code.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    pub sub: Sub,
    /// The shared secret.
    pub seed: Blob,
    /// The operator's credentials at [`begin`]: see [`credentials::mark`].
    #[serde(with = "cabana_domain::digest")]
    credentials: [u8; 32],
}

/// Issues a key for a new authenticator app in exchange for the password. Writes nothing but failures.
///
/// # Errors
/// NotAuthorizedException for a wrong password or after too many of them; InvalidParameterException if there is an
/// authenticator app already; SoftwareTokenMFANotFoundException if the pool does not offer any.
pub async fn begin(cx: &Cx<'_>, sub: &Sub, password: &str) -> Result<Pending, Fault> {
    let (pool, mut user) = own(cx, sub).await?;
    judge_password(cx, &pool, &mut user, password).await?;
    demand_none(&pool, &user)?;
    Ok(Pending {
        sub: sub.clone(),
        seed: Blob(cx.random::<{ totp::SECRET_BYTES }>()?.to_vec()),
        credentials: credentials::mark(cx, &user),
    })
}

/// Enables the authenticator app that produced this code, if the code is right, and makes it preferred. Returns the
/// tokens of the only session that continues.
///
/// # Errors
/// CodeMismatchException, ExpiredCodeException for a code used before, LimitExceededException after too many wrong
/// ones; InvalidParameterException if the account has changed since [`begin`].
pub async fn set_up(
    cx: &Cx<'_>,
    sub: &Sub,
    pending: &Pending,
    code: &str,
) -> Result<Tokens, Fault> {
    let (pool, mut user) = own(cx, sub).await?;
    if pending.sub != *sub || pending.credentials != credentials::mark(cx, &user) {
        return Err(faults::own_set_up_outdated());
    }
    demand_none(&pool, &user)?;
    let used = judge_code(cx, &user, &pending.seed, code).await?;
    user.secrets.set_totp(pending.seed.clone());
    user.secrets.pending_totp = None;
    user.mfa.enabled.push(Factor::Totp);
    user.mfa.preferred = Some(Factor::Totp);
    let proven = [Proof::Password, Proof::TotpSetUp];
    finish(cx, user, "SetUpAuthenticatorApp", used, &proven).await
}

/// Removes the authenticator app, in exchange for the password and one of its codes. Returns the tokens of the only
/// session that continues.
///
/// # Errors
/// As for [`begin`] and [`set_up`].
pub async fn remove(cx: &Cx<'_>, sub: &Sub, password: &str, code: &str) -> Result<Tokens, Fault> {
    let (pool, mut user) = own(cx, sub).await?;
    judge_password(cx, &pool, &mut user, password).await?;
    let seed = user.secrets.totp.clone();
    let seed = seed.ok_or_else(faults::own_factor_missing)?;
    let used = judge_code(cx, &user, &seed, code).await?;
    user.remove_totp();
    user.factor_guesses = user.factor_guesses.succeeded();
    let proven = [Proof::Password, Proof::Factor(Factor::Totp)];
    finish(cx, user, "RemoveAuthenticatorApp", used, &proven).await
}

async fn own(cx: &Cx<'_>, sub: &Sub) -> Result<(Arc<Pool>, User), Fault> {
    let pool = cx.pool(OPERATORS_POOL).await?;
    let user = cx.store().user(&pool.id, sub).await?;
    Ok((pool, user.ok_or_else(faults::no_such_user)?))
}

/// An authenticator app has to be removed before another is set up, so that only its holder can replace it.
fn demand_none(pool: &Pool, user: &User) -> Result<(), Fault> {
    if !pool.offers(Factor::Totp) {
        return Err(faults::totp_not_offered());
    }
    match user.mfa.enabled.contains(&Factor::Totp) {
        true => Err(faults::own_factor_exists()),
        false => Ok(()),
    }
}

async fn judge_password(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &mut User,
    password: &str,
) -> Result<(), Fault> {
    if user.lockout.is_locked(cx.now()) {
        return Err(faults::own_password_locked());
    }
    if !passwords::matches(cx, pool, user, password).await? {
        let event = cx.event(user, EventKind::ChangeMfa);
        sign_in::failed(cx, user.clone(), event).await?;
        return Err(faults::own_password_wrong());
    }
    user.lockout = user.lockout.succeeded();
    Ok(())
}

/// Judges a code and counts a wrong one. Returns the change that uses up a right one.
async fn judge_code(cx: &Cx<'_>, user: &User, seed: &Blob, code: &str) -> Result<Change, Fault> {
    sign_in::admit_factor(cx, user).map_err(|_| faults::own_code_locked())?;
    let Some(step) = totp::verify(&seed.0, code, cx.now()) else {
        let event = cx.event(user, EventKind::ChangeMfa);
        sign_in::wrong_factor(cx, user.clone(), event).await?;
        return Err(faults::own_code_wrong());
    };
    Ok(sign_in::totp_use(cx, user, step))
}

async fn finish(
    cx: &Cx<'_>,
    mut user: User,
    action: &str,
    used: Change,
    proven: &[Proof],
) -> Result<Tokens, Fault> {
    user.tokens_not_before = cx.now();
    let (tokens, family) = issue(cx, &user, Methods::of(proven)).await?;
    let event = cx.emit(&user, EventKind::ChangeMfa);
    let name = user.username.to_string();
    let entry = cx.audit_entry(action, Some(user.pool.clone()), Some(name), None);
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    let changes = [
        used,
        update,
        family,
        event,
        Change::RecordAudit(Box::new(entry)),
    ];
    sign_in::commit(cx, changes.into()).await?;
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_ups_begun_by_earlier_and_later_programs_go_on() {
        let golden = format!(
            r#"{{"sub":"s","seed":"AQID","credentials":{:?},"later":1}}"#,
            [7; 32]
        );
        let pending: Pending = serde_json::from_str(&golden).unwrap();
        assert_eq!(
            (pending.seed, pending.credentials),
            (Blob(vec![1, 2, 3]), [7; 32])
        );
    }
}
