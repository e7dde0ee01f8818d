//! Events of refusals that a caller can repeat without limit.

use cabana_domain::Span;
use cabana_domain::event::Event;
use cabana_store::{Change, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;

const TOLD: &str = "told";
const HOUR: Span = Span::hours(1);

/// Emits the event of a refusal, at most once an hour for what `of` names. Without an event it costs the same.
///
/// # Errors
/// A failure of the store.
pub async fn hourly(
    cx: &Cx<'_>,
    event: impl Into<Option<Event>>,
    of: &[&[u8]],
) -> Result<(), Fault> {
    let hour = cx.now().seconds().div_euclid(HOUR.as_seconds());
    let hour = hour.to_be_bytes();
    let parts: Vec<&[u8]> = of.iter().copied().chain([hour.as_slice()]).collect();
    let key = cx.api.sealer.keyed_hash(&parts);
    // Read first, so that a repeated refusal costs a read and no write.
    if cx.store().is_spent(&key).await? {
        return Ok(());
    }
    let once = Change::Spend {
        what: TOLD,
        key,
        expires: cx.now().after(HOUR),
    };
    let event = event.into().map(Change::from);
    match cx.try_commit([once].into_iter().chain(event)).await {
        Ok(()) | Err(StoreError::Conflict(TOLD)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
