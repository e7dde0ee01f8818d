//! The page of SELECT_MFA_TYPE: a choice of several second factors. Pages of a factor lead here too, by *Try another
//! way*.

use cabana_model::Secret;

use super::{Draft, Pending, need};
use crate::pages::{ChooseFactor, Factor, Problem, Purpose};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa";
/// Field of the choice.
pub(super) const FIELD: &str = "mfa_choice";

/// The page.
pub(super) fn view(pending: &Pending, draft: Draft) -> ChooseFactor {
    let ways = pending.ways.iter().filter_map(factor);
    let recovery = pending.recovers.then_some(Factor::Recovery);
    ChooseFactor {
        frame: draft.frame,
        post: draft.post,
        purpose: Purpose::SignIn,
        factors: ways.chain(recovery).collect(),
    }
}

/// Reads the choice.
///
/// # Errors
/// The problem if it is missing.
pub(super) fn choice(visit: &Visit) -> Result<Secret, Problem> {
    need(visit, FIELD)
}

fn factor((name, address): &(String, Option<String>)) -> Option<Factor> {
    match name.as_str() {
        "SOFTWARE_TOKEN_MFA" => Some(Factor::Totp),
        "SMS_MFA" => Some(Factor::Sms(address.clone())),
        "EMAIL_OTP" => Some(Factor::Email(address.clone())),
        _ => None,
    }
}
