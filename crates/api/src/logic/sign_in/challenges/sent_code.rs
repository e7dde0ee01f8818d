//! SMS_MFA and EMAIL_OTP: a code sent to the user as second factor. [`first_code`](super::first_code) shares its parts.

use cabana_domain::event::EventKind;
use cabana_domain::factor::Factor;
use cabana_domain::flow::{AuthSession, Challenge, Proof, SentCode};
use cabana_domain::user::User;
use cabana_model::{CodeDeliveryDetailsType, DeliveryMediumType, VerifiedAttributeType};
use subtle::ConstantTimeEq;

use super::{Draft, Outcome, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::{self, Digits};
use crate::logic::sign_in::{Attempt, Parameters, admit_factor, wrong_factor};
use crate::logic::users::{aliases, attributes, credentials};

/// Sends a code. The session keeps its hash and the address it went to.
pub(super) async fn issue(
    cx: &Cx<'_>,
    attempt: &mut Attempt<'_>,
    factor: Factor,
    draft: &mut Draft,
) -> Result<(), Fault> {
    let digits = digits(cx, factor)?;
    let (changes, details) =
        messages::mfa_code(cx, attempt.pool, &attempt.person(), factor, &digits).await?;
    attempt.changes.extend(changes);
    await_code(cx, draft, &attempt.person(), factor, &digits, details);
    Ok(())
}

/// The digits of a new code.
pub(super) fn digits(cx: &Cx<'_>, factor: Factor) -> Result<String, Fault> {
    messages::code(
        cx,
        match factor {
            Factor::Email => Digits::Eight,
            Factor::Sms | Factor::Totp => Digits::Six,
        },
    )
}

/// Has the session await a code that was sent, and shows where to.
pub(super) fn await_code(
    cx: &Cx<'_>,
    draft: &mut Draft,
    user: &User,
    factor: Factor,
    digits: &str,
    details: CodeDeliveryDetailsType,
) {
    let address = credentials::address_mark(cx, user, attribute(factor));
    let destination = details.destination.unwrap_or_default();
    let medium = details.delivery_medium.unwrap_or(DeliveryMediumType::Email);
    draft.say("CODE_DELIVERY_DELIVERY_MEDIUM", medium.as_str().to_owned());
    draft.say("CODE_DELIVERY_DESTINATION", destination.clone());
    draft.session.sent = Some(SentCode {
        hash: code_hash(cx, &draft.session, digits),
        address: address.unwrap_or_default(),
        destination,
    });
}

/// The attribute that a factor's codes are sent to.
pub(super) fn attribute(factor: Factor) -> VerifiedAttributeType {
    match factor {
        Factor::Sms => VerifiedAttributeType::PhoneNumber,
        Factor::Email | Factor::Totp => VerifiedAttributeType::Email,
    }
}

/// Judges a code sent by text message.
pub(super) async fn judge_sms(
    cx: &Cx<'_>,
    attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    code(cx, attempt, Factor::Sms, responses.need("SMS_MFA_CODE")?).await
}

/// Judges a code sent by mail.
pub(super) async fn judge_email(
    cx: &Cx<'_>,
    attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    let given = responses
        .get("EMAIL_OTP_CODE")
        .or(responses.get("EMAIL_MFA_CODE"));
    let given = given.ok_or_else(|| faults::missing_parameter("EMAIL_OTP_CODE"))?;
    code(cx, attempt, Factor::Email, given).await
}

async fn code(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    factor: Factor,
    given: &str,
) -> Result<Outcome, Fault> {
    attempt.demand(cx, Challenge::Factor(factor))?;
    admit_factor(cx, &attempt.user)?;
    if !is_right(cx, &attempt, factor, given)? {
        let event = attempt.event(cx);
        wrong_factor(cx, attempt.user, event).await?;
        return Err(faults::mfa_code_mismatch());
    }
    if attempt.session.address.is_some() {
        add(cx, &mut attempt, factor);
    }
    verify(cx, &mut attempt, factor).await?;
    attempt.prove(Proof::Factor(factor));
    proceed(cx, attempt).await
}

/// Whether this is the code that the session awaits. A code proves the address it went to, and no other that the user
/// may have by now.
pub(super) fn is_right(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    factor: Factor,
    given: &str,
) -> Result<bool, Fault> {
    let sent = attempt.session.sent.as_ref();
    let sent = sent.ok_or_else(faults::session_foreign)?;
    let address = credentials::address_mark(cx, &attempt.person(), attribute(factor));
    let right = sent.hash.ct_eq(&code_hash(cx, &attempt.session, given))
        & sent.address.ct_eq(&address.unwrap_or_default());
    Ok(address.is_some() && bool::from(right))
}

/// Gives the user the address that MFA_SETUP was answered with, as a second factor.
fn add(cx: &Cx<'_>, attempt: &mut Attempt<'_>, factor: Factor) {
    let mut user = attempt.person().into_owned();
    attempt.session.address = None;
    user.end_recovery_codes();
    if !user.mfa.enabled.contains(&factor) {
        user.mfa.enabled.push(factor);
    }
    user.modified = cx.now();
    attempt.changes.push(cx.emit(&user, EventKind::ChangeMfa));
    attempt.rename(user);
}

/// Marks an address as verified, since the user received a code there; unless it is another user's sign-in name.
pub(super) async fn verify(
    cx: &Cx<'_>,
    attempt: &mut Attempt<'_>,
    factor: Factor,
) -> Result<(), Fault> {
    if attempt.user.has_verified(attribute(factor)) {
        return Ok(());
    }
    let mut verified = attempt.user.clone();
    let flag = attributes::flag(attribute(factor)).to_owned();
    verified.attributes.insert(flag, "true".to_owned());
    match aliases::claim(cx, attempt.pool, &verified, false, faults::alias_taken).await {
        Ok(_) => attempt.rename(verified),
        Err(fault) if fault.is_internal() => return Err(fault),
        Err(_) => {}
    }
    Ok(())
}

/// The hash of a code, bound to the session it was sent for.
fn code_hash(cx: &Cx<'_>, session: &AuthSession, digits: &str) -> [u8; 32] {
    cx.api
        .sealer
        .keyed_hash(&[b"mfa", session.id.as_bytes(), digits.as_bytes()])
}
