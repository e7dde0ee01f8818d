//! MFA_SETUP: registration of an authenticator app by a user without a second factor.

use cabana_domain::factor::Factor;
use cabana_domain::flow::{Challenge, Proof};
use serde_json::json;

use super::{Draft, Outcome, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters};

/// Lists the factors that can be set up.
pub(super) fn issue(draft: &mut Draft) {
    let names = [Factor::Totp.setting_name()];
    draft.say("MFAS_CAN_SETUP", json!(names).to_string());
}

/// The session comes from VerifySoftwareToken, which has added the proof.
pub(super) async fn judge(
    cx: &Cx<'_>,
    attempt: Attempt<'_>,
    _responses: &Parameters,
) -> Result<Outcome, Fault> {
    if attempt.session.asked != Some(Challenge::SetUpFactor)
        || !attempt.session.has(Proof::TotpSetUp)
    {
        return Err(faults::session_foreign());
    }
    proceed(cx, attempt).await
}
