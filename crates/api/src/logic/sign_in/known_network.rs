//! Networks that a user has signed in from. Codes that begin a sign-in have quotas of their own there, so that strangers
//! elsewhere, who need no more than a name, use up nothing of the owner's.
//!
//! Only a keyed hash of user and network is stored, for thirty days.

use cabana_domain::Span;
use cabana_domain::code::Counter;
use cabana_domain::pool::Pool;
use cabana_store::Change;

use super::Attempt;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::limits;
use crate::logic::users::addresses;

/// Time for which a network is known after a sign-in.
const LIFE: Span = Span::days(30);
/// Time after which another sign-in prolongs it.
const FRESH: Span = Span::days(1);

/// The key under which codes are counted: the user's, or the user's in this network.
///
/// # Errors
/// A failure of the store.
pub(super) async fn subject(cx: &Cx<'_>, attempt: &Attempt<'_>) -> Result<String, Fault> {
    let subject = attempt.subject();
    let Some(key) = key(cx, attempt.pool, &subject) else {
        return Ok(subject);
    };
    let known = cx.store().counter(&key).await?;
    let known = known.is_some_and(|it| cx.now() < it.expires);
    // Now and then a name without an account has quotas of its own, too: they do not tell that somebody has signed in.
    let [made_up, ..] = key;
    match known || !attempt.known && made_up % 4 == 0 {
        true => Ok(format!("{subject} in {}", hex::encode(key))),
        false => Ok(subject),
    }
}

/// The change that makes the network of a finished sign-in known, where the user can begin one with a code.
///
/// # Errors
/// A failure of the store.
pub(super) async fn remember(cx: &Cx<'_>, attempt: &Attempt<'_>) -> Result<Option<Change>, Fault> {
    let (pool, user) = (attempt.pool, &attempt.user);
    if addresses::of_first_factors(pool, user).next().is_none() {
        return Ok(None);
    }
    let Some(key) = key(cx, pool, user.sub.as_str()) else {
        return Ok(None);
    };
    let from = cx.store().counter(&key).await?;
    let to = Counter {
        count: 1,
        since: from.map_or(cx.now(), |counter| counter.since),
        last: cx.now(),
        expires: cx.now().after(LIFE),
    };
    let is_fresh = |counter: Counter| cx.now() < counter.last.after(FRESH);
    let change = Change::PutCounter { key, from, to };
    Ok((!from.is_some_and(is_fresh)).then_some(change))
}

/// The key of a user's network; `None` if the sender's address is not known.
fn key(cx: &Cx<'_>, pool: &Pool, subject: &str) -> Option<[u8; 32]> {
    let network = limits::network(cx.request.source_ip?);
    Some(cx.api.sealer.keyed_hash(&[
        b"known network",
        pool.id.as_str().as_bytes(),
        subject.as_bytes(),
        &network.to_be_bytes(),
    ]))
}
