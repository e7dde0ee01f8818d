//! Recovery codes: shown after a second factor, and used in place of one. Both on our own pages only; the API has no
//! challenge for them.

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::flow::{Challenge, Proof};
use cabana_domain::pool::Pool;
use cabana_domain::recovery_code::SEED;
use cabana_domain::template::MessageKind as K;
use cabana_model::Blob;

use super::{Draft, Outcome, proceed, resume};
use crate::Caller;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages;
use crate::logic::mfa::recovery_codes;
use crate::logic::sign_in::{Attempt, admit_factor, wrong_factor};

/// Makes new codes. The user has them once they are kept.
pub(super) fn issue(cx: &Cx<'_>, draft: &mut Draft) -> Result<(), Fault> {
    draft.session.recovery_seed = Some(Blob(cx.random::<SEED>()?.to_vec()));
    Ok(())
}

/// Whether a recovery code can be used while this is asked: not in place of a factor that is being set up, which an address
/// in the session tells.
pub(super) fn can_be_used(cx: &Cx<'_>, attempt: &Attempt<'_>, asked: Challenge) -> bool {
    matches!(asked, Challenge::Factor(_) | Challenge::ChooseFactor)
        && attempt.session.address.is_none()
        && matches!(cx.caller, Caller::InProcess)
        && attempt.pool.has_recovery_codes()
        && attempt.user.secrets.recovery_codes_left() > 0
}

/// Goes on after new codes were shown; with `kept`, they become the user's, and the user is told.
///
/// # Errors
/// NotAuthorizedException if the session does not show codes.
pub async fn keep_recovery_codes(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    session: &str,
    name: &str,
    kept: bool,
) -> Result<Outcome, Fault> {
    let mut attempt = resume(cx, client, pool, session, name).await?;
    attempt.demand(cx, Challenge::RecoveryCodes)?;
    let seed = attempt.session.recovery_seed.take();
    let seed = seed.ok_or_else(faults::session_foreign)?;
    if kept {
        recovery_codes::keep(cx, &mut attempt.user, &seed.0).await?;
        attempt.changed = true;
        let event = cx.emit(&attempt.user, EventKind::ChangeMfa);
        attempt.changes.push(event);
        let kinds = [K::EmailNewRecoveryCodes, K::SmsNewRecoveryCodes];
        let notice = messages::notice(cx, pool, &attempt.user, kinds)?;
        attempt.changes.extend(notice);
    }
    attempt.prove(Proof::RecoveryCodesSeen);
    proceed(cx, attempt).await
}

/// Judges a recovery code in place of the second factor that the session awaits, and tells the user of its use.
///
/// # Errors
/// NotAuthorizedException if the session awaits none; CodeMismatchException for a wrong code, which has been counted by
/// then.
pub async fn recover(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    session: &str,
    name: &str,
    code: &str,
) -> Result<Outcome, Fault> {
    let mut attempt = resume(cx, client, pool, session, name).await?;
    let asked = attempt.session.asked.ok_or_else(faults::session_foreign)?;
    if !can_be_used(cx, &attempt, asked) {
        return Err(faults::session_foreign());
    }
    attempt.demand(cx, asked)?;
    admit_factor(cx, &attempt.user)?;
    if !recovery_codes::take(cx, &mut attempt.user, code).await? {
        let event = attempt.event(cx);
        wrong_factor(cx, attempt.user, event).await?;
        return Err(faults::recovery_code_mismatch());
    }
    attempt.prove(Proof::RecoveryCode);
    let kinds = [K::EmailRecoveryCode, K::SmsRecoveryCode];
    let notice = messages::notice(cx, pool, &attempt.user, kinds)?;
    attempt.changes.extend(notice);
    proceed(cx, attempt).await
}
