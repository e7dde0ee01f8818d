//! The page of SELECT_MFA_TYPE: a choice of several second factors. Pages of a factor lead here too, by *Try another
//! way*.

use std::collections::BTreeMap;

use cabana_model::Secret;

use super::{Draft, Kind, Pending, need};
use crate::pages::{ChooseFactor, Factor, Problem, Purpose};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa";
const FIELD: &str = "mfa_choice";
/// The field that says that a new code of the same factor is wanted.
pub(super) const RESEND: &str = "resend";

/// The page.
pub(super) fn view(pending: &Pending, draft: Draft) -> ChooseFactor {
    let ways = pending.ways.iter();
    ChooseFactor {
        frame: draft.frame,
        post: draft.post,
        purpose: Purpose::SignIn,
        factors: ways.filter_map(factor).collect(),
    }
}

/// Reads the choice.
///
/// # Errors
/// The problem if it is missing.
pub(super) fn choice(visit: &Visit) -> Result<Secret, Problem> {
    need(visit, FIELD)
}

/// Reads the form.
///
/// # Errors
/// The problem if the choice is missing.
pub(super) fn responses(visit: &Visit) -> Result<BTreeMap<String, Secret>, Problem> {
    Ok([("ANSWER".to_owned(), choice(visit)?)].into())
}

/// Hidden fields of a form that chooses the same factor again, for a new code.
pub(super) fn again(pending: &Pending) -> Vec<(&'static str, String)> {
    let name = match pending.kind {
        Kind::Sms => "SMS_MFA",
        _ => "EMAIL_OTP",
    };
    vec![(FIELD, name.to_owned()), (RESEND, "yes".to_owned())]
}

fn factor((name, address): &(String, Option<String>)) -> Option<Factor> {
    match name.as_str() {
        "SOFTWARE_TOKEN_MFA" => Some(Factor::Totp),
        "SMS_MFA" => Some(Factor::Sms(address.clone())),
        "EMAIL_OTP" => Some(Factor::Email(address.clone())),
        _ => None,
    }
}
