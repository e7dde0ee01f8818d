//! EMAIL_OTP and SMS_OTP as first factors: a code sent to a user who has shown nothing yet.
//!
//! Anybody can have it sent. If the client hides which users exist, a code for a stand-in, or for an address that has
//! reached its messages per hour, is only pretended to be sent.

use cabana_domain::factor::Factor;
use cabana_domain::flow::{Challenge, FirstFactor, Proof};
use cabana_model::ErrorKind;
use cabana_store::Change;

use super::sent_code;
use super::{Draft, Outcome, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::codes::attempts::{self, Quota};
use crate::logic::messages::destinations::{self, Tally};
use crate::logic::messages::{self, Address, Wording};
use crate::logic::sign_in::{Attempt, Parameters, known_network};

/// Sends a code. The session keeps its hash and the address it went to.
pub(super) async fn issue(
    cx: &Cx<'_>,
    attempt: &mut Attempt<'_>,
    factor: Factor,
    draft: &mut Draft,
) -> Result<(), Fault> {
    let attribute = sent_code::attribute(factor);
    let to = Address::of(&attempt.user, attribute);
    let to = to.ok_or_else(|| faults::no_attribute_for(messages::medium(attribute)))?;
    let digits = sent_code::digits(cx, factor)?;
    let tally = match attempt.user.has_verified(attribute) {
        true => Tally::FirstCode,
        false => Tally::Unverified,
    };
    let mut changes = Vec::new();
    // A limit of 0 is for tests, which sign the same user in all day long.
    if cx.api.settings.limits.messages_per_destination != 0 {
        let subject = known_network::subject(cx, attempt).await?;
        changes.push(attempts::take(cx, attempt.pool, &subject, Quota::FirstCode).await?);
    }
    if attempt.known {
        let sending = (tally, Wording::by_name(attempt.client));
        match messages::sign_in_code(cx, attempt.pool, &attempt.user, &to, &digits, sending).await {
            Ok(sent) => changes.extend(sent),
            Err(fault)
                if attempt.client.hides_user_existence()
                    && fault.kind == ErrorKind::LimitExceededException => {}
            Err(fault) => return Err(fault),
        }
    } else {
        // Queried as for users, and not counted: names without an account would use up the messages of a real address.
        let _ = destinations::count(cx, attempt.pool, to.medium(), &to.value, tally).await;
    }
    sent_code::await_code(cx, draft, &attempt.user, factor, &digits, to.details());
    attempt.changes.extend(changes);
    Ok(())
}

/// Judges a code.
pub(super) async fn judge(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    factor: Factor,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    let (first, parameter) = match factor {
        Factor::Email => (FirstFactor::Email, "EMAIL_OTP_CODE"),
        Factor::Sms | Factor::Totp => (FirstFactor::Sms, "SMS_OTP_CODE"),
    };
    attempt.demand(cx, Challenge::First(first))?;
    let given = responses.need(parameter)?;
    let quota = Quota::FirstCodeGuess;
    let subject = known_network::subject(cx, &attempt).await?;
    let tries = attempts::admit(cx, attempt.pool, &subject, quota).await?;
    if !sent_code::is_right(cx, &attempt, factor, given)? || !attempt.known {
        let event = attempt
            .known
            .then(|| attempt.event(cx).refused("wrong_code"));
        let event = event.map(Change::from);
        cx.commit([tries.counted(cx)].into_iter().chain(event))
            .await?;
        return Err(faults::mfa_code_mismatch());
    }
    // Written though nothing is counted, so that of many concurrent attempts none is judged without counting all wrong
    // ones written before it.
    attempt.changes.push(tries.kept(cx));
    sent_code::verify(cx, &mut attempt, factor).await?;
    attempt.prove(Proof::FirstCode(factor));
    proceed(cx, attempt).await
}
