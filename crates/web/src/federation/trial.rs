//! A sign-in at a provider on trial. It begins and ends in the console, whose cookies no other host gets: what comes back
//! from the provider is only handed on, sealed, to the console page that began it. The response of a SAML provider is too
//! long for that: it is judged when it comes, and what it says is kept for a minute.

use axum::response::Response;
use cabana_api::logic::federation::{self, saml::Assertion, saml::request_id};
use cabana_api::logic::sign_in::ticket;
use cabana_api::{Api, Cx, Fault, faults};
use cabana_domain::{PoolId, Span, Time};
use cabana_model::{ErrorKind, IdentityProviderTypeType as Kind};
use cabana_store::{Change, StoreError};
use serde::{Deserialize, Serialize};

use super::saml;
use crate::authorize::Halt;
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

pub use crate::authorize::provider::redirect_path;

/// The parameter that holds an answer.
pub const PARAMETER: &str = "answer";
/// Time from the beginning to the answer.
pub const LIFE: Span = Span::minutes(5);
const STATE: &str = "provider_trial";
const ANSWERED: &str = "provider_trial_answer";
/// The kind of the single-use marker ([`Change::Spend`]) of an assertion.
const USED: &str = "provider_trial_used";
/// Time for a browser to follow a redirect.
const ANSWER_LIFE: Span = Span::minutes(1);

/// What travels to the provider and back, as `state` or `RelayState`.
#[derive(Serialize, Deserialize)]
pub struct Trip {
    pub pool: PoolId,
    /// Names the attempt, which stays with the operator's browser.
    pub id: String,
    /// The provider's name.
    #[serde(default)]
    pub provider: String,
    /// Where the answer comes to.
    #[serde(default)]
    pub redirect_uri: String,
    /// The console's page for the answer: a whole URL, without a query.
    pub back: String,
    pub until: Time,
}

/// An answer on its way to the console.
#[derive(Serialize, Deserialize)]
pub struct Answered {
    /// The attempt.
    pub id: String,
    /// What the provider sent; nothing if it speaks SAML.
    pub parameters: String,
    /// Where the assertion of a SAML provider is kept, or why the response was refused.
    #[serde(default)]
    pub saml: Option<Result<[u8; 32], String>>,
    until: Time,
}

/// Seals a trip into a `state`.
///
/// # Errors
/// If sealing fails, which is not expected.
pub fn state(api: &Api, trip: &Trip) -> Result<String, Fault> {
    ticket::seal(api, STATE, trip)
}

/// Opens an answer that came to the console; `None` if it is not ours, or too old.
pub fn opened(api: &Api, sealed: &str) -> Option<Answered> {
    let answered: Answered = ticket::open(api, ANSWERED, sealed)?;
    (api.clock.now() < answered.until).then_some(answered)
}

/// The assertion that answers an attempt, once.
///
/// # Errors
/// If it was taken before, or its time is over.
pub async fn take(cx: &Cx<'_>, attempt: &str, draft: &[u8; 32]) -> Result<Assertion, Fault> {
    let once = Change::Spend {
        what: USED,
        key: cx
            .api
            .sealer
            .keyed_hash(&[USED.as_bytes(), attempt.as_bytes()]),
        expires: cx.now().after(LIFE).after(ANSWER_LIFE),
    };
    match cx.try_commit([once]).await {
        Ok(()) => saml::kept(cx, draft).await,
        Err(StoreError::Conflict(USED)) => Err(faults::federation::federated_answer_used()),
        Err(error) => Err(error.into()),
    }
}

/// The trip of a `state`; `None` if it is not one, of another pool, or too old.
fn trip(visit: &Visit, state: &str) -> Option<Trip> {
    let api = &visit.web.api;
    let trip: Trip = ticket::open(api, STATE, state)?;
    (trip.pool == visit.pool().id && api.clock.now() < trip.until).then_some(trip)
}

/// The address of the console's page with an answer.
fn back(
    api: &Api,
    trip: Trip,
    parameters: &str,
    saml: Option<Result<[u8; 32], String>>,
) -> Result<String, Fault> {
    let answered = Answered {
        id: trip.id,
        parameters: parameters.to_owned(),
        saml,
        until: api.clock.now().after(ANSWER_LIFE),
    };
    let sealed = ticket::seal(api, ANSWERED, &answered)?;
    Ok(format!("{}?{PARAMETER}={sealed}", trip.back))
}

/// Hands the answer to a trial on; `None` if it is not one.
pub(super) fn handed_on(visit: &Visit, state: &str, parameters: &Params) -> Option<Response> {
    let trip = trip(visit, state)?;
    let back = back(&visit.web.api, trip, parameters.as_sent(), None).ok()?;
    Some(reply::found(&back))
}

/// Judges the response of a SAML provider that a form has brought, and hands on what came of it; `None` if it does not
/// answer a trial.
pub(super) async fn posted(visit: &Visit, relay_state: &str) -> Option<Result<Response, Halt>> {
    let trip = trip(visit, relay_state)?;
    let back = judged(visit, trip).await;
    Some(match back {
        Ok(back) => Ok(reply::see_other(&back)),
        Err(fault) => Err(Halt::Fault(fault)),
    })
}

async fn judged(visit: &Visit, trip: Trip) -> Result<String, Fault> {
    let cx = visit.cx();
    let saml = match assertion(&cx, visit, &trip).await {
        Ok(assertion) => {
            let until = cx.now().after(ANSWER_LIFE);
            Ok(saml::keep(&cx, &trip.id, &assertion, until).await?)
        }
        Err(fault) if fault.kind == ErrorKind::InvalidParameterException => {
            Err(federation::told(&fault))
        }
        Err(fault) => return Err(fault),
    };
    back(cx.api, trip, "", Some(saml))
}

async fn assertion(cx: &Cx<'_>, visit: &Visit, trip: &Trip) -> Result<Assertion, Fault> {
    let provider = federation::find(cx, visit.pool(), &trip.provider).await?;
    if provider.kind != Kind::Saml {
        return Err(faults::federation::saml_incomplete());
    }
    let (id, recipients) = (request_id(&trip.id), [trip.redirect_uri.as_str()]);
    saml::assertion(cx, visit, &provider, Some(&id), &recipients).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trips_and_answers_of_earlier_and_later_programs_are_read() {
        let trip = r#"{"pool":"local_1","id":"i","back":"b","until":1,"x":1}"#;
        let trip: Trip = serde_json::from_str(trip).unwrap();
        assert_eq!((trip.id.as_str(), trip.provider.as_str()), ("i", ""));
        let answered = r#"{"id":"i","parameters":"p","until":1,"x":1}"#;
        let answered: Answered = serde_json::from_str(answered).unwrap();
        assert_eq!((answered.parameters.as_str(), answered.saml), ("p", None));
    }
}
