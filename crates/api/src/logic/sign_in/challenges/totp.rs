//! SOFTWARE_TOKEN_MFA: a code from an authenticator app (RFC 6238).

use cabana_domain::factor::Factor;
use cabana_domain::flow::{Challenge, Proof};
use cabana_domain::user::User;
use cabana_domain::{Span, totp};
use cabana_store::Change;

use super::{Outcome, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters, admit_factor, wrong_factor};

/// The kind of a TOTP code's single-use marker ([`Change::Spend`]).
pub const TOTP_CODE: &str = "totp_code";

/// Judges a code.
pub(super) async fn judge(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(cx, Challenge::Factor(Factor::Totp))?;
    let given = responses.need("SOFTWARE_TOKEN_MFA_CODE")?;
    admit_factor(cx, &attempt.user)?;
    let seed = attempt
        .user
        .secrets
        .totp
        .as_ref()
        .ok_or_else(faults::session_foreign)?;
    let Some(step) = totp::verify(&seed.0, given, cx.now()) else {
        let event = attempt.event(cx);
        wrong_factor(cx, attempt.user, event).await?;
        return Err(faults::totp_mismatch());
    };
    attempt.changes.push(totp_use(cx, &attempt.user, step));
    attempt.prove(Proof::Factor(Factor::Totp));
    proceed(cx, attempt).await
}

/// The change that uses up a TOTP code, which is valid once (RFC 6238 §5.2). The marker outlives the code's validity,
/// however soon the session ends.
pub fn totp_use(cx: &Cx<'_>, user: &User, step: i64) -> Change {
    let key =
        cx.api
            .sealer
            .keyed_hash(&[b"totp", user.sub.as_str().as_bytes(), &step.to_be_bytes()]);
    Change::Spend {
        what: TOTP_CODE,
        key,
        expires: cx.now().after(Span::minutes(5)),
    }
}
