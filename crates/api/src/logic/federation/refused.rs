//! Sign-ins at a provider that failed before anybody was known: in the activity of the pool, in words that say what
//! can be done.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;

use crate::cx::Cx;
use crate::fault::{Cause, Fault};
use crate::logic::told;

/// Longest words, in characters: a provider may have written them.
const LONGEST: usize = 500;

/// A failure in words for administrators, with what lies behind it.
pub fn told(fault: &Fault) -> String {
    let said = fault.message.trim();
    let words = match fault.cause() {
        Some(Cause::Other(cause)) => format!("{said}: {cause}"),
        _ => said.to_owned(),
    };
    words.chars().take(LONGEST).collect()
}

/// Records that a sign-in failed, at most once an hour for each reason and `detail`: strangers can make it fail as often
/// as they like. What they can write themselves is no detail.
///
/// # Errors
/// A failure of the store.
pub async fn tell(
    cx: &Cx<'_>,
    pool: &Pool,
    client: &Client,
    provider: &str,
    reason: &str,
    detail: &str,
    words: String,
) -> Result<(), Fault> {
    let event = cx
        .event_of_nobody(&pool.id, words)
        .in_app(&client.id)
        .at_provider(provider)
        .refused(reason);
    let of = [
        b"federated sign-in refused",
        pool.id.as_str().as_bytes(),
        provider.as_bytes(),
        reason.as_bytes(),
        detail.as_bytes(),
    ];
    told::hourly(cx, event, &of).await
}
