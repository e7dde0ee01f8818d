//! The page of SELECT_CHALLENGE: everything that a person can begin with, the password among it. Pages of codes lead here
//! too, by *Try another way*.

use std::collections::BTreeMap;

use cabana_api::logic::sign_in::Issued;
use cabana_model::{ChallengeNameType as Name, Secret};

use super::{Draft, Pending, need};
use crate::hosted::reset;
use crate::pages::{ChooseFirst, Medium, Problem};
use crate::visit::Visit;

/// Path of its form.
pub(super) const PATH: &str = "/login/choose";
/// Field of the choice.
pub(super) const FIELD: &str = "factor";
/// Field of the password.
pub(super) const PASSWORD: &str = "password";

/// The choices of an issued challenge. SRP is for programs.
pub(super) fn names(issued: &Issued) -> Vec<String> {
    let names = issued.available_challenges().into_iter().flatten();
    let names = names.filter(|name| *name != Name::PasswordSrp);
    names.map(|name| name.as_str().to_owned()).collect()
}

/// The page.
pub(super) fn view(visit: &Visit, pending: &Pending, draft: Draft) -> ChooseFirst {
    let has = |name: Name| pending.first.iter().any(|it| it == name.as_str());
    let codes = [(Name::EmailOtp, Medium::Email), (Name::SmsOtp, Medium::Sms)];
    ChooseFirst {
        frame: draft.frame,
        post: draft.post,
        password: has(Name::Password),
        forgot: reset::is_offered(visit.pool()),
        passkey: has(Name::WebAuthn),
        codes: codes
            .into_iter()
            .filter(|(name, _)| has(*name))
            .map(|(_, medium)| medium)
            .collect(),
    }
}

/// Reads the form: the choice, or a password.
///
/// # Errors
/// The problem if both are missing.
pub(super) fn responses(visit: &Visit) -> Result<(Name, BTreeMap<String, Secret>), Problem> {
    if let Ok(choice) = need(visit, FIELD) {
        let responses = [("ANSWER".to_owned(), choice)];
        return Ok((Name::SelectChallenge, responses.into()));
    }
    // Passwords may begin and end with spaces.
    let password = visit.form.get(PASSWORD).filter(|it| !it.is_empty());
    let password = password.ok_or_else(|| Problem::at(PASSWORD, crate::pages::Wrong::Required))?;
    Ok((
        Name::Password,
        [("PASSWORD".to_owned(), Secret::from(password))].into(),
    ))
}
