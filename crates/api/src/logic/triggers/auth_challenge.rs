//! `DefineAuthChallenge`, `CreateAuthChallenge` and `VerifyAuthChallengeResponse`: the functions that make up
//! CUSTOM_AUTH.

use cabana_domain::flow::{CustomAuth, Decision};
use cabana_domain::pool::Pool;
use cabana_domain::trigger::challenge::{
    self, Create, Created, Define, Element, Uncreated, Undefined, Unverified, Verify,
};
use cabana_domain::trigger::{Occasion, Pairs, Source, Trigger, user_attributes};

use super::{Call, arn, metadata};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::Attempt;

/// Whether the pool has a function that decides on challenges.
pub fn is_set(pool: &Pool) -> bool {
    arn(pool, Trigger::DefineAuthChallenge).is_some()
}

/// Asks the function what comes next.
///
/// # Errors
/// As for every function.
pub async fn define(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    custom: &CustomAuth,
) -> Result<Decision, Fault> {
    let call = call(attempt.pool, Trigger::DefineAuthChallenge)?;
    let name = name(attempt, custom);
    let request = Define {
        user_attributes: attributes(attempt),
        session: rounds(custom),
        client_metadata: metadata::of(cx, call.source),
        user_not_found: not_found(attempt),
    };
    let read = |answer: &[u8]| challenge::read_decision(answer, name);
    call.run(cx, name, request, Undefined::default(), read)
        .await
}

/// Has the function make a challenge.
///
/// # Errors
/// As for every function.
pub async fn create(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    custom: &CustomAuth,
) -> Result<Created, Fault> {
    let call = call(attempt.pool, Trigger::CreateAuthChallenge)?;
    let name = name(attempt, custom);
    let request = Create {
        user_attributes: attributes(attempt),
        challenge_name: "CUSTOM_CHALLENGE",
        session: rounds(custom),
        user_not_found: not_found(attempt),
    };
    let read = |answer: &[u8]| challenge::read_created(answer, name);
    call.run(cx, name, request, Uncreated::default(), read)
        .await
}

/// Asks the function whether an answer to its challenge is right.
///
/// # Errors
/// As for every function.
pub async fn verify(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    custom: &CustomAuth,
    answer: &str,
) -> Result<bool, Fault> {
    let call = call(attempt.pool, Trigger::VerifyAuthChallengeResponse)?;
    let name = name(attempt, custom);
    let request = Verify {
        user_attributes: attributes(attempt),
        private_challenge_parameters: &custom.private,
        challenge_answer: answer,
        client_metadata: metadata::of(cx, call.source),
        user_not_found: not_found(attempt),
    };
    let read = |answer: &[u8]| challenge::read_verdict(answer, name);
    call.run(cx, name, request, Unverified::default(), read)
        .await
}

fn call(pool: &Pool, trigger: Trigger) -> Result<Call<'_>, Fault> {
    let occasion = Occasion::Authentication;
    Call::of(pool, Source { trigger, occasion }).ok_or_else(faults::no_challenge_function)
}

/// The name of the user, or the one that was typed.
fn name<'a>(attempt: &'a Attempt<'_>, custom: &'a CustomAuth) -> &'a str {
    let unknown = custom.typed.as_deref().filter(|_| !attempt.known);
    unknown.unwrap_or(&attempt.user.username)
}

fn attributes<'a>(attempt: &'a Attempt<'_>) -> Pairs<'a> {
    match attempt.known {
        true => user_attributes(attempt.pool, &attempt.user),
        false => Pairs::default(),
    }
}

/// Present only if the client hides which users exist.
fn not_found(attempt: &Attempt<'_>) -> Option<bool> {
    let hides = attempt.client.hides_user_existence();
    hides.then_some(!attempt.known)
}

fn rounds(custom: &CustomAuth) -> Vec<Element<'_>> {
    custom.rounds.iter().map(Element::from).collect()
}
