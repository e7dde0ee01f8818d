//! Errors of a store.

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Underlying error, for the log.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failure of the store, or a precondition that did not hold.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with this key exists already; the word names the kind (`username`, `email`, `phone_number`,
    /// `preferred_username`, `pool`, `client`, `group`, `domain`, `resource_server`, the purpose of a single-use
    /// marker, …).
    #[error("{0} is taken")]
    Conflict(&'static str),
    /// The row has been written since it was read. It is safe to read it and try again.
    #[error("changed by another write meanwhile")]
    Stale,
    /// The row to be taken or changed does not exist (any more).
    #[error("not there any more")]
    Gone,
    /// A [`Cursor`](crate::Cursor) of another list, or of a release whose list had another order.
    #[error("the cursor is of another list")]
    Cursor,
    /// The store does not answer now; it may later.
    #[error("the store is not available")]
    Unavailable(#[source] Source),
    /// A row cannot be read: damaged, sealed under another master key, or of another version.
    #[error("a row of {table} cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The defect of the row.
        #[source]
        source: Source,
    },
}
