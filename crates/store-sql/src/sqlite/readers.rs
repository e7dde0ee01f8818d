//! Connections for reading. A read takes microseconds, so it runs in the calling thread; there are as many connections
//! as there were readers at the same moment.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use cabana_store::Result;
use rusqlite::Connection;

use super::connection::{self, open_reader};
use crate::value::{Row, Value};

/// Idle connections kept.
const KEPT: usize = 16;

pub struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
        }
    }

    /// Runs a statement and returns its rows.
    pub fn query(&self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        let rows = connection::query(&connection, sql, params).map_err(connection::store_error);
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        rows
    }

    /// The last one used comes first: its statements and pages are warm.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
