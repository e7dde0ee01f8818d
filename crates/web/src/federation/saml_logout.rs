//! `/saml2/logout`: sign-outs that begin at a SAML provider, and its answers to ours.
//!
//! A provider ends its session with somebody, and has their browser bring its request here, in an address or in a form.
//! With the form of another site come none of our cookies: what it says is judged at once, and counts after a redirect to
//! this address. Only a request that the provider has signed has an effect, and only on the session that this browser has
//! by that provider; the way back is the one of the provider's metadata.

use axum::response::Response;
use cabana_api::logic::federation;
use cabana_api::logic::federation::saml::{
    self, LogoutStatus, ReceivedLogout, SignOutAnswer, SignedOutThere,
};
use cabana_api::logic::sign_in::ticket;
use cabana_api::{Cx, Fault, again, faults};
use cabana_domain::{PoolId, Span, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::answer::spend;
use super::saml_sign_out::{self, PATH, Session};
use crate::authorize::refusals::Shown;
use crate::authorize::session::{self, Current};
use crate::authorize::{Failure, Halt, answered};
use crate::hosted;
use crate::pages::PageError;
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

const REQUEST: &str = "SAMLRequest";
const RESPONSE: &str = "SAMLResponse";
const STATE: &str = "RelayState";
/// The parameter that holds what was judged.
const JUDGED: &str = "request";
const TICKET: &str = "SAML LogoutRequest";
/// Time for a browser to follow a redirect.
const JUDGED_LIFE: Span = Span::minutes(1);
/// Longest state of a provider, in bytes; SAML allows 80.
const LONGEST_STATE: usize = 1_024;

/// A posted request that was judged.
#[derive(Serialize, Deserialize)]
struct Judged {
    pool: PoolId,
    asked: SignedOutThere,
    relay_state: String,
    until: Time,
}

/// Takes a request or an answer from an address.
pub async fn get(visit: Visit) -> Response {
    let query = &visit.query;
    if let Some(sealed) = query.get(JUDGED) {
        let result = followed(&visit, sealed).await;
        return answered(&visit, result);
    }
    if !query.has(REQUEST) {
        return saml_sign_out::answer(visit).await;
    }
    let result = in_query(&visit).await;
    answered(&visit, result)
}

/// Takes a request or an answer from a form.
pub async fn post(visit: Visit) -> Response {
    if !visit.form.has(REQUEST) {
        return saml_sign_out::answer(visit).await;
    }
    let result = posted(&visit).await;
    answered(&visit, result)
}

async fn in_query(visit: &Visit) -> Result<Response, Halt> {
    let state = state_of(visit, &visit.query)?;
    let received = ReceivedLogout::in_query(visit.query.as_sent()).map_err(saml::refused);
    let asked = match received {
        Ok(received) => judge(visit, &received).await,
        Err(fault) => Err(fault),
    };
    let asked = asked.map_err(|fault| refused(visit, fault))?;
    obey(visit, &asked, state).await
}

async fn posted(visit: &Visit) -> Result<Response, Halt> {
    let form = &visit.form;
    let state = state_of(visit, form)?;
    let message = form.get(REQUEST).filter(|_| !form.is_repeated(REQUEST));
    let received = message
        .ok_or_else(faults::federation::saml_incomplete)
        .and_then(|it| ReceivedLogout::posted(it).map_err(saml::refused));
    let asked = match received {
        Ok(received) => judge(visit, &received).await,
        Err(fault) => Err(fault),
    };
    let api = &visit.web.api;
    let judged = Judged {
        pool: visit.pool().id.clone(),
        asked: asked.map_err(|fault| refused(visit, fault))?,
        relay_state: state.to_owned(),
        until: api.clock.now().after(JUDGED_LIFE),
    };
    let sealed = ticket::seal(api, TICKET, &judged)?;
    let path = visit.path(PATH);
    Ok(reply::see_other(&format!("{path}?{JUDGED}={sealed}")))
}

async fn followed(visit: &Visit, sealed: &str) -> Result<Response, Halt> {
    let api = &visit.web.api;
    let now = api.clock.now();
    let judged = ticket::open::<Judged>(api, TICKET, sealed)
        .filter(|it| it.pool == visit.pool().id && now < it.until)
        .ok_or_else(|| refused(visit, faults::federation::saml_incomplete()))?;
    obey(visit, &judged.asked, &judged.relay_state).await
}

/// What the provider wants back. A message is a request or an answer, not both.
fn state_of<'v>(visit: &Visit, said: &'v Params) -> Result<&'v str, Halt> {
    let state = said.get(STATE).unwrap_or_default();
    let is_odd = state.len() > LONGEST_STATE || said.is_repeated(STATE) || said.has(RESPONSE);
    match is_odd {
        true => Err(refused(visit, faults::federation::saml_incomplete())),
        false => Ok(state),
    }
}

async fn judge(visit: &Visit, received: &ReceivedLogout<'_>) -> Result<SignedOutThere, Fault> {
    let here = format!("{}{PATH}", visit.browser_base());
    let public = format!("{}{PATH}", visit.public_base());
    saml::judge_sign_out(&visit.cx(), visit.pool(), received, &[&here, &public]).await
}

/// The page for a request that does not count.
fn refused(visit: &Visit, fault: Fault) -> Halt {
    if fault.is_internal() {
        return fault.into();
    }
    tracing::info!(
        pool = %visit.pool().id,
        why = %Shown(&federation::told(&fault)),
        request_id = %visit.info.id,
        "a sign-out that began at a provider was refused"
    );
    Failure::new(PageError::ProviderFailed, StatusCode::BAD_REQUEST).into()
}

/// What a request comes to in this browser.
struct Verdict {
    status: LogoutStatus,
    /// Whether the session of the browser ends.
    ends: bool,
    /// Whether its session at the provider is over.
    forgets: bool,
}

impl Verdict {
    fn on(
        asked: &SignedOutThere,
        held: Option<&Session>,
        current: Option<&Current>,
        is_seen: bool,
    ) -> Self {
        let is_theirs = |name: &str| asked.providers.iter().any(|it| it == name);
        let held = held.filter(|it| is_theirs(&it.provider));
        let came_by = current.and_then(|it| it.authentication.provider.as_deref());
        let (status, ends, forgets) = match held {
            Some(held) if asked.end.is_of(&held.principal) => {
                // Somebody may have signed in by another way since.
                let ends = current.is_none() || came_by == Some(held.provider.as_str());
                (LogoutStatus::Success, ends, true)
            }
            Some(_) => (LogoutStatus::UnknownPrincipal, false, false),
            None if came_by.is_some_and(is_theirs) => {
                (LogoutStatus::UnknownPrincipal, false, false)
            }
            None if is_seen => (LogoutStatus::Success, false, false),
            None => (LogoutStatus::Unseen, false, false),
        };
        Self {
            status,
            ends,
            forgets,
        }
    }
}

/// Browsers send no cookies with what another site loads into a part of its page.
fn is_whole_page(visit: &Visit) -> bool {
    let destination = visit.headers.get("sec-fetch-dest");
    destination.is_none_or(|it| it == "document")
}

/// Ends the session that a request is about, once, and answers the provider.
async fn obey(visit: &Visit, asked: &SignedOutThere, state: &str) -> Result<Response, Halt> {
    let result = again(&visit.web.api, |run| async {
        let cx = visit.cx().in_run(run);
        decide(&cx, visit, asked).await
    });
    let verdict = result.await.map_err(|fault| refused(visit, fault))?;
    let mut response = match way_back(visit, asked, &verdict, state).await? {
        Some(address) => reply::found(&address),
        None if verdict.status == LogoutStatus::Success => hosted::signed_out(visit, None)?,
        None => {
            let failure = Failure::new(PageError::ProviderFailed, StatusCode::BAD_REQUEST);
            answered(visit, Err(failure.into()))
        }
    };
    if verdict.ends {
        session::forget(visit, &mut response);
    }
    if verdict.forgets {
        saml_sign_out::forget(visit, &mut response);
    }
    Ok(response)
}

async fn decide(cx: &Cx<'_>, visit: &Visit, asked: &SignedOutThere) -> Result<Verdict, Fault> {
    let (pool, end) = (visit.pool(), &asked.end);
    let key = cx.api.sealer.keyed_hash(&[
        b"SAML LogoutRequest",
        pool.id.as_str().as_bytes(),
        end.issuer.as_bytes(),
        end.id.as_bytes(),
    ]);
    if cx.store().is_spent(&key).await? {
        return Err(faults::federation::federated_answer_used());
    }
    let held = saml_sign_out::held(cx, visit);
    let current = session::current(cx, visit).await?;
    let is_seen = is_whole_page(visit);
    let verdict = Verdict::on(asked, held.as_ref(), current.as_ref(), is_seen);
    let mut changes = vec![spend(key, end.known_until)];
    if verdict.ends {
        changes.extend(session::end(visit));
    }
    cx.commit(changes).await?;
    Ok(verdict)
}

/// Where the answer goes. If that cannot be found out, the session here is over all the same.
async fn way_back(
    visit: &Visit,
    asked: &SignedOutThere,
    verdict: &Verdict,
    state: &str,
) -> Result<Option<String>, Fault> {
    let (cx, pool) = (visit.cx(), visit.pool());
    let Some(name) = asked.providers.first() else {
        return Ok(None);
    };
    let Some(provider) = cx.store().identity_provider(&pool.id, name).await? else {
        return Ok(None);
    };
    let answer = SignOutAnswer {
        id: &format!("_{}", cx.uuid()?),
        in_response_to: &asked.end.id,
        status: verdict.status,
        state,
    };
    match saml::answer_to(&cx, pool, &provider, answer).await {
        Ok(address) => Ok(address.map(String::from)),
        Err(fault) => {
            let cause = fault.cause();
            tracing::warn!(provider = %name, %fault, ?cause, "a sign-out was not answered");
            Ok(None)
        }
    }
}
