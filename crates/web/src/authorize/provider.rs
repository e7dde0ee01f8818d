//! The way to another identity provider: which one a request asks for, and what travels there and back.
//!
//! Everything that the answer is judged by is sealed into `state`; a cookie binds it to this browser, so that nobody
//! can have somebody else's browser finish what they have begun.

use std::sync::Arc;

use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_api::faults::reason;
use cabana_api::logic::federation::{self, Attempt, PassedOn};
use cabana_api::logic::sign_in::ticket;
use cabana_api::logic::tokens;
use cabana_api::{Cx, Fault};
use cabana_domain::provider::IdentityProvider;
use cabana_domain::{PoolId, Span, Time};
use cabana_model::IdentityProviderTypeType;
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::errors::{Kind, Refusal};
use super::frame::set_cookie;
use super::{Authorization, Failure, Halt, checks};
use crate::pages::{PageError, Provider};
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

/// Where providers send people back to.
pub const ANSWER: &str = "/oauth2/idpresponse";
/// The same for SAML (the assertion consumer service).
pub const SAML_ANSWER: &str = "/saml2/idpresponse";
/// The provider that a request names.
pub const NAMED: &str = "identity_provider";
const BY_IDENTIFIER: &str = "idp_identifier";
/// The cookie that binds answers to this browser.
const COOKIE: &str = "csrf-state";
/// Time to sign in at the provider, as with Cognito.
const LIFE: Span = Span::minutes(5);
/// Lifetime of the cookie, which serves every attempt of the browser.
const COOKIE_LIFE: Span = Span::hours(1);

/// What comes back with the answer. Sealed for the path where that comes.
#[derive(Serialize, Deserialize)]
pub struct State {
    pub attempt: Attempt,
    pool: PoolId,
    /// The app's request.
    pub query: String,
    /// A digest of the browser's cookie.
    browser: [u8; 32],
    until: Time,
}

impl State {
    /// When the browser was sent to the provider.
    pub fn sent(&self) -> Time {
        self.until.before(LIFE)
    }
}

/// The path below a pool's address to which providers of a kind send people back.
pub fn redirect_path(kind: IdentityProviderTypeType) -> &'static str {
    match kind {
        IdentityProviderTypeType::Saml => SAML_ANSWER,
        _ => ANSWER,
    }
}

/// Whether the request goes on at another provider.
pub fn is_named(visit: &Visit) -> bool {
    let query = &visit.query;
    let named = query.get(NAMED).map(|it| it != federation::COGNITO);
    named.unwrap_or_else(|| query.get(BY_IDENTIFIER).is_some())
}

/// The provider that the request names, if the client has it.
async fn named(visit: &Visit, request: &Authorization) -> Result<Arc<IdentityProvider>, Halt> {
    let (store, pool) = (&visit.web.api.store, &visit.pool().id);
    let (found, asked) = match (visit.query.get(NAMED), visit.query.get(BY_IDENTIFIER)) {
        (Some(name), _) => (store.identity_provider(pool, name).await, name),
        (None, Some(identifier)) => {
            let found = store.identity_provider_by_identifier(pool, identifier);
            (found.await.map(|it| it.map(Arc::new)), identifier)
        }
        (None, None) => (Ok(None), ""),
    };
    let found = found.map_err(Fault::from)?;
    let found = found.filter(|it| request.supports(&it.name));
    found.ok_or_else(|| request.refuse(visit, &checks::no_such_provider(asked)))
}

/// Sends the browser to the provider that the request names.
///
/// # Errors
/// A redirect to the app, if that is not possible.
pub async fn send(visit: &Visit, request: &Authorization) -> Result<Response, Halt> {
    let provider = named(visit, request).await?;
    let result = sent(&visit.cx(), visit, request, &provider).await;
    concluded(visit, request, &provider.name, result).await
}

async fn sent(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    provider: &IdentityProvider,
) -> Result<Response, Fault> {
    let answer = redirect_path(provider.kind);
    let redirect_uri = format!("{}{answer}", visit.browser_base());
    let attempt = federation::begin(cx, &request.client, provider, redirect_uri)?;
    let (browser, cookie) = browser(cx, visit)?;
    let state = State {
        attempt: attempt.clone(),
        pool: visit.pool().id.clone(),
        query: visit.query.as_sent().to_owned(),
        browser,
        until: cx.now().after(LIFE),
    };
    let state = ticket::seal(cx.api, answer, &state)?;
    let query = &visit.query;
    let passed_on = PassedOn {
        login_hint: query.get("login_hint"),
        prompt: query.get("prompt"),
        max_age: query.get("max_age"),
        acr_values: query.get("acr_values"),
    };
    let pool = visit.pool();
    let address = federation::address(cx, pool, provider, &attempt, &state, passed_on).await?;
    let mut response = reply::found(address.as_str());
    set_cookie(&mut response, cookie);
    Ok(response)
}

/// The digest of the browser's cookie, and the cookie, which is set anew.
fn browser(cx: &Cx<'_>, visit: &Visit) -> Result<([u8; 32], Option<HeaderValue>), Fault> {
    let known = visit.cookies().read(&visit.headers, COOKIE);
    let value = match known.filter(|it| it.len() == 43) {
        Some(value) => value.to_owned(),
        None => BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?),
    };
    let life = Some(COOKIE_LIFE.as_seconds());
    let cookie = visit.cookies().write(COOKIE, &value, life);
    Ok((tokens::hash(&value), cookie))
}

/// Opens a `state`; `None` if it is not ours, of another path, pool or browser, or too old.
pub fn open(visit: &Visit, state: &str) -> Option<State> {
    let state = open_in_any_browser(visit, state)?;
    let cookie = visit.cookies().read(&visit.headers, COOKIE)?;
    bool::from(state.browser.ct_eq(&tokens::hash(cookie))).then_some(state)
}

/// The same where the browser cannot be told yet: it sends no cookies with the form of another site.
pub fn open_in_any_browser(visit: &Visit, state: &str) -> Option<State> {
    let live = |it: &State| visit.web.api.clock.now() < it.until;
    opened(visit, state).filter(live)
}

/// Opens a `state` of any age.
fn opened(visit: &Visit, state: &str) -> Option<State> {
    let state: State = ticket::open(&visit.web.api, &visit.endpoint, state)?;
    (state.pool == visit.pool().id).then_some(state)
}

/// The page for an answer that fits no attempt of this browser. An app's request that is too old, or another browser's, can
/// be begun again: the way there is no more than a link of the app's.
pub fn unfit(visit: &Visit, state: Option<&str>) -> Halt {
    let path = visit.path("/oauth2/authorize");
    let state = state.and_then(|state| opened(visit, state));
    let again = state.map(|it| format!("{path}?{}", it.query));
    let what = match again {
        Some(_) => PageError::Expired,
        None => PageError::ProviderFailed,
    };
    let failure = Failure::new(what, StatusCode::BAD_REQUEST);
    failure.or_again(again).into()
}

/// The end of a step: its response, or the redirect to the app after a failure, which is recorded.
///
/// # Errors
/// That redirect.
pub async fn concluded(
    visit: &Visit,
    request: &Authorization,
    provider: &str,
    result: Result<Response, Fault>,
) -> Result<Response, Halt> {
    let fault = match result {
        Ok(response) => return Ok(response),
        Err(fault) => fault,
    };
    let (reason, words) = (fault.reason.as_str(), federation::told(&fault));
    let detail = fault.message.to_string();
    record(visit, request, provider, reason, &detail, words).await;
    Err(request.refuse_as_provider(visit, &refusal(fault)))
}

/// Records a failed sign-in: administrators find it in the pool's activity.
pub async fn record(
    visit: &Visit,
    request: &Authorization,
    provider: &str,
    reason: &str,
    detail: &str,
    words: String,
) {
    let cx = visit.cx();
    let (pool, client) = (visit.pool(), &request.client);
    let told = federation::tell(&cx, pool, client, provider, reason, detail, words);
    if let Err(fault) = told.await {
        tracing::error!(cause = ?fault.cause(), "a refused sign-in could not be recorded");
    }
}

/// The error for the app. The words of a function are followed by a blank, as observed.
fn refusal(fault: Fault) -> Refusal {
    let is_functions = fault.kind == cabana_model::ErrorKind::UserLambdaValidationException;
    let is_of_saml = fault.reason == reason::saml_refused;
    let mut refusal = Refusal::from(fault);
    refusal.kind = match refusal.kind {
        // As observed.
        _ if is_of_saml => Kind::ServerError,
        Kind::InvalidGrant | Kind::InvalidClient => Kind::InvalidRequest,
        other => other,
    };
    if is_functions && let Some(words) = &mut refusal.description {
        words.to_mut().push(' ');
    }
    refusal
}

/// The ways to the client's other providers.
#[derive(Default)]
pub struct Ways {
    /// Buttons that lead there.
    pub buttons: Vec<Provider>,
    /// Whether an e-mail address finds the provider: those of companies are many, and all have identifiers.
    pub by_address: bool,
}

/// The ways that the sign-in page offers.
///
/// # Errors
/// If the store fails.
pub async fn ways(visit: &Visit, request: &Authorization) -> Result<Ways, Fault> {
    let (store, pool) = (&visit.web.api.store, &visit.pool().id);
    let mut providers = Vec::new();
    for name in request.other_providers() {
        // A provider may have been deleted since.
        providers.extend(store.identity_provider(pool, name).await?);
    }
    let is_companys = |it: &IdentityProvider| {
        use IdentityProviderTypeType as It;
        matches!(it.kind, It::Oidc | It::Saml)
    };
    let companys = || providers.iter().filter(|it| is_companys(it));
    let by_address = companys().count() > 1 && companys().all(|it| !it.identifiers.is_empty());
    let buttons = providers
        .iter()
        .filter(|it| !(by_address && is_companys(it)));
    Ok(Ways {
        buttons: buttons.map(|it| button(visit, &it.name, None)).collect(),
        by_address,
    })
}

/// The link that begins a sign-in at a provider.
fn button(visit: &Visit, name: &str, hint: Option<&str>) -> Provider {
    let rest = visit.query.without(NAMED).without(BY_IDENTIFIER);
    let (mut rest, mut chosen) = (rest, vec![(NAMED.to_owned(), name.to_owned())]);
    if let Some(hint) = hint {
        rest = rest.without("login_hint");
        chosen.push(("login_hint".to_owned(), hint.to_owned()));
    }
    let (path, rest) = (visit.path("/oauth2/authorize"), rest.as_sent());
    Provider {
        name: name.to_owned(),
        url: format!("{path}?{rest}&{}", Params::of(&chosen).as_sent()),
    }
}

/// The way to the provider that an e-mail address belongs to, by its domain; `None` if the client has none of it.
///
/// # Errors
/// If the store fails.
pub async fn by_address(
    visit: &Visit,
    request: &Authorization,
    address: &str,
) -> Result<Option<Provider>, Fault> {
    let (store, pool) = (&visit.web.api.store, &visit.pool().id);
    let Some((_, domain)) = address.rsplit_once('@') else {
        return Ok(None);
    };
    // Identifiers are compared as they are, domains in small letters too.
    let mut identifiers = vec![domain.to_owned(), domain.to_lowercase()];
    identifiers.dedup();
    for identifier in identifiers {
        let found = store
            .identity_provider_by_identifier(pool, &identifier)
            .await?;
        if let Some(found) = found.filter(|it| request.supports(&it.name)) {
            return Ok(Some(button(visit, &found.name, Some(address))));
        }
    }
    Ok(None)
}
