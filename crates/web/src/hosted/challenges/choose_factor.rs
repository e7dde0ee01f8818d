//! The page of SELECT_MFA_TYPE: a choice of several second factors.

use std::collections::BTreeMap;

use cabana_model::Secret;

use super::{Draft, Pending, need};
use crate::pages::{ChooseFactor, Factor, Problem, Purpose};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa";

/// The page.
pub(super) fn view(pending: &Pending, draft: Draft) -> ChooseFactor {
    ChooseFactor {
        frame: draft.frame,
        post: draft.post,
        purpose: Purpose::SignIn,
        factors: factors(pending),
    }
}

/// Reads the form.
///
/// # Errors
/// The problem if the choice is missing.
pub(super) fn responses(visit: &Visit) -> Result<BTreeMap<String, Secret>, Problem> {
    Ok([("ANSWER".to_owned(), need(visit, "mfa_choice")?)].into())
}

fn factors(pending: &Pending) -> Vec<Factor> {
    let names = pending.list("MFAS_CAN_CHOOSE");
    let factor = |name: &String| match name.as_str() {
        "SOFTWARE_TOKEN_MFA" => Some(Factor::Totp),
        "SMS_MFA" => Some(Factor::Sms(None)),
        "EMAIL_OTP" => Some(Factor::Email(None)),
        _ => None,
    };
    names.iter().filter_map(factor).collect()
}
