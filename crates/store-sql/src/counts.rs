//! Counters of store operations, for `/metrics`.

use cabana_store::{Result, StoreError};
use metrics::{Counter, Unit, counter, describe_counter};

/// The counters; registered once, so that counting is one addition.
pub struct Counts {
    queries: Counter,
    writes: Counter,
}

impl Counts {
    /// Registers the counters with the installed recorder; without one, they count nothing.
    pub fn new() -> Self {
        describe_counter!(
            "cabana_store_queries_total",
            Unit::Count,
            "Queries sent to the database; answers from the cache do not count."
        );
        describe_counter!(
            "cabana_store_writes_total",
            Unit::Count,
            "Lists of changes given to the database, each written whole or not at all."
        );
        describe_counter!(
            "cabana_store_errors_total",
            Unit::Count,
            "Queries and writes that failed, by kind; conflict, stale and gone are answers to requests that came \
             too late or twice."
        );
        Self {
            queries: counter!("cabana_store_queries_total"),
            writes: counter!("cabana_store_writes_total"),
        }
    }

    pub fn query(&self) {
        self.queries.increment(1);
    }

    pub fn write(&self) {
        self.writes.increment(1);
    }
}

/// Counts an error by its kind and passes the result on.
pub fn watched<T>(result: Result<T>) -> Result<T> {
    if let Err(error) = &result {
        let kind = match error {
            StoreError::Conflict(_) => "conflict",
            StoreError::Stale => "stale",
            StoreError::Gone => "gone",
            StoreError::Cursor => "cursor",
            StoreError::Unavailable(_) => "unavailable",
            StoreError::Corrupt { .. } => "corrupt",
        };
        counter!("cabana_store_errors_total", "kind" => kind).increment(1);
    }
    result
}
