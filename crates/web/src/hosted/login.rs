//! `/login`: user name and password.

use axum::response::Response;
use cabana_api::limits::Who;
use cabana_api::logic::{sign_in, users};
use cabana_api::{Fault, again};
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::confirm::{self, Unconfirmed};
use super::problems::{self, Fields};
use super::{finish, reset, sign_up};
use crate::authorize::frame::{check_csrf, csrf, page, post, with_problems};
use crate::authorize::session;
use crate::authorize::{self, Authorization, Halt, answered};
use crate::pages::{Continue, Notice, Problem, SignIn, Wrong};
use crate::reply;
use crate::visit::Visit;

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    let cx = visit.cx();
    if let Some(current) = session::current(&cx, visit).await?
        && request.accepts_session_of(current.authentication.at, cx.now())
    {
        let csrf = csrf(visit)?;
        let view = Continue {
            frame: with_problems(visit, &request.client, Vec::new()),
            username: current.user.username.clone(),
            post: post(visit, &csrf, "/login", Vec::new()),
            other_url: format!("{}&prompt=login", without_prompt(visit)),
        };
        return Ok(page(
            Some(&request.client),
            &view,
            StatusCode::OK,
            Some(&csrf),
        )?);
    }
    let username = visit.query.get("login_hint").unwrap_or_default();
    Ok(form(visit, &request, username, Vec::new(), None)?)
}

/// The sign-in page for another account: the same request without `prompt`, which would lead back here.
fn without_prompt(visit: &Visit) -> String {
    let kept = visit.query.iter().filter(|(name, _)| *name != "prompt");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .finish();
    format!("{}?{query}", visit.path("/login"))
}

/// The sign-in form.
///
/// # Errors
/// If the page cannot be made.
pub fn form(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    problems: Vec<Problem>,
    notice: Option<Notice>,
) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let pool = visit.pool();
    let mut frame = with_problems(visit, &request.client, problems);
    frame.notice = notice;
    let view = SignIn {
        frame,
        post: post(visit, &csrf, "/login", Vec::new()),
        username: username.to_owned(),
        forgot_url: reset::is_offered(pool).then(|| visit.carrying("/forgotPassword")),
        sign_up_url: sign_up::is_open(pool).then(|| visit.carrying("/signup")),
        providers: Vec::new(),
        passwords: true,
    };
    page(Some(&request.client), &view, StatusCode::OK, Some(&csrf))
}

pub async fn sign_in(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read(visit).await?;
    if visit.form.has("continue") {
        return as_current(visit, &request).await;
    }
    let username = visit.form.get("username").unwrap_or_default().trim();
    let password = visit.form.get("password").unwrap_or_default();
    let missing: Vec<Problem> = [("username", username), ("password", password)]
        .into_iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(field, _)| Problem::at(field, Wrong::Required))
        .collect();
    if !missing.is_empty() {
        return Ok(form(visit, &request, username, missing, None)?);
    }
    visit.count_sign_in(Who::Name(username))?;
    match with_password(visit, &request, username, password).await {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, &request, username, fault).await,
    }
}

/// Signs in with a user name and password, up to the first challenge.
///
/// # Errors
/// A fault of the sign-in, or an error page.
pub async fn with_password(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    password: &str,
) -> Result<Response, Fault> {
    again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let (client, pool) = (&request.client, visit.pool());
        // The page of an unconfirmed account is shown only to a person who knows the password.
        let outcome = sign_in::with_password(&cx, client, pool, username, password, false).await?;
        finish::go_on(&cx, visit, request, username, outcome).await
    })
    .await
}

/// The refusal's own page, or the form again.
async fn refused(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    fault: Fault,
) -> Result<Response, Halt> {
    match fault.kind {
        // Revealed only to a person who knows the password.
        K::UserNotConfirmedException => {
            let user = users::find(&visit.cx(), visit.pool(), username).await?;
            let waiting = Unconfirmed::new(visit, request, username, user.as_ref());
            let problem = Problem::general(Wrong::UserNotConfirmed);
            Ok(confirm::form(
                visit,
                request,
                &waiting,
                vec![problem],
                None,
                0,
            )?)
        }
        K::PasswordResetRequiredException => {
            let problem = Problem::general(Wrong::ResetRequired);
            Ok(reset::form(
                visit,
                request,
                username,
                None,
                vec![problem],
                0,
            )?)
        }
        _ => match problems::problem(&fault, Fields::default()) {
            Some(problem) => Ok(form(visit, request, username, vec![problem], None)?),
            None => Err(Halt::Fault(fault)),
        },
    }
}

/// Continues as the user who is signed in with this browser.
async fn as_current(visit: &Visit, request: &Authorization) -> Result<Response, Halt> {
    match authorize::straight_back(visit, request).await? {
        Some(location) => Ok(reply::found(&location)),
        None => Ok(form(visit, request, "", Vec::new(), None)?),
    }
}
