//! `/forgotPassword`: requests a code. If the client hides which accounts exist, the next page is the same whether
//! there is such a user or not.

use axum::response::Response;
use cabana_api::Fault;
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::problems::{self, Fields};
use super::step::{Page, Step};
use super::{operations, reset};
use crate::authorize::frame::{check_csrf, csrf, frame, page, post};
use crate::authorize::{self, Authorization, Failure, Halt, answered};
use crate::pages::{Forgot, Notice, PageError, Problem, Wrong};
use crate::visit::Visit;

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read_for_own_users(visit).await?;
    offered(visit, &request)?;
    let step = Step::current(visit);
    let hint = visit.query.get("login_hint").unwrap_or_default();
    let username = step.as_ref().map_or("", Step::username);
    let username = if username.is_empty() { hint } else { username };
    let own = step
        .as_ref()
        .filter(|step| matches!(step.page, Page::Forgot { .. }));
    let problems = own.map(|step| step.problems.clone()).unwrap_or_default();
    Ok(form(visit, &request, username, problems)?)
}

/// Refuses if only administrators can reset passwords.
fn offered(visit: &Visit, request: &Authorization) -> Result<(), Halt> {
    if reset::is_offered(visit.pool()) {
        return Ok(());
    }
    let failure = Failure::new(PageError::NotFound, StatusCode::NOT_FOUND);
    Err(failure.of(Some(request.client.clone())).into())
}

fn form(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let mut frame = frame(visit, Some(&request.client));
    frame.problems = problems;
    let view = Forgot {
        frame,
        post: post(visit, &csrf, "/forgotPassword", Vec::new()),
        username: username.to_owned(),
        sign_in_url: visit.carrying("/login"),
    };
    page(Some(&request.client), &view, StatusCode::OK, Some(&csrf))
}

pub async fn send(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    offered(visit, &request)?;
    let username = visit.form.get("username").unwrap_or_default().trim();
    if username.is_empty() {
        let problem = Problem::at("username", Wrong::Required);
        return Ok(again(visit, username, problem)?);
    }
    let delivery = match operations::forgot_password(visit, &request.client, username).await {
        Ok(delivery) => delivery,
        // If the client does not hide which accounts exist, the page without a destination shows it.
        Err(fault) if fault.kind == K::UserNotFoundException => None,
        Err(fault) => {
            let Some(problem) = problems::problem(&fault, Fields::default()) else {
                return Err(Halt::Fault(fault));
            };
            // Who has a code already can still enter it.
            return Ok(match visit.form.has("resend") {
                true => reset::again(visit, username, general(problem))?,
                false => again(visit, username, general(problem))?,
            });
        }
    };
    let step = Step::from(Page::reset(username, delivery)).sent_now(visit);
    let step = match visit.form.has("resend") {
        true => step.saying(Notice::CodeSent),
        false => step,
    };
    Ok(step.go(visit)?)
}

/// The form again, with this problem.
fn again(visit: &Visit, username: &str, problem: Problem) -> Result<Response, Fault> {
    let step = Step::from(Page::forgot(username));
    step.with(vec![problem]).go(visit)
}

/// The problem for the page as a whole: it has no fields for attributes.
fn general(problem: Problem) -> Problem {
    match problem.wrong {
        Wrong::InvalidEmail | Wrong::InvalidPhone => Problem::general(Wrong::DeliveryFailed),
        wrong => Problem::general(wrong),
    }
}
