//! `/forgotPassword`: requests a code. If the client hides which accounts exist, the next page is the same whether
//! there is such a user or not.

use axum::response::Response;
use cabana_api::Fault;
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::confirm::WAIT;
use super::problems::{self, Fields};
use super::{operations, reset};
use crate::authorize::frame::{check_csrf, csrf, page, post, with_problems};
use crate::authorize::{self, Authorization, Failure, Halt, answered};
use crate::pages::{Forgot, PageError, Problem, Wrong};
use crate::visit::Visit;

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    offered(visit, &request)?;
    let username = visit.query.get("login_hint").unwrap_or_default();
    Ok(form(visit, &request, username, Vec::new())?)
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
    let view = Forgot {
        frame: with_problems(visit, &request.client, problems),
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
    let request = authorize::read(visit).await?;
    offered(visit, &request)?;
    let username = visit.form.get("username").unwrap_or_default().trim();
    if username.is_empty() {
        let problem = Problem::at("username", Wrong::Required);
        return Ok(form(visit, &request, username, vec![problem])?);
    }
    let delivery = match operations::forgot_password(visit, &request.client, username).await {
        Ok(delivery) => delivery,
        // If the client does not hide which accounts exist, the page without a destination shows it.
        Err(fault) if fault.kind == K::UserNotFoundException => None,
        Err(fault) => {
            let Some(problem) = problems::problem(&fault, Fields::default()) else {
                return Err(Halt::Fault(fault));
            };
            return Ok(form(visit, &request, username, vec![general(problem)])?);
        }
    };
    Ok(reset::form(
        visit,
        &request,
        username,
        delivery,
        Vec::new(),
        WAIT,
    )?)
}

/// The problem for the page as a whole: it has no fields for attributes.
fn general(problem: Problem) -> Problem {
    match problem.wrong {
        Wrong::InvalidEmail | Wrong::InvalidPhone => Problem::general(Wrong::DeliveryFailed),
        wrong => Problem::general(wrong),
    }
}
