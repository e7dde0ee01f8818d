//! `/oauth2/idpresponse`: a provider's answer, which the browser brings.

use axum::response::Response;
use cabana_api::logic::federation::{self, Arrival, Attempt, Person};
use cabana_api::logic::sign_in::ticket;
use cabana_api::logic::triggers::post_confirmation;
use cabana_api::{Cx, Fault, again, faults};
use cabana_domain::provider::IdentityProvider;
use cabana_domain::trigger::Occasion;
use cabana_domain::{Span, Time};
use cabana_store::Change;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::trial;
use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::provider::{self, ANSWER, State};
use crate::authorize::{self, Authorization, Failure, Halt, answered, pushed};
use crate::pages::PageError;
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

/// The parameter that holds a posted answer.
const POSTED: &str = "answer";
const TICKET: &str = "posted-answer";
/// Time for a browser to follow a redirect.
const POSTED_LIFE: Span = Span::minutes(1);
/// Tolerated difference between the clocks of two servers.
const CLOCKS: Span = Span::minutes(2);
/// Longest form that is sealed into an address, in bytes. Apple's have about two thousand.
const LONGEST_FORM: usize = 8 * 1024;
/// Longest description of an error that is passed on, in characters.
const LONGEST: usize = 200;
const USED: &str = "provider_answer";
/// Longer than an attempt lives.
pub const ATTEMPT_LIFE: Span = Span::hours(1);

/// An answer that came in a form.
#[derive(Serialize, Deserialize)]
struct Posted {
    form: String,
    until: Time,
}

/// Redirects a posted answer to this address: browsers send our cookies with the redirect, but not with the form of
/// another site. It is sealed on the way, as it may hold what no address should.
pub async fn posted(visit: Visit) -> Response {
    if visit.form.as_sent().len() > LONGEST_FORM {
        let failure = Failure::new(PageError::ProviderFailed, StatusCode::PAYLOAD_TOO_LARGE);
        return answered(&visit, Err(failure.into()));
    }
    let posted = Posted {
        form: visit.form.as_sent().to_owned(),
        until: visit.web.api.clock.now().after(POSTED_LIFE),
    };
    let path = visit.path(ANSWER);
    match ticket::seal(&visit.web.api, TICKET, &posted) {
        Ok(sealed) => reply::see_other(&format!("{path}?{POSTED}={sealed}")),
        Err(fault) => answered(&visit, Err(Halt::Fault(fault))),
    }
}

/// Completes the sign-in that a provider answers.
pub async fn answer(mut visit: Visit) -> Response {
    let now = visit.web.api.clock.now();
    let sealed = visit.query.get(POSTED);
    let posted = sealed.and_then(|it| ticket::open::<Posted>(&visit.web.api, TICKET, it));
    let parameters = match posted.filter(|it| now < it.until) {
        Some(posted) => Params::parse(&posted.form),
        None => visit.query.clone(),
    };
    let state = parameters
        .get("state")
        .filter(|_| !parameters.is_repeated("state"));
    if let Some(response) = state.and_then(|it| trial::handed_on(&visit, it, &parameters)) {
        return response;
    }
    let opened = state.and_then(|it| provider::open(&visit, it));
    let Some(opened) = opened else {
        let halt = provider::unfit(&visit, state);
        return answered(&visit, Err(halt));
    };
    // From here on it is the app's request again.
    pushed::take_up(&mut visit, &opened.query);
    let result = judge(&visit, &opened, &parameters).await;
    answered(&visit, result)
}

async fn judge(visit: &Visit, state: &State, parameters: &Params) -> Result<Response, Halt> {
    let request = authorize::read(visit).await?;
    let name = &state.attempt.provider;
    if state.attempt.client != request.client.id.as_str() || !request.supports(name) {
        let refusal = Refusal::new(
            Kind::InvalidRequest,
            "the identity provider is not available",
        );
        return Err(request.refuse_as_provider(visit, &refusal));
    }
    if let Some(error) = parameters.get("error") {
        return Err(relayed(visit, &request, name, error, parameters).await);
    }
    let result = again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        sign_in(&cx, visit, &request, state, parameters).await
    });
    provider::concluded(visit, &request, name, result.await).await
}

async fn sign_in(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    state: &State,
    parameters: &Params,
) -> Result<Response, Fault> {
    let (attempt, pool) = (&state.attempt, visit.pool());
    let key = attempt_key(cx, attempt);
    if cx.store().is_spent(&key).await? {
        return Err(faults::federation::federated_answer_used());
    }
    let provider = federation::find(cx, pool, &attempt.provider).await?;
    let code = parameters
        .get("code")
        .filter(|_| !parameters.is_repeated("code"));
    let code = code.ok_or_else(|| faults::federation::provider_gave_no_code(&provider.name))?;
    let answer = federation::Answer {
        code,
        issuer: parameters.get("iss"),
        user: parameters.get("user"),
    };
    let person = federation::redeem(cx, &provider, attempt, answer).await?;
    demand_young(request, state, person.signed_in_at())?;
    let spent = vec![spend(key, cx.now().after(ATTEMPT_LIFE))];
    arrive(cx, visit, request, &provider, &person, spent).await
}

/// Requires that the sign-in at the provider is as recent as the app's `max_age` asks: the person at the browser may have
/// removed it from the address to which we sent them.
///
/// # Errors
/// If the provider says that it is older.
pub fn demand_young(
    request: &Authorization,
    state: &State,
    signed_in: Option<Time>,
) -> Result<(), Fault> {
    let sent = state.sent().before(CLOCKS);
    match signed_in.is_some_and(|at| !request.is_young(at, sent)) {
        true => Err(faults::federation::provider_sign_in_too_old(
            &state.attempt.provider,
        )),
        false => Ok(()),
    }
}

/// The marker of an answer that counts once.
pub fn spend(key: [u8; 32], expires: Time) -> Change {
    Change::Spend {
        what: USED,
        key,
        expires,
    }
}

/// The key of an attempt's marker.
pub fn attempt_key(cx: &Cx<'_>, attempt: &Attempt) -> [u8; 32] {
    let sealer = &cx.api.sealer;
    sealer.keyed_hash(&[USED.as_bytes(), attempt.id.as_bytes()])
}

/// Signs a person in and completes the app's request; writes the markers of what was spent on it.
///
/// # Errors
/// What the pool refuses.
pub async fn arrive(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    provider: &IdentityProvider,
    person: &Person,
    spent: Vec<Change>,
) -> Result<Response, Fault> {
    let pool = visit.pool();
    let arrived = match federation::sign_in(cx, &request.client, pool, provider, person).await? {
        Arrival::SignedIn(arrived) => arrived,
        Arrival::Owner(owner) => {
            cx.commit(spent).await?;
            return authorize::join::ask(visit, *owner);
        }
    };
    let user = arrived.signed_in.user().clone();
    let response = authorize::complete(cx, visit, request, arrived.signed_in, spent).await?;
    if arrived.is_new {
        post_confirmation::run(cx, pool, &user, Occasion::ConfirmSignUp).await?;
    }
    Ok(response)
}

/// The provider's own refusal, passed on to the app: most often, the person has changed their mind.
async fn relayed(
    visit: &Visit,
    request: &Authorization,
    provider: &str,
    error: &str,
    parameters: &Params,
) -> Halt {
    let kind = match error {
        "access_denied" | "user_cancelled_authorize" | "user_cancelled_login" => Kind::AccessDenied,
        "server_error" => Kind::ServerError,
        "temporarily_unavailable" => Kind::TemporarilyUnavailable,
        _ => Kind::InvalidRequest,
    };
    let described = parameters.get("error_description");
    let words: String = described.unwrap_or(error).chars().take(LONGEST).collect();
    if kind != Kind::AccessDenied {
        let said = format!("{provider} answered {error:.64}: {words}");
        let (reason, detail) = ("provider_error", kind.as_str());
        provider::record(visit, request, provider, reason, detail, said).await;
    }
    request.refuse_as_provider(visit, &Refusal::new(kind, words))
}
