//! Single logout that begins here: after `/logout` a browser goes to the SAML provider that it came from, which sends it back to
//! `/saml2/logout`, and from there to where it was to go.

use axum::response::Response;
use cabana_api::logic::federation::saml::{self, Principal, SignOut};
use cabana_api::logic::sign_in::ticket;
use cabana_api::{Cx, Fault};
use cabana_domain::provider::IdentityProvider;
use cabana_domain::{PoolId, Span, Time};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use crate::authorize::{self, Failure, answered};
use crate::pages::PageError;
use crate::reply;
use crate::visit::Visit;

/// Where providers send people back to after a sign-out.
pub const PATH: &str = "/saml2/logout";
/// The cookie with the browser's session at a provider.
const COOKIE: &str = "saml-session";
const SESSION: &str = "SAML session";
const TICKET: &str = "SAML sign-out";
/// As long as the session of the browser.
const LIFE: Span = Span::hours(1);
/// Time at the provider.
const AWAY: Span = Span::minutes(10);

/// A browser's session at a provider.
#[derive(Serialize, Deserialize)]
pub struct Session {
    pool: PoolId,
    pub provider: String,
    pub principal: Principal,
    until: Time,
}

/// Where a browser was to go.
#[derive(Serialize, Deserialize)]
struct Target {
    pool: PoolId,
    /// Of the request.
    id: String,
    location: String,
    until: Time,
}

/// A cookie with the session at a provider that is told of sign-outs.
///
/// # Errors
/// If it cannot be sealed.
pub fn remember(
    cx: &Cx<'_>,
    visit: &Visit,
    provider: &IdentityProvider,
    principal: &Principal,
) -> Result<Option<HeaderValue>, Fault> {
    if !saml::is_on(provider, saml::SIGNS_OUT) {
        return Ok(None);
    }
    let session = Session {
        pool: provider.pool.clone(),
        provider: provider.name.clone(),
        principal: principal.clone(),
        until: cx.now().after(LIFE),
    };
    let sealed = ticket::seal(cx.api, SESSION, &session)?;
    let cookie = visit
        .cookies()
        .write(COOKIE, &sealed, Some(LIFE.as_seconds()));
    Ok(cookie)
}

/// The response to a sign-out, by way of the provider if the browser has a session there. A provider that cannot be
/// reached does not keep anybody signed in here.
pub async fn on_the_way(visit: &Visit, mut response: Response) -> Response {
    let Some(cookie) = sent(visit) else {
        return response;
    };
    let cx = visit.cx();
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|it| it.to_str().ok());
    // A page says so itself: without a session, this address shows it.
    let location = location.map_or_else(|| visit.carrying("/logout"), str::to_owned);
    if let Some(session) = session(&cx, visit, cookie) {
        match address(&cx, visit, &session, location).await {
            Ok(Some(address)) => response = by_way_of(&address, response),
            Ok(None) => {}
            Err(fault) => {
                let (provider, cause) = (&session.provider, fault.cause());
                tracing::warn!(%provider, %fault, ?cause, "a provider was not told of a sign-out");
            }
        }
    }
    forget(visit, &mut response);
    response
}

/// Removes what is known of a session at a provider.
pub fn forget(visit: &Visit, response: &mut Response) {
    authorize::set_cookie(response, visit.cookies().write(COOKIE, "", Some(0)));
}

/// The browser's session at a provider, if it has one.
pub fn held(cx: &Cx<'_>, visit: &Visit) -> Option<Session> {
    session(cx, visit, sent(visit)?)
}

/// Lets a page's form lead to the provider: browsers apply the policy of the page to the redirects after its form.
pub async fn allow_the_way(visit: &Visit, response: &mut Response) {
    let cx = visit.cx();
    let Some(session) = held(&cx, visit) else {
        return;
    };
    let provider = cx
        .store()
        .identity_provider(&session.pool, &session.provider);
    let Ok(Some(provider)) = provider.await else {
        return;
    };
    // Without it there is no way there, and none is taken.
    if let Ok(Some(endpoint)) = saml::sign_out_endpoint(&cx, &provider).await {
        authorize::allow_form_target(response, &endpoint.origin().ascii_serialization());
    }
}

/// The cookie of a session at a provider.
fn sent(visit: &Visit) -> Option<&str> {
    let cookie = visit.cookies().read(&visit.headers, COOKIE);
    cookie.filter(|it| !it.is_empty())
}

fn session(cx: &Cx<'_>, visit: &Visit, cookie: &str) -> Option<Session> {
    let session = ticket::open::<Session>(cx.api, SESSION, cookie)?;
    let live = session.pool == visit.pool().id && cx.now() < session.until;
    live.then_some(session)
}

/// A redirect with the cookies of another response.
fn by_way_of(address: &str, response: Response) -> Response {
    let mut redirect = reply::found(address);
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        authorize::set_cookie(&mut redirect, Some(cookie.clone()));
    }
    redirect
}

async fn address(
    cx: &Cx<'_>,
    visit: &Visit,
    session: &Session,
    location: String,
) -> Result<Option<String>, Fault> {
    let store = cx.store();
    let provider = store.identity_provider(&session.pool, &session.provider);
    let Some(provider) = provider.await? else {
        return Ok(None);
    };
    let target = Target {
        pool: session.pool.clone(),
        id: format!("_{}", cx.uuid()?),
        location,
        until: cx.now().after(AWAY),
    };
    let sign_out = SignOut {
        id: &target.id,
        principal: &session.principal,
        state: &ticket::seal(cx.api, TICKET, &target)?,
    };
    let address = saml::sign_out_of(cx, visit.pool(), &provider, sign_out).await?;
    Ok(address.map(String::from))
}

/// Takes the answer of a provider. Whatever it says, the session here is over, and the browser goes on.
pub async fn answer(visit: Visit) -> Response {
    let said = |name| visit.form.get(name).or_else(|| visit.query.get(name));
    let target =
        said("RelayState").and_then(|it| ticket::open::<Target>(&visit.web.api, TICKET, it));
    let now = visit.web.api.clock.now();
    let target = target.filter(|it| it.pool == visit.pool().id && now < it.until);
    let Some(target) = target else {
        let failure = Failure::new(PageError::ProviderFailed, StatusCode::BAD_REQUEST);
        return answered(&visit, Err(failure.into()));
    };
    if let Some(posted) = visit.form.get("SAMLResponse") {
        match saml::is_signed_out(posted, &target.id) {
            Ok(true) => {}
            Ok(false) => tracing::warn!("a provider did not sign somebody out"),
            Err(why) => tracing::warn!(%why, "a provider's answer to a sign-out could not be read"),
        }
    }
    reply::see_other(&target.location)
}
