//! The pages of SMS_MFA, SMS_OTP and EMAIL_OTP: a code from a message.

use std::collections::BTreeMap;

use cabana_model::Secret;

use super::{Draft, Pending, need};
use crate::pages::{CodeChallenge, CodeKind, Delivery, Medium, Problem};
use crate::visit::Visit;

/// Path of the form for a code sent by text message.
pub(super) const SMS_PATH: &str = "/mfa/sms";
/// Path of the form for a code sent by mail.
pub(super) const EMAIL_PATH: &str = "/mfa/email";
/// The same for first factors.
pub(super) const FIRST_SMS_PATH: &str = "/login/sms";
pub(super) const FIRST_EMAIL_PATH: &str = "/login/email";
/// Field of the code on all of them.
pub(super) const FIELD: &str = "authentication_code";

/// The page.
pub(super) fn view(pending: &Pending, draft: Draft) -> CodeChallenge {
    CodeChallenge {
        frame: draft.frame,
        post: draft.post,
        kind: CodeKind::Sent(delivery(pending), draft.resend),
        other_url: draft.other_url,
    }
}

/// Reads the form; `response` is the API's name for the code.
///
/// # Errors
/// The problem, if the code is missing.
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
