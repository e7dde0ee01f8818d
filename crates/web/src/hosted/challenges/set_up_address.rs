//! The page of MFA_SETUP for codes by mail or text message: an address, to which a code is sent next.

use std::collections::BTreeMap;

use cabana_model::Secret;

use super::{Draft, need};
use crate::pages::{AddressSetup, Medium, Problem};
use crate::params::Params;
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/mfa/address";
const EMAIL: &str = "requiredAttributes[email]";
const NUMBER: &str = "requiredAttributes[phone_number]";

/// The page.
pub(super) fn view(medium: Medium, draft: Draft, typed: &Params) -> AddressSetup {
    let typed = typed.get(field(medium)).unwrap_or_default().to_owned();
    AddressSetup {
        frame: draft.frame,
        post: draft.post,
        medium,
        typed,
        other_url: draft.other_url,
    }
}

/// Reads the form.
///
/// # Errors
/// The problem, if the address is missing.
pub(super) fn responses(
    visit: &Visit,
    medium: Medium,
) -> Result<BTreeMap<String, Secret>, Problem> {
    let response = match medium {
        Medium::Email => "email",
        Medium::Sms => "phone_number",
    };
    Ok([(response.to_owned(), need(visit, field(medium))?)].into())
}

fn field(medium: Medium) -> &'static str {
    match medium {
        Medium::Email => EMAIL,
        Medium::Sms => NUMBER,
    }
}
