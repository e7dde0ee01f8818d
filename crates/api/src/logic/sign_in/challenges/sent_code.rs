//! SMS_MFA and EMAIL_OTP: a code sent to the user.

use cabana_domain::factor::Factor;
use cabana_domain::flow::{AuthSession, Challenge, Proof, SentCode};
use cabana_model::{DeliveryMediumType, VerifiedAttributeType};
use subtle::ConstantTimeEq;

use super::{Draft, Outcome, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::{self, Digits};
use crate::logic::sign_in::{Attempt, Parameters, admit_factor, wrong_factor};
use crate::logic::users::{aliases, credentials};

/// Sends a code. The session keeps its hash and the address it went to.
pub(super) async fn issue(
    cx: &Cx<'_>,
    attempt: &mut Attempt<'_>,
    factor: Factor,
    draft: &mut Draft,
) -> Result<(), Fault> {
    let digits = messages::code(
        cx,
        match factor {
            Factor::Email => Digits::Eight,
            Factor::Sms | Factor::Totp => Digits::Six,
        },
    )?;
    let (changes, details) =
        messages::mfa_code(cx, attempt.pool, &attempt.user, factor, &digits).await?;
    attempt.changes.extend(changes);
    let destination = details.destination.unwrap_or_default();
    let attribute = match factor {
        Factor::Sms => VerifiedAttributeType::PhoneNumber,
        Factor::Email | Factor::Totp => VerifiedAttributeType::Email,
    };
    let address = credentials::address_mark(cx, &attempt.user, attribute);
    let medium = details.delivery_medium.unwrap_or(DeliveryMediumType::Email);
    draft.say("CODE_DELIVERY_DELIVERY_MEDIUM", medium.as_str().to_owned());
    draft.say("CODE_DELIVERY_DESTINATION", destination.clone());
    draft.session.sent = Some(SentCode {
        hash: code_hash(cx, &draft.session, &digits),
        address: address.unwrap_or_default(),
        destination,
    });
    Ok(())
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
    // A code proves the address it went to, and no other that the user may have by now.
    let right = sent.hash.ct_eq(&code_hash(cx, &attempt.session, given))
        & sent.address.ct_eq(&address.unwrap_or_default());
    if address.is_none() || !bool::from(right) {
        let event = attempt.event(cx);
        wrong_factor(cx, attempt.user, event).await?;
        return Err(faults::mfa_code_mismatch());
    }
    if attempt.user.attribute(flag) != Some("true") {
        verify(cx, &mut attempt, flag).await?;
    }
    attempt.prove(Proof::Factor(factor));
    proceed(cx, attempt).await
}

/// Marks an address as verified, since the user received a code there; unless it is another user's sign-in name.
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

/// The hash of a code, bound to the session it was sent for.
fn code_hash(cx: &Cx<'_>, session: &AuthSession, digits: &str) -> [u8; 32] {
    cx.api
        .sealer
        .keyed_hash(&[b"mfa", session.id.as_bytes(), digits.as_bytes()])
}
