//! WEB_AUTHN: a passkey.

use cabana_domain::client::Client;
use cabana_domain::flow::{Challenge, FirstFactor, Proof};
use cabana_domain::pool::Pool;
use cabana_domain::webauthn::{Assertion, CHALLENGE_BYTES, Flaw, Request};
use cabana_model::Blob;
use cabana_store::Change;

use super::{Draft, Outcome, proceed, resume};
use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{Attempt, Parameters};
use crate::logic::{passkeys, told};

/// Adds the options for the browser. The session keeps the challenge in them.
pub(super) fn issue(cx: &Cx<'_>, attempt: &Attempt<'_>, draft: &mut Draft) -> Result<(), Fault> {
    let challenge: [u8; CHALLENGE_BYTES] = cx.random()?;
    draft.say("CREDENTIAL_REQUEST_OPTIONS", options(attempt, challenge)?);
    draft.session.passkey_challenge = Some(Blob(challenge.to_vec()));
    Ok(())
}

/// The options of a challenge that was issued, for a page that is shown again.
///
/// # Errors
/// NotAuthorizedException if the session is over or of another challenge.
pub fn passkey_options<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    session: &'a str,
    name: &'a str,
) -> Boxed<'a, Result<String, Fault>> {
    Box::pin(async move {
        let attempt = resume(cx, client, pool, session, name).await?;
        attempt.demand(cx, Challenge::First(FirstFactor::Passkey))?;
        let challenge = attempt.session.passkey_challenge.as_ref();
        let challenge = challenge.and_then(|it| it.0.as_slice().try_into().ok());
        options(&attempt, challenge.ok_or_else(faults::session_foreign)?)
    })
}

fn options(attempt: &Attempt<'_>, challenge: [u8; CHALLENGE_BYTES]) -> Result<String, Fault> {
    let own = attempt.passkeys();
    let first = own.first().ok_or_else(faults::session_foreign)?;
    let verified = passkeys::demands_verification(attempt.pool, &attempt.user);
    let options = Request {
        relying_party: &first.detail.relying_party,
        challenge,
        milliseconds: attempt.client.session_life().as_seconds() * 1_000,
        user_verification: passkeys::verification_word(verified),
        allowed: own
            .iter()
            .map(|it| it.listed().by(&it.detail.transports))
            .collect(),
    };
    Ok(options.to_json().to_string())
}

/// Judges what the browser answered.
pub(super) async fn judge(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(cx, Challenge::First(FirstFactor::Passkey))?;
    let credential = responses.need("CREDENTIAL")?;
    let challenge = attempt.session.passkey_challenge.clone();
    let challenge = challenge.ok_or_else(faults::session_foreign)?;
    let verified = Assertion::parse(credential)
        .and_then(|answer| verify(cx, &mut attempt, &challenge.0, &answer));
    match verified {
        Ok(()) => proceed(cx, attempt).await,
        Err(flaw) => Err(refused(cx, &attempt, flaw).await?),
    }
}

/// Verifies an answer, and adds the proof and the use of the passkey.
///
/// # Errors
/// The first flaw.
pub(in crate::logic::sign_in) fn verify(
    cx: &Cx<'_>,
    attempt: &mut Attempt<'_>,
    challenge: &[u8],
    assertion: &Assertion,
) -> Result<(), Flaw> {
    if !assertion.answers(challenge) {
        return Err(Flaw::Challenge);
    }
    let mut own = attempt.passkeys.iter().flatten();
    let passkey = own
        .find(|it| it.id == assertion.id())
        .ok_or(Flaw::Unknown)?;
    let verified = passkeys::demands_verification(attempt.pool, &attempt.user);
    let used = assertion.check(&passkey.detail.relying_party, verified, passkey.known())?;
    if !attempt.known {
        return Err(Flaw::Unknown);
    }
    let proof = Proof::Passkey {
        hardware: passkey.is_hardware(),
        verified: used.user_verified,
    };
    attempt.changes.push(Change::UsePasskey {
        from: passkey.sign_count,
        to: Box::new(passkey.clone().used(used, cx.now())),
    });
    attempt.prove(proof);
    Ok(())
}

/// The fault of a passkey that was refused. It is not counted, as nobody guesses a signature, and anybody could lock a
/// user out; an event reports it once an hour.
///
/// # Errors
/// The failure of the store.
pub(in crate::logic::sign_in) async fn refused(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    flaw: Flaw,
) -> Result<Fault, Fault> {
    let word = flaw.word();
    let subject = attempt.user.sub.as_str();
    let event = attempt.known.then(|| attempt.event(cx).refused(word));
    let of: [&[u8]; 3] = [b"passkey refused", subject.as_bytes(), word.as_bytes()];
    told::hourly(cx, event, &of).await?;
    Ok(faults::passkeys::wrong_passkey())
}
