//! A sign-in at a provider on trial. It begins and ends in the console, whose cookies no other host gets: what comes back
//! from the provider is only handed on, sealed, to the console page that began it.

use axum::response::Response;
use cabana_api::logic::sign_in::ticket;
use cabana_api::{Api, Fault};
use cabana_domain::{PoolId, Span, Time};
use serde::{Deserialize, Serialize};

use crate::authorize::provider::ANSWER;
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

/// The path below a pool's address to which providers send people back.
pub const REDIRECT_PATH: &str = ANSWER;
/// The parameter that holds an answer.
pub const PARAMETER: &str = "answer";
const STATE: &str = "provider_trial";
const ANSWERED: &str = "provider_trial_answer";
/// Time for a browser to follow a redirect.
const ANSWER_LIFE: Span = Span::minutes(1);

/// What travels to the provider and back, as `state`.
#[derive(Serialize, Deserialize)]
pub struct Trip {
    pub pool: PoolId,
    /// Names the attempt, which stays with the operator's browser.
    pub id: String,
    /// The console's page for the answer: a whole URL, without a query.
    pub back: String,
    pub until: Time,
}

/// An answer on its way to the console.
#[derive(Serialize, Deserialize)]
pub struct Answered {
    /// The attempt.
    pub id: String,
    /// What the provider sent.
    pub parameters: String,
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

/// Hands the answer to a trial on; `None` if it is not one.
pub(super) fn handed_on(visit: &Visit, state: &str, parameters: &Params) -> Option<Response> {
    let api = &visit.web.api;
    let now = api.clock.now();
    let trip: Trip = ticket::open(api, STATE, state)?;
    if trip.pool != visit.pool().id || trip.until <= now {
        return None;
    }
    let answered = Answered {
        id: trip.id,
        parameters: parameters.as_sent().to_owned(),
        until: now.after(ANSWER_LIFE),
    };
    let sealed = ticket::seal(api, ANSWERED, &answered).ok()?;
    Some(reply::found(&format!("{}?{PARAMETER}={sealed}", trip.back)))
}
