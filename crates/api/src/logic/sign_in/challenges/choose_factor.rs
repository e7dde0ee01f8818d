//! SELECT_MFA_TYPE: the choice among several second factors.

use cabana_domain::client::Client;
use cabana_domain::factor::Factor;
use cabana_domain::flow::Challenge;
use cabana_domain::pool::Pool;
use serde_json::json;

use super::{Draft, Outcome, proceed, resume};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters};
use crate::logic::users::addresses;

/// Lists the factors that the user may choose from.
pub(super) fn issue(cx: &Cx<'_>, attempt: &Attempt<'_>, draft: &mut Draft) {
    let factors = attempt.second_factors(cx).into_iter();
    let names: Vec<_> = factors.map(Factor::setting_name).collect();
    draft.say("MFAS_CAN_CHOOSE", json!(names).to_string());
}

/// Judges the choice.
pub(super) async fn judge(
    cx: &Cx<'_>,
    attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(cx, Challenge::ChooseFactor)?;
    let factor = named(responses.need("ANSWER")?)?;
    take(cx, attempt, factor).await
}

fn named(answer: &str) -> Result<Factor, Fault> {
    Ok(match answer {
        "SOFTWARE_TOKEN_MFA" => Factor::Totp,
        "SMS_MFA" => Factor::Sms,
        "EMAIL_OTP" | "EMAIL_MFA" => Factor::Email,
        other => return Err(faults::invalid_choice(other)),
    })
}

async fn take(cx: &Cx<'_>, mut attempt: Attempt<'_>, factor: Factor) -> Result<Outcome, Fault> {
    if !attempt.second_factors(cx).contains(&factor) {
        return Err(faults::invalid_choice(factor.setting_name()));
    }
    attempt.session.chosen = Some(factor);
    proceed(cx, attempt).await
}

/// Asks for this factor in place of the one that the session awaits, or for a new code of the same. Only our own pages
/// offer it: with the API a client signs in anew. Codes count for their destination and user like any other.
///
/// # Errors
/// NotAuthorizedException if the session awaits no second factor, InvalidParameterException for one that the user does not
/// have.
pub async fn choose(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    session: &str,
    name: &str,
    answer: &str,
) -> Result<Outcome, Fault> {
    let attempt = resume(cx, client, pool, session, name).await?;
    let asked = attempt.session.asked.ok_or_else(faults::session_foreign)?;
    match asked {
        Challenge::Factor(_) | Challenge::ChooseFactor => attempt.demand(cx, asked)?,
        _ => return Err(faults::session_foreign()),
    }
    take(cx, attempt, named(answer)?).await
}

/// The factors that a user can choose from while this is asked.
pub(super) fn ways(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    asked: Challenge,
) -> Vec<(Factor, Option<String>)> {
    match asked {
        Challenge::Factor(_) | Challenge::ChooseFactor => {}
        _ => return Vec::new(),
    }
    let user = &attempt.person();
    let way = |factor| (factor, addresses::masked(user, factor));
    attempt.second_factors(cx).into_iter().map(way).collect()
}
