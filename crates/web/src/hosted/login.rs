//! `/login`: user name and password, or the user name alone, if people choose among first factors.

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::limits::Who;
use cabana_api::logic::federation::COGNITO;
use cabana_api::logic::passkeys::known_as;
use cabana_api::logic::sign_in::{self, Named};
use cabana_api::logic::users;
use cabana_domain::client::Client;
use cabana_domain::flow::Goal;
use cabana_domain::pool::Pool;
use cabana_model::{AuthFactorType, ErrorKind as K, ExplicitAuthFlowsType};
use http::{HeaderValue, StatusCode, header};

use super::confirm::Unconfirmed;
use super::problems::{self, Fields};
use super::step::{self, Page, Step};
use super::{finish, passkeys, reset, sign_up};
use crate::authorize::frame::{check_csrf, csrf, frame, page, post};
use crate::authorize::{self, Authorization, Halt, answered};
use crate::authorize::{provider, session};
use crate::pages::{Continue, LeadsTo, Notice, Problem, Provider, SignIn, Wrong};
use crate::params::Params;
use crate::visit::Visit;
use crate::{reply, steps};

/// The field of the address that finds a provider, and its parameter.
const ADDRESS: &str = "provider_address";

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    let cx = visit.cx();
    let step = Step::current(visit);
    if let Some(address) = visit.query.get(ADDRESS)
        && let Some(way) = provider::by_address(visit, &request, address).await?
    {
        return Ok(leads_to(visit, &request, way)?);
    }
    let joining = authorize::join::current(visit);
    let begun = step.filter(|step| !step.username().is_empty() || !step.problems.is_empty());
    if begun.is_none()
        && joining.is_none()
        && let Some(current) = session::current(&cx, visit).await?
        && request.accepts(visit.pool(), &current, cx.now())
    {
        let csrf = csrf(visit)?;
        let view = Continue {
            further: !request.prompt.none
                && authorize::is_short(&cx, visit, &request, &current).await?,
            frame: frame(visit, Some(&request.client)),
            username: known_as(visit.pool(), &current.user).to_owned(),
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
    let fresh = || match &joining {
        Some(joining) => Step::from(Page::sign_in(&joining.username)).saying(Notice::JoinAccount),
        None => Page::sign_in(hint).into(),
    };
    let step = begun.unwrap_or_else(fresh);
    Ok(form(visit, &request, &step).await?)
}

/// A page that goes on to a provider by itself. A form cannot be redirected there: the policy of our pages, which browsers
/// apply to redirects too, names the app's addresses only.
fn leads_to(visit: &Visit, request: &Authorization, way: Provider) -> Result<Response, Fault> {
    let view = LeadsTo {
        frame: frame(visit, Some(&request.client)),
        provider: way,
    };
    let mut response = page(Some(&request.client), &view, StatusCode::OK, None)?;
    if let Ok(there) = HeaderValue::from_str(&format!("0; url={}", view.provider.url)) {
        response.headers_mut().insert(header::REFRESH, there);
    }
    Ok(response)
}

/// URL of the sign-in page for another account: the same request without `prompt`, which would lead back here.
pub fn another_account(visit: &Visit) -> String {
    let query = visit.query.without("prompt");
    let query = query.as_sent();
    format!("{}?{query}&prompt=login", visit.path("/login"))
}

/// Whether people give their name first, and then choose what to begin with.
fn is_by_choice(pool: &Pool, client: &Client) -> bool {
    let others = [
        AuthFactorType::EmailOtp,
        AuthFactorType::SmsOtp,
        AuthFactorType::WebAuthn,
    ];
    client.allows_flow(ExplicitAuthFlowsType::AllowUserAuth)
        && others.into_iter().any(|it| pool.allows_first_factor(it))
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
    let mut ways = provider::ways(visit, request).await?;
    if let Some(joining) = authorize::join::current(visit) {
        // It would lead back here.
        ways.buttons.retain(|it| it.name != joining.provider);
        frame.joins = Some(joining.provider);
    }
    let passwords = request.supports(COGNITO);
    let passkey = match passwords {
        true => passkeys::prompt(visit, &request.client, &frame, &csrf).await?,
        false => None,
    };
    let view = SignIn {
        passkey,
        frame,
        post: post(visit, &csrf, "/login", Vec::new()),
        username: step.username().to_owned(),
        forgot: reset::is_offered(pool),
        sign_up: sign_up::is_open(pool),
        providers: ways.buttons,
        by_address: ways
            .by_address
            .then(|| post(visit, &csrf, "/login", Vec::new())),
        passwords,
        name_first: is_by_choice(visit.pool(), &request.client),
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
    if visit.form.has(ADDRESS) {
        let address = visit.form.get(ADDRESS).unwrap_or_default().trim();
        return by_address(visit, &request, address).await;
    }
    let request = request.for_own_users(visit)?;
    if let Some(credential) = passkeys::credential(visit) {
        return passkeys::sign_in(visit, &request, credential).await;
    }
    let username = visit.form.get("username").unwrap_or_default().trim();
    // The two ways off the form take the name along.
    match visit.form.get("go") {
        Some("forgot") => {
            return Ok(Step::from(Page::forgot(username)).go(visit)?);
        }
        Some("sign-up") => return Ok(Step::from(Page::SignUp).keeping(visit).go(visit)?),
        _ => {}
    }
    let password = visit.form.get("password");
    let name_first = password.is_none() && is_by_choice(visit.pool(), &request.client);
    let password = password.unwrap_or_default();
    let missing: Vec<Problem> = [("username", username), ("password", password)]
        .into_iter()
        .filter(|(field, value)| value.is_empty() && !(name_first && *field == "password"))
        .map(|(field, _)| Problem::at(field, Wrong::Required))
        .collect();
    if !missing.is_empty() {
        return Ok(again(visit, username, missing)?);
    }
    if name_first && !step::fits(username) {
        let problem = Problem::at("username", Wrong::TooLong);
        return Ok(again(visit, username, vec![problem])?);
    }
    visit.count_sign_in(Who::Name(username))?;
    let done = match name_first {
        true => by_choice(visit, &request, username).await,
        false => with_password(visit, &request, username, password, false).await,
    };
    match done {
        Ok(response) => Ok(response),
        Err(fault) if name_first && fault.kind == K::UserNotFoundException => {
            let problem = Problem::at("username", Wrong::NoSuchUser);
            Ok(again(visit, username, vec![problem])?)
        }
        Err(fault) => refused(visit, &request, username, fault).await,
    }
}

/// Leads to the provider that an e-mail address belongs to.
async fn by_address(
    visit: &Visit,
    request: &Authorization,
    address: &str,
) -> Result<Response, Halt> {
    if provider::by_address(visit, request, address)
        .await?
        .is_none()
    {
        let wrong = match address.is_empty() {
            true => Wrong::Required,
            false => Wrong::NoSuchProvider,
        };
        return Ok(again(visit, "", vec![Problem::at(ADDRESS, wrong)])?);
    }
    let address = Params::of(&[(ADDRESS.to_owned(), address.to_owned())]);
    let query = visit.query.without(ADDRESS);
    let path = visit.path("/login");
    let there = format!("{path}?{}&{}", query.as_sent(), address.as_sent());
    Ok(reply::see_other(&there))
}

/// Leads to what the user with this name can begin with.
async fn by_choice(
    visit: &Visit,
    request: &Authorization,
    username: &str,
) -> Result<Response, Fault> {
    cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let (client, pool) = (&request.client, visit.pool());
        let outcome = sign_in::start_on_page(&cx, client, pool, username, request.goal()).await?;
        finish::go_on(&cx, visit, request, username, outcome).await
    })
    .await
}

/// The sign-in form again, with these problems.
///
/// # Errors
/// If the step cannot be sealed.
pub fn again(visit: &Visit, username: &str, problems: Vec<Problem>) -> Result<Response, Fault> {
    Step::from(Page::sign_in(username)).with(problems).go(visit)
}

/// Signs in with a user name and password, up to the first challenge; after a sign-up or not.
///
/// # Errors
/// A fault of the sign-in, or an error page.
pub async fn with_password(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    password: &str,
    signed_up: bool,
) -> Result<Response, Fault> {
    cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let (client, pool) = (&request.client, visit.pool());
        let named = Named {
            device: None,
            goal: request.goal(),
        };
        // The page of an unconfirmed account is shown only to a person who knows the password.
        let outcome =
            sign_in::with_password(&cx, client, pool, username, password, false, named).await?;
        match signed_up {
            true => finish::go_on_from_sign_up(&cx, visit, request, username, outcome).await,
            false => finish::go_on(&cx, visit, request, username, outcome).await,
        }
    })
    .await
}

/// Whether a refusal has a page of its own.
pub fn has_page(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        K::UserNotConfirmedException | K::PasswordResetRequiredException
    )
}

/// The refusal's own page, or the form again.
///
/// # Errors
/// The fault if the person can do nothing about it.
pub async fn refused(
    visit: &Visit,
    request: &Authorization,
    username: &str,
    fault: Fault,
) -> Result<Response, Halt> {
    match fault.kind {
        // Revealed only to a person who has shown a first factor, or if the client tells which users exist.
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
        None => further(visit, request).await,
    }
}

/// Asks the user who is signed in with this browser for what is missing for the level that the app wishes.
async fn further(visit: &Visit, request: &Authorization) -> Result<Response, Halt> {
    let current = session::current(&visit.cx(), visit).await?;
    let current = current
        .filter(|it| request.accepts(visit.pool(), it, visit.cx().now()))
        .zip(request.goal());
    let Some((current, goal)) = current else {
        return Ok(again(visit, "", Vec::new())?);
    };
    let (user, earlier) = (&current.user, &current.authentication);
    let young_until = request.young_until(earlier.at);
    let goal = Goal {
        ground: session::ground(visit, &request.client, earlier.at, young_until),
        ..goal
    };
    visit.count_sign_in(Who::User(&user.sub))?;
    let username = known_as(visit.pool(), user);
    let done = cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let (client, pool) = (&request.client, visit.pool());
        let (user, goal) = (user.clone(), goal.clone());
        let outcome = sign_in::step_up::on_page(&cx, client, pool, user, earlier, goal).await?;
        finish::go_on(&cx, visit, request, username, outcome).await
    });
    match done.await {
        Ok(response) => Ok(response),
        Err(fault) => refused(visit, request, username, fault).await,
    }
}
