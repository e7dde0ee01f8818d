//! `/confirmForgotPassword`: the code and a new password.

use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::pool::Pool;
use cabana_model::RecoveryOptionNameType;
use http::StatusCode;

use super::challenges::new_password;
use super::problems::{self, Fields, password_rules};
use super::{login, operations};
use crate::authorize::frame::{check_csrf, csrf, page, post, with_problems};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::pages::{Delivery, Notice, Problem, Resend, Reset, Wrong};
use crate::visit::Visit;

const CODE: &str = "verification_code";

/// Whether people may reset a forgotten password themselves.
pub fn is_offered(pool: &Pool) -> bool {
    let settings = pool.settings.account_recovery_setting.as_ref();
    let options = settings.and_then(|it| it.recovery_mechanisms.as_deref());
    options.is_none_or(|options| {
        options
            .iter()
            .any(|option| option.name != RecoveryOptionNameType::AdminOnly)
    })
}

/// The form.
///
/// # Errors
/// If the page cannot be made.
pub fn form(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    delivery: Option<Delivery>,
    problems: Vec<Problem>,
    wait: u32,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let hidden = || vec![("username", username.to_owned())];
    let mut frame = with_problems(visit, &request.client, problems);
    if visit.form.has("resend") {
        frame.notice = Some(Notice::CodeSent);
    }
    let view = Reset {
        frame,
        post: post(visit, &csrf, "/confirmForgotPassword", hidden()),
        delivery,
        username: username.to_owned(),
        code: visit.form.get(CODE).unwrap_or_default().to_owned(),
        rules: password_rules(visit.pool()),
        resend: Resend {
            post: post(visit, &csrf, "/forgotPassword", hidden()),
            wait,
        },
        sign_in_url: visit.carrying("/login"),
    };
    page(Some(&request.client), &view, StatusCode::OK, Some(&csrf))
}

pub async fn reset(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read(visit).await?;
    let username = visit.form.get("username").unwrap_or_default();
    let code = visit.form.get(CODE).unwrap_or_default().trim();
    let again = |problem| form(visit, &request, username, None, vec![problem], 0);
    if code.is_empty() {
        return Ok(again(Problem::at(CODE, Wrong::Required))?);
    }
    let password = match new_password(visit) {
        Ok(password) => password,
        Err(problem) => return Ok(again(problem)?),
    };
    let client = &request.client;
    let done = operations::confirm_forgot_password(visit, client, username, code, password).await;
    if let Err(fault) = done {
        let fields = Fields {
            code: Some(CODE),
            password: Some("new_password"),
            username: None,
        };
        return match problems::problem(&fault, fields) {
            // No such user: shown like a wrong code.
            Some(problem) if problem.wrong == Wrong::IncorrectCredentials => {
                Ok(again(Problem::at(CODE, Wrong::CodeMismatch))?)
            }
            Some(problem) => Ok(again(problem)?),
            None => Err(Halt::Fault(fault)),
        };
    }
    // The new password is at hand, so the person need not type it a third time.
    match login::with_password(visit, &request, username, password).await {
        Ok(response) => Ok(response),
        Err(_) => {
            let notice = Some(Notice::PasswordChanged);
            Ok(login::form(visit, &request, username, Vec::new(), notice)?)
        }
    }
}
