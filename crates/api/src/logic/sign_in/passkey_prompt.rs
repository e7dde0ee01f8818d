//! A passkey in place of a name and a password, at our own pages: the one that the browser offers names its user. The
//! API has no such call.

use cabana_domain::client::Client;
use cabana_domain::flow::{FirstFactor, Goal};
use cabana_domain::pool::Pool;
use cabana_domain::webauthn::{Assertion, CHALLENGE_BYTES, Request};
use cabana_domain::{ClientId, PoolId, Span, Sub, Time};
use cabana_model::{Blob, ExplicitAuthFlowsType};
use cabana_store::Change;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::challenges::web_authn;
use super::session::SPENT;
use super::{Attempt, Outcome, proceed, ticket};
use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::passkeys;
use crate::logic::triggers::pre_authentication;

const KIND: &str = "passkey_prompt";
/// As long as the sign-in page may stay open.
const LIFE: Span = Span::hours(1);

/// What a page needs to ask for a passkey.
pub struct Prompt {
    /// The options for the browser.
    pub options: Value,
    /// Comes back with the answer.
    pub ticket: String,
}

#[derive(Serialize, Deserialize)]
struct Prompted {
    /// Key of the single-use marker.
    id: String,
    pool: PoolId,
    client: ClientId,
    challenge: Blob,
    expires: Time,
}

/// Asks whoever is at a page for a passkey; `None` where people do not sign in with one, or its relying party is not the
/// page's.
///
/// # Errors
/// The failure of the store.
pub async fn prompt(cx: &Cx<'_>, client: &Client, pool: &Pool) -> Result<Option<Prompt>, Fault> {
    if !is_offered(client, pool) {
        return Ok(None);
    }
    let Some(relying_party) = passkeys::relying_party_here(cx, pool).await? else {
        return Ok(None);
    };
    let challenge: [u8; CHALLENGE_BYTES] = cx.random()?;
    let options = Request {
        relying_party: &relying_party,
        challenge,
        milliseconds: LIFE.as_seconds() * 1_000,
        user_verification: passkeys::verification_word(pool.demands_user_verification()),
        allowed: Vec::new(),
    };
    let prompted = Prompted {
        id: cx.uuid()?,
        pool: pool.id.clone(),
        client: client.id.clone(),
        challenge: Blob(challenge.to_vec()),
        expires: cx.now().after(LIFE),
    };
    Ok(Some(Prompt {
        options: options.to_json(),
        ticket: ticket::seal(cx.api, KIND, &prompted)?,
    }))
}

/// The user whom a credential names, without a read of the store.
pub fn named(credential: &str) -> Option<Sub> {
    let assertion = Assertion::parse(credential).ok()?;
    let handle = std::str::from_utf8(assertion.user_handle()?).ok()?;
    Some(Sub::new(handle))
}

/// Signs in with what the browser answered. Returns also the name by which the pages call the user.
///
/// # Errors
/// NotAuthorizedException for a passkey or a ticket that is not valid, or a user who needs another factor.
pub fn with_passkey<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    ticket: &'a str,
    credential: &'a str,
    goal: Option<Goal>,
) -> Boxed<'a, Result<(Outcome, String), Fault>> {
    Box::pin(async move {
        let prompted: Option<Prompted> = ticket::open(cx.api, KIND, ticket);
        let prompted = prompted
            .filter(|it| it.pool == pool.id && it.client == client.id && it.expires > cx.now())
            .ok_or_else(faults::session_expired)?;
        let key = cx
            .api
            .sealer
            .keyed_hash(&[KIND.as_bytes(), prompted.id.as_bytes()]);
        if cx.store().is_spent(&key).await? {
            return Err(faults::session_used());
        }
        let assertion =
            Assertion::parse(credential).map_err(|_| faults::passkeys::wrong_passkey())?;
        let user = match named(credential).filter(|_| is_offered(client, pool)) {
            Some(sub) => cx.store().user(&pool.id, &sub).await?,
            None => None,
        };
        let user = user.ok_or_else(faults::passkeys::wrong_passkey)?;
        let mut attempt = Attempt::begin(cx, client, pool, user)?;
        attempt.look_up_passkeys(cx).await?;
        if !attempt.first_factors(cx).contains(&FirstFactor::Passkey) {
            return Err(faults::passkeys::wrong_passkey());
        }
        if let Err(flaw) = web_authn::verify(cx, &mut attempt, &prompted.challenge.0, &assertion) {
            return Err(web_authn::refused(cx, &attempt, flaw).await?);
        }
        pre_authentication::run(
            cx,
            client,
            pool,
            &attempt.user.username,
            Some(&attempt.user),
        )
        .await?;
        attempt.changes.push(Change::Spend {
            what: SPENT,
            key,
            expires: prompted.expires,
        });
        attempt.session.goal = goal;
        let name = passkeys::known_as(pool, &attempt.user).to_owned();
        Ok((proceed(cx, attempt).await?, name))
    })
}

/// Whether people sign in to the client with passkeys.
pub fn is_offered(client: &Client, pool: &Pool) -> bool {
    client.allows_flow(ExplicitAuthFlowsType::AllowUserAuth)
        && passkeys::demand_enabled(pool).is_ok()
}
