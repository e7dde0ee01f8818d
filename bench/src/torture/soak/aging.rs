//! Moves rows into the past that would outlive the run.

use std::cell::Cell;
use std::time::{Duration, UNIX_EPOCH};

use rusqlite::Connection;

use crate::common::server::Setup;
use crate::common::{Outcome, now};

/// What is older than this is needed by nobody any more: journeys are shorter.
const OLD: Duration = Duration::from_secs(60);
/// Further back than the longest anything is kept.
const BACK: Duration = Duration::from_secs(1_000 * 24 * 3600);
/// Tables, the column that says since when a row is there, and the one by which it goes.
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

    /// Moves what is old; no more than the rows of a few seconds, so that no write waits for it.
    ///
    /// # Errors
    /// What the database says.
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
