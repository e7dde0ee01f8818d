//! Pages by key.

use serde::{Deserialize, Serialize};

/// Start of the next page: a key that only the backend that made it understands. It may hold what the list is sorted by
/// (an e-mail address, say), so it goes to clients sealed. A cursor of another list is
/// [`StoreError::Cursor`](crate::StoreError::Cursor).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// A request for one page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Most items to return, from 1.
    pub limit: u32,
    /// Start after this cursor; from the beginning if `None`.
    pub after: Option<Cursor>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items, in the list's own stable order.
    pub items: Vec<T>,
    /// Cursor of the next page, if there is one.
    pub next: Option<Cursor>,
}
