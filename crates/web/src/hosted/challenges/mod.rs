//! The pages of challenges: one file for each, and the table of them.
//!
//! Each file names the path of its form, builds the page, and translates the form into challenge responses of the API.

mod answer;
mod choose_factor;
mod new_password;
mod sent_code;
mod set_up_factor;
mod totp;

use std::collections::BTreeMap;

use axum::response::Response;
use cabana_api::logic::sign_in::{self, Issued};
use cabana_api::{Fault, faults};
use cabana_model::{ChallengeNameType as Name, Secret};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::authorize::Authorization;
use crate::authorize::frame::{csrf, page, post, with_problems};
use crate::csrf::Csrf;
use crate::pages::{CodeChallenge, CodeKind, Frame, Post, Problem, Template, Wrong};
use crate::visit::Visit;

pub use answer::answer;
pub use new_password::typed as new_password;

const KIND: &str = "page-challenge";
/// The hidden field with a sealed [`Pending`].
const FIELD: &str = "state";
/// The field of a new password.
const PASSWORD_FIELD: &str = "new_password";

/// Path of a challenge's form.
fn path(name: Name) -> &'static str {
    match name {
        Name::NewPasswordRequired => new_password::PATH,
        Name::SoftwareTokenMfa => totp::PATH,
        Name::SmsMfa => sent_code::SMS_PATH,
        Name::EmailOtp => sent_code::EMAIL_PATH,
        Name::MfaSetup => set_up_factor::PATH,
        _ => choose_factor::PATH,
    }
}

/// The field that shows a wrong code on a challenge's page.
fn code_field(name: Name) -> &'static str {
    match name {
        Name::SmsMfa | Name::EmailOtp => sent_code::FIELD,
        _ => totp::FIELD,
    }
}

/// The form of a challenge's page as challenge responses of the API, after the checks that need no call.
fn responses(visit: &Visit, pending: &Pending) -> Result<BTreeMap<String, Secret>, Problem> {
    match pending.name {
        Name::NewPasswordRequired => new_password::responses(visit, pending),
        Name::SoftwareTokenMfa => totp::responses(visit),
        Name::SmsMfa => sent_code::responses(visit, "SMS_MFA_CODE"),
        Name::EmailOtp => sent_code::responses(visit, "EMAIL_OTP_CODE"),
        Name::SelectMfaType => choose_factor::responses(visit),
        Name::MfaSetup => set_up_factor::responses(visit),
        _ => Ok(BTreeMap::new()),
    }
}

/// A challenge's page, with the problems of the last answer.
///
/// # Errors
/// If the page cannot be made.
fn draw(
    visit: &Visit,
    request: &Authorization,
    pending: &Pending,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let sealed = sign_in::ticket::seal(&visit.web.api, KIND, pending)?;
    let draft = Draft {
        frame: with_problems(visit, &request.client, problems),
        post: post(visit, &csrf, path(pending.name), vec![(FIELD, sealed)]),
    };
    match pending.name {
        Name::NewPasswordRequired => {
            finish(request, &csrf, &new_password::view(visit, pending, draft))
        }
        Name::SoftwareTokenMfa => finish(request, &csrf, &totp::view(draft)),
        Name::SmsMfa | Name::EmailOtp => finish(request, &csrf, &sent_code::view(pending, draft)),
        Name::SelectMfaType => finish(request, &csrf, &choose_factor::view(pending, draft)),
        Name::MfaSetup => finish(request, &csrf, &set_up_factor::view(pending, draft)),
        other => Err(faults::feature_not_built(other.as_str())),
    }
}

/// The page of a challenge that was just issued. Registration of an authenticator app begins here.
///
/// # Errors
/// If the page cannot be made.
pub async fn begin(
    visit: &Visit,
    request: &Authorization,
    mut pending: Pending,
) -> Result<Response, Fault> {
    if pending.name == Name::MfaSetup {
        set_up_factor::begin(visit, &mut pending).await?;
    }
    draw(visit, request, &pending, Vec::new())
}

/// The parts that every challenge page has.
struct Draft {
    frame: Frame,
    post: Post,
}

impl Draft {
    /// A page that asks for a code.
    fn code(self, kind: CodeKind) -> CodeChallenge {
        CodeChallenge {
            frame: self.frame,
            post: self.post,
            kind,
            other_url: None,
        }
    }
}

/// A field that must not be empty.
fn need(visit: &Visit, field: &'static str) -> Result<Secret, Problem> {
    let value = visit.form.get(field).map(str::trim);
    value
        .filter(|value| !value.is_empty())
        .map(Secret::from)
        .ok_or_else(|| Problem::at(field, Wrong::Required))
}

fn finish(request: &Authorization, csrf: &Csrf, view: &impl Template) -> Result<Response, Fault> {
    page(Some(&request.client), view, StatusCode::OK, Some(csrf))
}

/// A challenge waiting for its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// The API's name of the challenge.
    pub name: Name,
    /// The API's session.
    pub session: String,
    pub parameters: BTreeMap<String, String>,
    /// The user name as typed.
    pub username: String,
    /// The key of an authenticator app being registered, in Base32.
    pub totp_key: Option<String>,
}

impl Pending {
    /// The challenge that the sign-in driver issued.
    pub fn of(issued: Issued, username: &str) -> Self {
        Self {
            name: issued.name,
            session: issued.session.unwrap_or_default(),
            parameters: issued.parameters,
            username: username.to_owned(),
            totp_key: None,
        }
    }

    /// The challenge that a form carries, if the sealed field opens.
    pub fn carried(visit: &Visit) -> Option<Self> {
        sign_in::ticket::open(&visit.web.api, KIND, visit.form.get(FIELD)?)
    }

    /// The user's real name, which the client's secret hash covers.
    pub fn real_name(&self) -> &str {
        self.parameter("USER_ID_FOR_SRP").unwrap_or(&self.username)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that holds a JSON list.
    fn list(&self, name: &str) -> Vec<String> {
        let list = self.parameter(name);
        list.and_then(|list| serde_json::from_str(list).ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_earlier_and_later_programs_go_on() {
        let golden = r#"{"name":"MFA_SETUP","session":"s","parameters":{"USER_ID_FOR_SRP":"ada"},"username":"Ada",
            "totp_key":"MFRGG","later":1}"#;
        let pending: Pending = serde_json::from_str(golden).unwrap();
        assert_eq!((pending.name, pending.real_name()), (Name::MfaSetup, "ada"));
        assert_eq!(pending.totp_key.as_deref(), Some("MFRGG"));
        let unknown = golden.replace("MFA_SETUP", "PIGEON");
        assert!(serde_json::from_str::<Pending>(&unknown).is_err());
    }
}
