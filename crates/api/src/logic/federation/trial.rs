//! A sign-in at a provider on trial: an operator sees what the provider says about a person, and what the pool would make
//! of it. Nothing is written, nobody is signed in, and no function is called.

use std::collections::BTreeMap;

use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_model::ErrorKind as K;
use serde_json::{Map, Value};

use super::answer::{self, Answer, Person};
use super::attempt::Attempt;
use super::saml::{self, Assertion};
use super::{attributes, sign_in};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;
use crate::logic::users;

/// The result.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The provider's name for the person.
    pub subject: String,
    /// Everything that the provider says about them.
    pub claims: Map<String, Value>,
    /// Values by attribute.
    pub mapped: BTreeMap<String, String>,
    /// The user who signs in: one who is there, or one who would be made.
    pub username: String,
    pub is_known: bool,
    /// The reason why a sign-in would fail nevertheless.
    pub obstacle: Option<String>,
}

/// Redeems a code of the provider and judges the person as a sign-in would.
///
/// # Errors
/// AccessDeniedException for a read-only operator; what the provider refused, or what is wrong with its answer.
pub async fn judge(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    attempt: &Attempt,
    answer: Answer<'_>,
) -> Result<Trial, Fault> {
    cx.demand_write()?;
    let person = answer::redeem(cx, provider, attempt, answer).await?;
    of(cx, pool, provider, person).await
}

/// Judges the person of a SAML provider's assertion as a sign-in would.
///
/// # Errors
/// AccessDeniedException for a read-only operator.
pub async fn judge_assertion(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    assertion: &Assertion,
) -> Result<Trial, Fault> {
    cx.demand_write()?;
    of(cx, pool, provider, saml::person(assertion)).await
}

/// What a sign-in of a person would lead to.
async fn of(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    person: Person,
) -> Result<Trial, Fault> {
    let mapped = attributes::mapped(provider, &person);
    let known = sign_in::find(cx, pool, provider, &person, &mapped).await?;
    let (is_known, mut username) = (known.is_some(), sign_in::username(pool, provider, &person));
    let outcome = match known {
        Some(sign_in::Found { user, .. }) => {
            username.clone_from(&user.username);
            match user.enabled {
                true => sign_in::updated(pool, &user, &mapped, None).map(drop),
                false => Err(crate::faults::user_disabled()),
            }
        }
        None => {
            let made = sign_in::build(cx, pool, provider, &person, &mapped, None).await;
            let taken = users::find(cx, pool, &username).await?.is_some();
            match made {
                Ok(_) if taken => Err(federation::federated_name_taken(&username)),
                made => made.map(drop),
            }
        }
    };
    let obstacle = match outcome {
        Ok(()) => None,
        Err(fault) if fault.kind == K::InternalErrorException => return Err(fault),
        Err(fault) => Some(fault.message.trim().to_owned()),
    };
    Ok(Trial {
        subject: person.subject,
        claims: person.claims,
        mapped,
        username,
        is_known,
        obstacle,
    })
}
