//! The choice among the second factors that a user without any can set up. Pages of a factor lead here too, by *Try
//! another way*.

use super::{Draft, Kind, Pending, choose_factor};
use crate::pages::{ChooseFactor, Factor, Problem, Purpose, Wrong};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa/methods";

/// The kind of page that sets a factor up, by its name in the API.
fn page_of(factor: &str) -> Option<Kind> {
    match factor {
        "SOFTWARE_TOKEN_MFA" => Some(Kind::SetUp),
        "SMS_MFA" => Some(Kind::SetUpText),
        "EMAIL_OTP" => Some(Kind::SetUpEmail),
        _ => None,
    }
}

/// The page to begin with: that of the only factor, or the choice.
pub(super) fn first(offered: &[String]) -> Kind {
    match offered {
        [only] => page_of(only).unwrap_or(Kind::ChooseSetUp),
        _ => Kind::ChooseSetUp,
    }
}

/// The page.
pub(super) fn view(pending: &Pending, draft: Draft) -> ChooseFactor {
    let offered = pending.can_set_up();
    let factor = |name: &String| match page_of(name)? {
        Kind::SetUpText => Some(Factor::Sms(None)),
        Kind::SetUpEmail => Some(Factor::Email(None)),
        _ => Some(Factor::Totp),
    };
    ChooseFactor {
        frame: draft.frame,
        post: draft.post,
        purpose: Purpose::SetUp,
        factors: offered.iter().filter_map(factor).collect(),
    }
}

/// Reads the choice: the page that sets the factor up.
///
/// # Errors
/// The problem if it is missing or not offered.
pub(super) fn choice(visit: &Visit, pending: &Pending) -> Result<Kind, Problem> {
    let choice = choose_factor::choice(visit)?;
    let offered = pending.can_set_up();
    let offered = offered.iter().find(|name| *name == choice.expose());
    offered
        .and_then(|name| page_of(name))
        .ok_or_else(|| Problem::general(Wrong::Generic))
}
