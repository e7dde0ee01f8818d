//! MFA_SETUP: a user without a second factor sets one up: an authenticator app, or an address that codes are sent to.

use std::collections::BTreeMap;

use cabana_domain::factor::Factor;
use cabana_domain::flow::{Challenge, NewAddress, Proof};
use cabana_model::VerifiedAttributeType;
use serde_json::json;

use super::{Draft, Outcome, proceed};
use crate::Caller;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters};
use crate::logic::users::{addresses, aliases, attributes};

/// Longest address, in bytes: the session that carries it has a longest form, too.
const LONGEST: usize = 320;

/// Lists the factors that can be set up.
pub(super) fn issue(attempt: &Attempt<'_>, draft: &mut Draft) {
    let names: Vec<_> = addresses::can_set_up(attempt.pool, &attempt.user)
        .into_iter()
        .map(Factor::setting_name)
        .collect();
    draft.say("MFAS_CAN_SETUP", json!(names).to_string());
}

/// Judges the answer: the session of VerifySoftwareToken, which has added the proof, or an address, to which a code is
/// sent next.
pub(super) async fn judge(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    if attempt.session.asked != Some(Challenge::SetUpFactor) {
        return Err(faults::session_foreign());
    }
    if attempt.session.has(Proof::TotpSetUp) {
        return proceed(cx, attempt).await;
    }
    attempt.demand(cx, Challenge::SetUpFactor)?;
    let (factor, attribute, value) = given(cx, responses).ok_or_else(faults::session_foreign)?;
    if !addresses::can_set_up(attempt.pool, &attempt.user).contains(&factor) {
        return Err(faults::factor_not_deliverable(factor.setting_name()));
    }
    let name = attribute.as_str();
    let mut user = attempt.user.clone();
    let given = BTreeMap::from([(name, value)]);
    attributes::write_as_client(attempt.pool, attempt.client, &mut user, &given)?;
    aliases::claim(cx, attempt.pool, &user, false, faults::alias_taken).await?;
    let value = user.attributes.remove(name);
    attempt.session.address = Some(NewAddress {
        attribute,
        value: value.ok_or_else(|| faults::attribute_missing(name))?,
    });
    proceed(cx, attempt).await
}

/// The address in the answer. Clients send `EMAIL` where Cognito's guide has `email`. A number is taken on our own pages
/// only: with the API it is set elsewhere first, as with Cognito.
fn given<'r>(
    cx: &Cx<'_>,
    responses: &'r Parameters,
) -> Option<(Factor, VerifiedAttributeType, &'r str)> {
    let email = responses.get("email").or(responses.get("EMAIL"));
    let email = email.map(|email| (Factor::Email, VerifiedAttributeType::Email, email));
    let is_page = matches!(cx.caller, Caller::InProcess);
    let number = responses.get("phone_number").filter(|_| is_page);
    let number = number.map(|it| (Factor::Sms, VerifiedAttributeType::PhoneNumber, it));
    email
        .or(number)
        .filter(|(_, _, value)| value.len() <= LONGEST)
}
