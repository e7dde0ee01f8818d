//! What can go wrong in a store.

/// The result of asking a store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Where an error came from, for the log.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something with this name is there already; the word says what (`username`, `email`,
    /// `phone_number`, `preferred_username`, `pool`, `client`, `group`, `domain`,
    /// `resource_server`, what was spent before, …).
    #[error("{0} is taken")]
    Conflict(&'static str),
    /// Somebody else wrote it since it was read. Reading again and trying again is safe.
    #[error("written by somebody else meanwhile")]
    Stale,
    /// What was to be taken or changed is not there (any more).
    #[error("not there any more")]
    Gone,
    /// The store does not answer now; later it may.
    #[error("the store is not available")]
    Unavailable(#[source] Source),
    /// A row cannot be read: damaged, sealed under another master key, or of another version.
    #[error("a row of {table} cannot be read")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// What was wrong with the row.
        #[source]
        source: Source,
    },
}
