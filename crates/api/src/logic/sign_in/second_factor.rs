//! Second factors: codes are judged, one of several is chosen, one is set up.

use cabana_domain::factor::Factor;
use cabana_domain::flow::{Challenge, Proof};
use cabana_domain::user::User;
use cabana_domain::{Span, totp};
use cabana_model::VerifiedAttributeType;
use cabana_store::Change;
use subtle::ConstantTimeEq;

use super::challenge::code_hash;
use super::{Attempt, Outcome, Parameters, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::users::{addresses, aliases, credentials};

/// What [`Change::Spend`] calls the code of a TOTP generator.
pub const TOTP_CODE: &str = "totp_code";

/// Refuses to judge a second factor after too many wrong ones.
///
/// # Errors
/// NotAuthorizedException.
pub fn admit_factor(cx: &Cx<'_>, user: &User) -> Result<(), Fault> {
    match user.factor_guesses.are_refused(cx.now()) {
        true => Err(faults::locked_out()),
        false => Ok(()),
    }
}

/// Counts a wrong second factor against the user, whatever name the request used.
///
/// # Errors
/// If it cannot be counted.
pub async fn wrong_factor(cx: &Cx<'_>, mut user: User) -> Result<(), Fault> {
    user.factor_guesses = user.factor_guesses.failed(cx.now());
    cx.commit([Change::UpdateUser {
        user: Box::new(user),
        names: None,
    }])
    .await
}

pub(super) async fn totp(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(Challenge::Factor(Factor::Totp))?;
    let given = responses.need("SOFTWARE_TOKEN_MFA_CODE")?;
    admit_factor(cx, &attempt.user)?;
    let seed = attempt
        .user
        .secrets
        .totp
        .as_ref()
        .ok_or_else(faults::session_foreign)?;
    let Some(step) = totp::verify(&seed.0, given, cx.now()) else {
        wrong_factor(cx, attempt.user).await?;
        return Err(faults::totp_mismatch());
    };
    attempt.changes.push(totp_use(cx, &attempt.user, step));
    attempt.prove(Proof::Factor(Factor::Totp));
    proceed(cx, attempt).await
}

/// A TOTP code counts once (RFC 6238 §5.2): kept for longer than a code is right, however soon the session ends.
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

pub(super) async fn code(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    factor: Factor,
    given: &str,
) -> Result<Outcome, Fault> {
    attempt.demand(Challenge::Factor(factor))?;
    admit_factor(cx, &attempt.user)?;
    let sent = attempt
        .session
        .sent
        .as_ref()
        .ok_or_else(faults::session_foreign)?;
    let (attribute, flag) = match factor {
        Factor::Sms => (VerifiedAttributeType::PhoneNumber, "phone_number_verified"),
        _ => (VerifiedAttributeType::Email, "email_verified"),
    };
    let address = credentials::address_mark(cx, &attempt.user, attribute);
    // A code proves the address it went to, and no other that the user has meanwhile.
    let right = sent.hash.ct_eq(&code_hash(cx, &attempt.session, given))
        & sent.address.ct_eq(&address.unwrap_or_default());
    if address.is_none() || !bool::from(right) {
        wrong_factor(cx, attempt.user).await?;
        return Err(faults::mfa_code_mismatch());
    }
    if attempt.user.attribute(flag) != Some("true") {
        verify(cx, &mut attempt, flag).await?;
    }
    attempt.prove(Proof::Factor(factor));
    proceed(cx, attempt).await
}

/// Marks an address as verified: receiving a code there is what that means. Not one that signs somebody else in.
async fn verify(cx: &Cx<'_>, attempt: &mut Attempt<'_>, flag: &str) -> Result<(), Fault> {
    let mut verified = attempt.user.clone();
    let attributes = &mut verified.attributes;
    attributes.insert(flag.to_owned(), "true".to_owned());
    match aliases::claim(cx, attempt.pool, &verified, false, faults::alias_taken).await {
        Ok(_) => attempt.rename(verified),
        Err(fault) if fault.is_internal() => return Err(fault),
        Err(_) => {}
    }
    Ok(())
}

pub(super) async fn choose(
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

/// The session comes from VerifySoftwareToken, which has put the proof into it.
pub(super) async fn set_up(cx: &Cx<'_>, attempt: Attempt<'_>) -> Result<Outcome, Fault> {
    if attempt.session.asked != Some(Challenge::SetUpFactor)
        || !attempt.session.has(Proof::TotpSetUp)
    {
        return Err(faults::session_foreign());
    }
    proceed(cx, attempt).await
}
