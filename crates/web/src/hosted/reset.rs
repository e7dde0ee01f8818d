//! `/confirmForgotPassword`: the code and a new password.

use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::pool::Pool;
use cabana_model::RecoveryOptionNameType;
use http::StatusCode;

use super::challenges::new_password;
use super::problems::{self, Fields, password_rules};
use super::step::{self, Page, Step};
use super::{login, operations};
use crate::authorize::frame::{check_csrf, csrf, frame, page, post};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::pages::{Account, Delivery, Notice, Problem, Resend, Reset, Wrong};
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

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read_for_own_users(visit).await?;
    let step = Step::current(visit);
    match &step {
        Some(step) => match &step.page {
            Page::Reset { username, delivery } => {
                Ok(form(visit, &request, step, (username, delivery))?)
            }
            _ => Ok(step::elsewhere(visit)),
        },
        None => Ok(step::elsewhere(visit)),
    }
}

fn form(
    visit: &Visit,
    request: &Authorization,
    step: &Step,
    (username, delivery): (&str, &Option<Delivery>),
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let hidden = || vec![("username", username.to_owned())];
    let mut frame = frame(visit, Some(&request.client));
    frame.problems.clone_from(&step.problems);
    frame.notice = step.notice;
    frame.account = Some(Account {
        username: username.to_owned(),
        other_url: login::another_account(visit),
    });
    let view = Reset {
        frame,
        post: post(visit, &csrf, "/confirmForgotPassword", hidden()),
        delivery: delivery.clone(),
        username: username.to_owned(),
        rules: password_rules(visit.pool()),
        resend: Resend {
            post: post(visit, &csrf, "/forgotPassword", hidden()),
            wait: step.wait(visit),
        },
        sign_in_url: visit.carrying("/login"),
    };
    page(Some(&request.client), &view, StatusCode::OK, Some(&csrf))
}

pub async fn reset(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

/// The form again, with this problem; the destination of the code stays.
///
/// # Errors
/// If the step cannot be sealed.
pub fn again(visit: &Visit, username: &str, problem: Problem) -> Result<Response, Fault> {
    let step = Step::current(visit).filter(|step| step.username() == username);
    let delivery = match step.as_ref().map(|step| &step.page) {
        Some(Page::Reset { delivery, .. }) => delivery.clone(),
        _ => None,
    };
    let next = Step::from(Page::reset(username, delivery)).waiting_like(step.as_ref());
    next.with(vec![problem]).go(visit)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    let username = visit.form.get("username").unwrap_or_default();
    let code = visit.form.get(CODE).unwrap_or_default().trim();
    let again = |problem| again(visit, username, problem);
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
    match login::with_password(visit, &request, username, password, false).await {
        Ok(response) => Ok(response),
        Err(_) => {
            let step = Step::from(Page::sign_in(username));
            Ok(step.saying(Notice::PasswordChanged).go(visit)?)
        }
    }
}
