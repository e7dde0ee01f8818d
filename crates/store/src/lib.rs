//! The interface of the store: entities are read and written through it.
//!
//! Reads are small independent queries. Writes are one atomic list of [`Change`]s, each with its precondition: the
//! whole list is applied or nothing. So no transaction is held open while a mail is sent or a hash computed, two nodes
//! need no lock, and a backend is free to be fast.
//!
//! The store has no clock and no randomness: values arrive complete. An absent row is `None`. Pages go by key
//! ([`Cursor`]), never by offset.
//!
//! Values that a backend keeps as JSON are read by programs older and newer than their writer: a new member takes
//! `#[serde(default)]`, and a new variant needs one that stands for unknown words (docs/adding-a-stored-thing.md).
//!
//! A new backend implements [`Store`] and passes `conformance`.

mod change;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod page;
mod read;
pub mod seal;

use std::sync::Arc;

use async_trait::async_trait;
use cabana_domain::{Span, Time};

pub use change::Change;
pub use error::{Result, Source, StoreError};
pub use page::{Cursor, Page, Paged};
pub use read::{
    BetweenSteps, Counted, ReadAccessKeys, ReadAudit, ReadClients, ReadCodes, ReadCounts,
    ReadDeliveries, ReadDevices, ReadDomains, ReadDrafts, ReadEvents, ReadGroups,
    ReadIdentityProviders, ReadMessages, ReadPasskeys, ReadPools, ReadResourceServers,
    ReadSessions, ReadTokens, ReadUsers,
};
pub use seal::Sealer;

/// The interface that a backend implements.
#[async_trait]
pub trait Store:
    ReadPools
    + ReadClients
    + ReadDomains
    + ReadResourceServers
    + ReadIdentityProviders
    + ReadUsers
    + ReadPasskeys
    + ReadDevices
    + ReadGroups
    + ReadCodes
    + ReadDrafts
    + ReadTokens
    + ReadSessions
    + ReadCounts
    + ReadMessages
    + ReadDeliveries
    + ReadAccessKeys
    + ReadAudit
    + ReadEvents
    + Send
    + Sync
{
    /// Applies all of `changes`, in order, or none of them. Durable when it returns.
    ///
    /// # Errors
    /// The first precondition that did not hold, or the failure of the store.
    async fn apply(&self, changes: Vec<Change>) -> Result<()>;

    /// Whether the store can be reached and has the schema this program knows.
    ///
    /// # Errors
    /// The problem, in words for an operator.
    async fn ready(&self) -> Result<()>;

    /// Deletes rows that have expired, a few of each kind; returns the number of rows deleted.
    ///
    /// # Errors
    /// The failure of the store.
    async fn sweep(&self, sweep: Sweep) -> Result<u64>;
}

/// One step of the deletion of expired rows.
#[derive(Clone, Copy, Debug)]
pub struct Sweep {
    /// The current instant: rows go that expired before it.
    pub now: Time,
    /// Retention of events. It counts from now, whatever it was when they happened.
    pub events_kept: Span,
    /// Most rows deleted of each kind.
    pub limit: u32,
}

/// A store, shared by all its users.
pub type SharedStore = Arc<dyn Store>;
