//! The pages of challenges: one file for each, and the table of them.
//!
//! A file says where the form of its page goes, what the page shows, and what the form says in the API's words.

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
/// The hidden field that carries a [`Pending`], sealed.
const FIELD: &str = "state";
/// The field of a new password.
const PASSWORD_FIELD: &str = "new_password";

/// Where the form of a challenge's page goes.
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

/// The field of a challenge's page that a wrong code is told at.
fn code_field(name: Name) -> &'static str {
    match name {
        Name::SmsMfa | Name::EmailOtp => sent_code::FIELD,
        _ => totp::FIELD,
    }
}

/// The form of a challenge's page, in the API's words; what can be judged at once is judged here.
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

/// A challenge's page, with what was wrong before.
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

/// The page of a challenge that was just issued. Setting up an authenticator app begins here.
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

/// What every page of a challenge has.
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

/// A challenge that waits for its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// The API's name of the challenge.
    pub name: Name,
    /// The API's session.
    pub session: String,
    pub parameters: BTreeMap<String, String>,
    /// What the person typed.
    pub username: String,
    /// The key of an authenticator app that is being set up, in base 32.
    pub totp_key: Option<String>,
}

impl Pending {
    /// A challenge that the driver issued.
    pub fn of(issued: Issued, username: &str) -> Self {
        Self {
            name: issued.name,
            session: issued.session.unwrap_or_default(),
            parameters: issued.parameters,
            username: username.to_owned(),
            totp_key: None,
        }
    }

    /// The one that a form carries, if it is ours.
    pub fn carried(visit: &Visit) -> Option<Self> {
        sign_in::ticket::open(&visit.web.api, KIND, visit.form.get(FIELD)?)
    }

    /// The user's real name, over which the client's secret hash goes.
    pub fn real_name(&self) -> &str {
        self.parameter("USER_ID_FOR_SRP").unwrap_or(&self.username)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A parameter that is a list in JSON.
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
