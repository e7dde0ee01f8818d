//! CUSTOM_CHALLENGE: one of the pool's functions decides on it, another makes it, a third judges the answer.
//!
//! A name without an account goes the same way if the client hides which users exist: the functions are told, and
//! whatever they decide, it never signs in.

use cabana_domain::flow::{Challenge, CustomAuth, Proof};
use cabana_domain::pool::Pool;

use super::password_srp::{self, Beginning};
use super::{Draft, Outcome, commit, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters};
use crate::logic::triggers::auth_challenge;

/// The state of a sign-in that begins with these parameters.
///
/// # Errors
/// InvalidParameterException if the pool has no function that decides, or no SRP though it is asked for.
pub(in crate::logic::sign_in) fn begin(
    pool: &Pool,
    typed: &str,
    parameters: &Parameters,
) -> Result<CustomAuth, Fault> {
    if !auth_challenge::is_set(pool) {
        return Err(faults::no_challenge_function());
    }
    let srp_a = match parameters.get("CHALLENGE_NAME") {
        None => None,
        Some("SRP_A") if !pool.allows_srp() => return Err(faults::srp_is_off()),
        Some("SRP_A") => Some(parameters.need("SRP_A")?.to_owned()),
        Some(other) => return Err(faults::invalid_beginning(other)),
    };
    Ok(CustomAuth::begin(Some(typed.to_owned()), srp_a))
}

/// Has the function decide what comes next.
pub(in crate::logic::sign_in) async fn define<'a>(
    cx: &Cx<'_>,
    mut attempt: Attempt<'a>,
) -> Result<Attempt<'a>, Fault> {
    let mut custom = of(&mut attempt)?;
    custom.decision = Some(auth_challenge::define(cx, &attempt, &custom).await?);
    attempt.session.custom = Some(custom);
    Ok(attempt)
}

/// Has the function make a challenge. The session keeps what the answer is judged by.
pub(super) async fn issue(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    draft: &mut Draft,
) -> Result<(), Fault> {
    let custom = draft.session.custom.as_mut();
    let custom = custom.ok_or_else(|| Fault::internal("no function decided"))?;
    let made = auth_challenge::create(cx, attempt, custom).await?;
    (custom.private, custom.metadata) = (made.private, made.metadata);
    draft.parameters.extend(made.public);
    draft.say("USERNAME", attempt.user.username.clone());
    Ok(())
}

/// Asks for the password by SRP. The secret block keeps the state of the sign-in.
pub(super) async fn ask_password(cx: &Cx<'_>, mut attempt: Attempt<'_>) -> Result<Outcome, Fault> {
    let mut custom = of(&mut attempt)?;
    let srp_a = custom.srp_a.take();
    let srp_a = srp_a.ok_or_else(|| faults::missing_parameter("SRP_A"))?;
    let (client, pool) = (attempt.client, attempt.pool);
    let user = attempt.known.then(|| attempt.user.clone());
    let name = custom.typed.clone().filter(|_| !attempt.known);
    let name = name.unwrap_or_else(|| attempt.user.username.clone());
    attempt.session.custom = Some(custom);
    let beginning = Beginning {
        srp_a: &srp_a,
        device: None,
        session: Some(attempt.session.clone()),
    };
    let issued = password_srp::begin_srp(cx, client, pool, &name, user, beginning)?;
    let (_, changes) = attempt.into_changes();
    commit(cx, changes).await?;
    Ok(issued)
}

/// Has the function judge an answer. The session is used up before that, whatever comes of it: a function that throws
/// would permit any number of guesses otherwise.
pub(super) async fn judge(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(cx, Challenge::Custom)?;
    let answer = responses.need("ANSWER")?;
    commit(cx, std::mem::take(&mut attempt.changes)).await?;
    let mut custom = of(&mut attempt)?;
    let right = auth_challenge::verify(cx, &attempt, &custom, answer).await?;
    if !right {
        custom.failed();
    }
    attempt.session.custom = Some(custom);
    if right {
        attempt.prove(Proof::Custom);
    }
    proceed(cx, attempt).await
}

fn of(attempt: &mut Attempt<'_>) -> Result<CustomAuth, Fault> {
    let custom = attempt.session.custom.take();
    custom.ok_or_else(|| Fault::internal("no sign-in of functions"))
}
