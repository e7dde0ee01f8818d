//! Moves rows into the past that would outlive the run.

use std::cell::Cell;
use std::time::{Duration, UNIX_EPOCH};

use rusqlite::Connection;

use crate::common::server::Setup;
use crate::common::{Outcome, now};

/// Rows older than this are no longer needed: journeys are shorter.
const OLD: Duration = Duration::from_secs(60);
/// Further back than the longest retention.
const BACK: Duration = Duration::from_secs(1_000 * 24 * 3600);
/// Tables, the column with a row's start time, and the one with its expiry.
const TABLES: [(&str, &str, &str); 6] = [
    ("families", "issued", "expires"),
    ("browser_sessions", "auth_time", "expires"),
    ("counters", "latest", "expires"),
    ("codes", "created", "expires"),
    ("messages", "created", "created"),
    ("audit", "happened", "happened"),
];

pub struct Aging {
    file: Connection,
    /// Rows moved so far.
    pub rows: Cell<u64>,
}

impl Aging {
    /// # Errors
    /// If the server's file cannot be opened.
    pub fn open(setup: &Setup) -> Outcome<Self> {
        let file = Connection::open(setup.data().join("cabana.db"))?;
        file.busy_timeout(Duration::from_secs(5))?;
        let rows = Cell::new(0);
        Ok(Self { file, rows })
    }

    /// Moves old rows; no more than those of a few seconds, so that no write waits for it.
    ///
    /// # Errors
    /// The database's error.
    pub fn step(&self) -> Outcome<()> {
        let now = i64::try_from(now().duration_since(UNIX_EPOCH)?.as_micros())?;
        let back = i64::try_from(BACK.as_micros())?;
        let (old, long_ago) = (now - i64::try_from(OLD.as_micros())?, now - back / 2);
        for (table, since, until) in TABLES {
            let sql = format!(
                "UPDATE {table} SET {until} = {until} - ?1 WHERE {since} < ?2 AND {until} > ?3"
            );
            let moved = self.file.execute(&sql, [back, old, long_ago])?;
            self.rows.set(self.rows.get() + moved as u64);
        }
        Ok(())
    }
}
