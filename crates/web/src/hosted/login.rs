//! `/login`: user name and password.

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::limits::Who;
use cabana_api::logic::federation::COGNITO;
use cabana_api::logic::{sign_in, users};
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::confirm::Unconfirmed;
use super::problems::{self, Fields};
use super::step::{Page, Step};
use super::{finish, reset, sign_up};
use crate::authorize::frame::{check_csrf, csrf, frame, page, post};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::authorize::{provider, session};
use crate::pages::{Continue, Problem, SignIn, Wrong};
use crate::visit::Visit;
use crate::{reply, steps};

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    let cx = visit.cx();
    let step = Step::current(visit);
    let begun = step.filter(|step| !step.username().is_empty() || !step.problems.is_empty());
    if begun.is_none()
        && let Some(current) = session::current(&cx, visit).await?
        && request.accepts_session_of(&current.authentication, cx.now())
    {
        let csrf = csrf(visit)?;
        let view = Continue {
            frame: frame(visit, Some(&request.client)),
            username: current.user.username.clone(),
            post: post(visit, &csrf, "/login", Vec::new()),
            other_url: another_account(visit),
        };
        return Ok(page(
            Some(&request.client),
            &view,
            StatusCode::OK,
            Some(&csrf),
        )?);
    }
    let hint = visit.query.get("login_hint").unwrap_or_default();
    let step = begun.unwrap_or_else(|| Page::sign_in(hint).into());
    Ok(form(visit, &request, &step).await?)
}

/// URL of the sign-in page for another account: the same request without `prompt`, which would lead back here.
pub fn another_account(visit: &Visit) -> String {
    let kept = visit.query.iter().filter(|(name, _)| *name != "prompt");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .finish();
    format!("{}?{query}&prompt=login", visit.path("/login"))
}

/// The sign-in form. A step of another page gives it its user name.
async fn form(visit: &Visit, request: &Authorization, step: &Step) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let pool = visit.pool();
    let own = matches!(step.page, Page::SignIn { .. });
    let mut frame = frame(visit, Some(&request.client));
    if own {
        frame.problems.clone_from(&step.problems);
        frame.notice = step.notice;
    }
    let view = SignIn {
        frame,
        post: post(visit, &csrf, "/login", Vec::new()),
        username: step.username().to_owned(),
        forgot: reset::is_offered(pool),
        sign_up: sign_up::is_open(pool),
        providers: provider::buttons(visit, request).await?,
        passwords: request.supports(COGNITO),
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
    let request = authorize::read_for_own_users(visit).await?;
    let username = visit.form.get("username").unwrap_or_default().trim();
    // The two ways off the form take the name along.
    match visit.form.get("go") {
        Some("forgot") => {
            return Ok(Step::from(Page::forgot(username)).go(visit)?);
        }
        Some("sign-up") => return Ok(Step::from(Page::SignUp).keeping(visit).go(visit)?),
        _ => {}
    }
    let password = visit.form.get("password").unwrap_or_default();
    let missing: Vec<Problem> = [("username", username), ("password", password)]
        .into_iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(field, _)| Problem::at(field, Wrong::Required))
        .collect();
    if !missing.is_empty() {
        return Ok(again(visit, username, missing)?);
    }
    visit.count_sign_in(Who::Name(username))?;
    match with_password(visit, &request, username, password).await {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, &request, username, fault).await,
    }
}

/// The sign-in form again, with these problems.
///
/// # Errors
/// If the step cannot be sealed.
pub fn again(visit: &Visit, username: &str, problems: Vec<Problem>) -> Result<Response, Fault> {
    Step::from(Page::sign_in(username)).with(problems).go(visit)
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
    cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let (client, pool) = (&request.client, visit.pool());
        // The page of an unconfirmed account is shown only to a person who knows the password.
        let outcome =
            sign_in::with_password(&cx, client, pool, username, password, false, None).await?;
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
            let step = Step::from(Page::Confirm(waiting)).with(vec![problem]);
            Ok(step.go(visit)?)
        }
        K::PasswordResetRequiredException => {
            let problem = Problem::general(Wrong::ResetRequired);
            let step = Step::from(Page::reset(username, None)).with(vec![problem]);
            Ok(step.go(visit)?)
        }
        _ => match problems::problem(&fault, Fields::default()) {
            Some(problem) => Ok(again(visit, username, vec![problem])?),
            None => Err(Halt::Fault(fault)),
        },
    }
}

/// Continues as the user who is signed in with this browser.
async fn as_current(visit: &Visit, request: &Authorization) -> Result<Response, Halt> {
    match authorize::straight_back(visit, request).await? {
        Some(location) => {
            let mut response = reply::found(&location);
            steps::end_all(visit, &mut response);
            Ok(response)
        }
        None => Ok(again(visit, "", Vec::new())?),
    }
}
