//! `/passkeys/add`: a passkey for the user who is signed in with this browser. After sign-up it comes before the way
//! back to the app; an app may also send people there. And the prompt for a passkey on the sign-in page.

use std::sync::Arc;

use axum::response::Response;
use cabana_api::limits::Who;
use cabana_api::logic::passkeys::{known_as, registration};
use cabana_api::logic::sign_in::passkey_prompt;
use cabana_api::{Cx, Fault};
use cabana_domain::client::Client;
use cabana_domain::{Span, Sub, Time};
use http::StatusCode;

use super::problems::{self, Fields};
use super::step::{Page, Step};
use super::{finish, login};
use crate::authorize::frame::{check_csrf, csrf, frame, page, post};
use crate::authorize::session::{self, Current};
use crate::authorize::{self, Authorization, Halt, answered, grant};
use crate::csrf::Csrf;
use crate::pages::{Account, AddPasskey, Ceremony, Frame};
use crate::visit::Visit;
use crate::{reply, steps};

/// Path of the page.
pub const PATH: &str = "/passkeys/add";
const CREDENTIAL: &str = "credential";
const TICKET: &str = "ticket";
/// Longest age of the sign-in of somebody who adds a passkey: it outlives the session, and must not be had by whoever
/// finds a browser unlocked.
const LONGEST_AGE: Span = Span::minutes(5);

/// The form of the sign-in page that asks for a passkey, where people sign in with one.
///
/// # Errors
/// The failure of the store.
pub async fn prompt(
    visit: &Visit,
    client: &Client,
    frame: &Frame,
    csrf: &Csrf,
) -> Result<Option<Ceremony>, Fault> {
    let prompt = passkey_prompt::prompt(&visit.cx(), client, visit.pool()).await?;
    let Some(prompt) = prompt else {
        return Ok(None);
    };
    let post = post(visit, csrf, "/login", vec![(TICKET, prompt.ticket)]);
    let ceremony = Ceremony::sign_in(frame, post, prompt.options.to_string());
    ceremony.map(Some).map_err(Fault::internal)
}

/// The credential in the form of this request, if there is one.
pub fn credential(visit: &Visit) -> Option<&str> {
    visit.form.get(CREDENTIAL).filter(|it| !it.is_empty())
}

/// Signs in with the passkey that the browser used on the sign-in page.
///
/// # Errors
/// An error page.
pub async fn sign_in(
    visit: &Visit,
    request: &Authorization,
    credential: &str,
) -> Result<Response, Halt> {
    // Anybody can write whatever `sub` they know: it is no more than a name before the signature is right.
    let named = passkey_prompt::named(credential);
    visit.count_sign_in(Who::Name(named.as_ref().map_or("", Sub::as_str)))?;
    let ticket = visit.form.get(TICKET).unwrap_or_default();
    let done = cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let (client, pool) = (&request.client, visit.pool());
        let signed_in =
            passkey_prompt::with_passkey(&cx, client, pool, ticket, credential, request.goal());
        let (outcome, name) = signed_in.await?;
        finish::go_on(&cx, visit, request, &name, outcome).await
    });
    match done.await {
        Ok(response) => Ok(response),
        Err(fault) => match problems::problem(&fault, Fields::default()) {
            Some(problem) => Ok(login::again(visit, "", vec![problem])?),
            None => Err(Halt::Fault(fault)),
        },
    }
}

/// The page that offers a passkey to a user who has just signed up and in; `None` if it has nothing to offer.
///
/// # Errors
/// The failure of the store.
pub async fn after_sign_up(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    current: &Current,
) -> Result<Option<Response>, Fault> {
    // An app with a shorter `max_age` would have to ask for another sign-in after this page.
    let is_patient = request.max_age.is_none_or(|it| it >= LONGEST_AGE);
    if !is_patient || !passkey_prompt::is_offered(&request.client, visit.pool()) {
        return Ok(None);
    }
    let offer = registration::offer(cx, visit.pool(), &current.user).await?;
    if offer.is_none() {
        return Ok(None);
    }
    let page = Page::AddPasskey {
        signed_in: Some(current.authentication.at),
    };
    Step::from(page).go(visit).map(Some)
}

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let (client, _) = authorize::app(visit).await?;
    let cx = visit.cx();
    let Some(current) = accepted(&cx, visit, &client).await? else {
        return Ok(reply::found(&visit.carrying("/login")));
    };
    if !is_fresh(visit, &current) {
        return match is_own(visit, &current) {
            true => go_on(visit, &current).await,
            false => Ok(reply::found(&login::another_account(visit))),
        };
    }
    let user = &current.user;
    let offer = registration::offer(&cx, visit.pool(), user).await?;
    let Some(offer) = offer else {
        return go_on(visit, &current).await;
    };
    let csrf = csrf(visit)?;
    let mut frame = frame(visit, Some(&client));
    if let Some(step) =
        Step::current(visit).filter(|step| matches!(step.page, Page::AddPasskey { .. }))
    {
        frame.problems.clone_from(&step.problems);
    }
    frame.account = Some(Account {
        username: known_as(visit.pool(), user).to_owned(),
        other_url: login::another_account(visit),
    });
    let add = post(visit, &csrf, PATH, vec![(TICKET, offer.ticket)]);
    let ceremony = Ceremony::add(&frame, add, offer.options.to_string());
    let view = AddPasskey {
        ceremony: ceremony.map_err(Fault::internal)?,
        frame,
        later: post(visit, &csrf, PATH, Vec::new()),
    };
    Ok(page(Some(&client), &view, StatusCode::OK, Some(&csrf))?)
}

pub async fn add(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let (client, _) = authorize::app(visit).await?;
    let Some(current) = accepted(&visit.cx(), visit, &client).await? else {
        return Ok(reply::see_other(&visit.carrying("/login")));
    };
    if let Some(credential) = credential(visit) {
        visit.count_sign_in(Who::User(&current.user.sub))?;
        if let Err(fault) = register(visit, &client, credential).await {
            let Some(problem) = problems::problem(&fault, Fields::default()) else {
                return Err(Halt::Fault(fault));
            };
            let step = Step::current(visit);
            let page = Page::AddPasskey {
                signed_in: step.as_ref().and_then(signed_in),
            };
            return Ok(Step::from(page).with(vec![problem]).go(visit)?);
        }
    }
    go_on(visit, &current).await
}

async fn register(visit: &Visit, client: &Arc<Client>, credential: &str) -> Result<(), Fault> {
    let ticket = visit.form.get(TICKET).unwrap_or_default();
    cabana_api::again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        let current = accepted(&cx, visit, client).await?;
        let Some(Current { user, .. }) = current else {
            return Err(cabana_api::faults::session_expired());
        };
        registration::accept(&cx, visit.pool(), user, &client.id, ticket, credential).await
    })
    .await
}

/// The session of this browser, if it began in a way that the app's client allows.
async fn accepted(cx: &Cx<'_>, visit: &Visit, client: &Client) -> Result<Option<Current>, Fault> {
    let current = session::current(cx, visit).await?;
    let reused = session::reused_for(visit.pool(), client);
    Ok(current.filter(|it| {
        let is_reused = cx.now() < it.authentication.at.after(reused);
        (is_reused || is_own(visit, it)) && authorize::allows(client, &it.authentication)
    }))
}

/// Whether the sign-in is recent enough to add a passkey: for this page, and as the query says. `prompt=login` accepts
/// none but the one that this page continues.
fn is_fresh(visit: &Visit, current: &Current) -> bool {
    let age = visit.cx().now().since(current.authentication.at);
    let query = &visit.query;
    // A number that is none is refused at the sign-in.
    let longest = query.get("max_age");
    let longest = longest.map(|it| Span::seconds(it.parse::<u32>().unwrap_or(0).into()));
    let prompt = query.get("prompt").unwrap_or_default();
    let is_asked_again =
        prompt.split_ascii_whitespace().any(|it| it == "login") && !is_own(visit, current);
    age <= LONGEST_AGE && longest.is_none_or(|longest| age <= longest) && !is_asked_again
}

/// Whether this page came in the middle of the user's sign-in.
fn is_own(visit: &Visit, current: &Current) -> bool {
    let began = Step::current(visit).as_ref().and_then(signed_in);
    began == Some(current.authentication.at)
}

/// The time of the sign-in that a step of this page continues.
fn signed_in(step: &Step) -> Option<Time> {
    match step.page {
        Page::AddPasskey { signed_in } => signed_in,
        _ => None,
    }
}

/// Back to the app: with its grant if this page came in the middle of a sign-in, else as it sent the person.
async fn go_on(visit: &Visit, current: &Current) -> Result<Response, Halt> {
    let location = if is_own(visit, current) {
        let request = authorize::read(visit).await?;
        if !request.is_young(current.authentication.at, visit.cx().now()) {
            return Ok(login::again(visit, "", Vec::new())?);
        }
        granted(visit, &request, current).await?
    } else {
        let (_, address) = authorize::app(visit).await?;
        reply::with_parameters(&address, '?', &[], visit.query.encoded("state"))
    };
    let mut response = reply::found(&location);
    steps::end_all(visit, &mut response);
    Ok(response)
}

async fn granted(
    visit: &Visit,
    request: &Authorization,
    current: &Current,
) -> Result<String, Fault> {
    cabana_api::again(&visit.web.api, |_| async {
        let (cx, user) = (visit.cx(), &current.user);
        let authentication = &current.authentication;
        let granted = grant::grant(
            &cx,
            visit.pool(),
            request,
            user,
            authentication,
            current.id(),
        )
        .await?;
        cx.commit(granted.changes.into_iter().chain(current.used(&cx)))
            .await?;
        Ok(granted.location)
    })
    .await
}
