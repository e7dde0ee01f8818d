//! The pages of SMS_MFA and EMAIL_OTP: a code that was sent.

use std::collections::BTreeMap;

use cabana_model::Secret;

use super::{Draft, Pending, need};
use crate::pages::{CodeChallenge, CodeKind, Delivery, Medium, Problem};
use crate::visit::Visit;

/// Where the form for the code of a text message goes.
pub(super) const SMS_PATH: &str = "/mfa/sms";
/// Where the form for the code of a mail goes.
pub(super) const EMAIL_PATH: &str = "/mfa/email";
/// Their field.
pub(super) const FIELD: &str = "authentication_code";

/// The page.
pub(super) fn view(pending: &Pending, draft: Draft) -> CodeChallenge {
    draft.code(CodeKind::Sent(delivery(pending), None))
}

/// Reads the form; `response` is the API's name of the code.
///
/// # Errors
/// What is missing.
pub(super) fn responses(
    visit: &Visit,
    response: &str,
) -> Result<BTreeMap<String, Secret>, Problem> {
    Ok([(response.to_owned(), need(visit, FIELD)?)].into())
}

fn delivery(pending: &Pending) -> Delivery {
    let medium = match pending.parameter("CODE_DELIVERY_DELIVERY_MEDIUM") {
        Some("SMS") => Medium::Sms,
        _ => Medium::Email,
    };
    let destination = pending.parameter("CODE_DELIVERY_DESTINATION");
    Delivery {
        medium,
        destination: destination.unwrap_or_default().to_owned(),
    }
}
