//! The contract of every backend: small stories, races with real parallel tasks, and whole lists after a crash.
//!
//! A backend's tests call [`contract()`] and [`races()`] with an empty store. The stories panic if a store breaks the
//! contract, as tests do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test suite; a backend links it into its tests only"
)]

mod access_keys;
mod audit;
mod clients;
mod codes;
mod counts;
pub mod crash;
mod deliveries;
mod devices;
mod drafts;
mod events;
mod groups;
mod lists;
mod messages;
pub mod passkeys;
mod pools;
pub mod providers;
mod race;
pub mod samples;
mod search;
mod sessions;
mod sweeping;
mod tokens;
mod users;

use cabana_domain::{Span, Time};

use crate::{Change, Page, Paged, Result, SharedStore, StoreError, Sweep};

/// Every story that needs only one caller, on an empty store.
pub async fn contract(store: SharedStore) {
    store.ready().await.unwrap();
    pools::stories(&store).await;
    clients::stories(&store).await;
    users::stories(&store).await;
    search::stories(&store).await;
    providers::stories(&store).await;
    passkeys::stories(&store).await;
    devices::stories(&store).await;
    groups::stories(&store).await;
    codes::stories(&store).await;
    counts::stories(&store).await;
    deliveries::stories(&store).await;
    drafts::stories(&store).await;
    tokens::stories(&store).await;
    sessions::stories(&store).await;
    messages::stories(&store).await;
    events::stories(&store).await;
    access_keys::stories(&store).await;
    lists::stories(&store).await;
    sweeping::stories(&store).await;
    audit::stories(&store).await;
}

/// Every story of several callers at once; meaningful only on a runtime with several threads.
pub async fn races(store: SharedStore) {
    race::stories(&store).await;
    audit::races(&store).await;
    groups::races(&store).await;
    sessions::races(&store).await;
    providers::races(&store).await;
}

/// A first page.
fn start(limit: u32) -> Page {
    Page { limit, after: None }
}

/// The page after another one.
fn behind<T>(limit: u32, before: &Paged<T>) -> Page {
    Page {
        limit,
        after: Some(before.next.clone().unwrap()),
    }
}

/// Applies one change.
async fn apply(store: &SharedStore, change: Change) -> Result<()> {
    store.apply(vec![change]).await
}

/// Asserts a certain refusal.
#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T>, expected: Refusal) {
    let refusal = match &outcome {
        Err(StoreError::Conflict(what)) => Refusal::Conflict(what),
        Err(StoreError::Stale) => Refusal::Stale,
        Err(StoreError::Gone) => Refusal::Gone,
        Err(StoreError::Cursor) => Refusal::Cursor,
        other => panic!("expected {expected:?}, got {other:?}"),
    };
    assert_eq!(refusal, expected);
}

/// The refusals that are part of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Conflict(&'static str),
    Stale,
    Gone,
    Cursor,
}

/// A step of the sweep; events are kept for a day.
fn sweep(now: Time, limit: u32) -> Sweep {
    Sweep {
        now,
        events_kept: Span::days(1),
        limit,
    }
}
