//! Pages by key.

use serde::{Deserialize, Serialize};

/// Where the next page begins: a key that only the backend that made it understands. It may hold what the
/// list is sorted by (an e-mail address, say), so it goes to clients sealed. One that belongs to another
/// list is [`StoreError::Gone`](crate::StoreError::Gone).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most so many, from 1.
    pub limit: u32,
    /// Behind this one; from the start if `None`.
    pub after: Option<Cursor>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items, in the list's own stable order.
    pub items: Vec<T>,
    /// Where it goes on, if it does.
    pub next: Option<Cursor>,
}
