//! The page of NEW_PASSWORD_REQUIRED: a new password, and required attributes that are missing.

use std::collections::BTreeMap;

use cabana_model::Secret;

use super::{Draft, PASSWORD_FIELD, Pending};
use crate::hosted::problems::{password_problem, password_rules};
use crate::pages::{Asked, NewPassword, Problem, Wrong};
use crate::params::Params;
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/newPassword";

/// The page.
pub(super) fn view(visit: &Visit, pending: &Pending, draft: Draft, sent: &Params) -> NewPassword {
    let typed = |name: &str| {
        let field = format!("requiredAttributes[{name}]");
        sent.get(&field).unwrap_or_default().to_owned()
    };
    let attributes = missing_attributes(pending).into_iter();
    NewPassword {
        frame: draft.frame,
        post: draft.post,
        username: pending.username.clone(),
        rules: password_rules(visit.pool()),
        attributes: attributes
            .map(|name| Asked {
                value: typed(&name),
                identifies: false,
                name,
            })
            .collect(),
    }
}

/// Reads the form.
///
/// # Errors
/// The problem, if a value is missing or invalid.
pub(super) fn responses(
    visit: &Visit,
    pending: &Pending,
) -> Result<BTreeMap<String, Secret>, Problem> {
    let mut responses = BTreeMap::new();
    let password = typed(visit)?;
    responses.insert("NEW_PASSWORD".to_owned(), Secret::from(password));
    for name in missing_attributes(pending) {
        let field = format!("requiredAttributes[{name}]");
        let Some(value) = visit.form.get(&field) else {
            return Err(Problem::at(field, Wrong::Required));
        };
        responses.insert(format!("userAttributes.{name}"), Secret::from(value));
    }
    Ok(responses)
}

/// A new password, typed twice and within the pool's policy.
///
/// # Errors
/// The problem, if it is missing, too weak or not repeated.
pub fn typed(visit: &Visit) -> Result<&str, Problem> {
    let password = visit.form.get(PASSWORD_FIELD).unwrap_or_default();
    if password.is_empty() {
        return Err(Problem::at(PASSWORD_FIELD, Wrong::Required));
    }
    if let Some(problem) = password_problem(visit.pool(), PASSWORD_FIELD, password) {
        return Err(problem);
    }
    match visit.form.get("confirm_password") == Some(password) {
        true => Ok(password),
        false => Err(Problem::at("confirm_password", Wrong::PasswordsDiffer)),
    }
}

/// Names of the required attributes that are still missing.
fn missing_attributes(pending: &Pending) -> Vec<String> {
    let names = pending.list("requiredAttributes").into_iter();
    let plain = |name: String| name.strip_prefix("userAttributes.").map(str::to_owned);
    names.filter_map(plain).collect()
}
