//! SELECT_MFA_TYPE: the choice among several second factors.

use cabana_domain::factor::Factor;
use cabana_domain::flow::Challenge;
use serde_json::json;

use super::{Draft, Outcome, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters};
use crate::logic::users::addresses;

/// Lists the factors that the user may choose from.
pub(super) fn issue(attempt: &Attempt<'_>, draft: &mut Draft) {
    let names: Vec<_> = addresses::factors(attempt.pool, &attempt.user)
        .into_iter()
        .map(Factor::setting_name)
        .collect();
    draft.say("MFAS_CAN_CHOOSE", json!(names).to_string());
}

/// Judges the choice.
pub(super) async fn judge(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(Challenge::ChooseFactor)?;
    let factor = match responses.need("ANSWER")? {
        "SOFTWARE_TOKEN_MFA" => Factor::Totp,
        "SMS_MFA" => Factor::Sms,
        "EMAIL_OTP" | "EMAIL_MFA" => Factor::Email,
        other => return Err(faults::invalid_choice(other)),
    };
    if !addresses::factors(attempt.pool, &attempt.user).contains(&factor) {
        return Err(faults::invalid_choice(factor.setting_name()));
    }
    attempt.session.chosen = Some(factor);
    proceed(cx, attempt).await
}
