//! A database that outlives its app, can be copied, and can lose a table.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cabana_store::{Sealer, SharedStore};
use cabana_store_sql::SqliteStore;
use rusqlite::Connection;
use rusqlite::types::Value;

/// Numbers folders, and seeds the randomness of apps over copies.
static NEXT: AtomicU64 = AtomicU64::new(2);

/// A folder with a database, deleted with it.
pub struct TestDatabase {
    folder: PathBuf,
    pub(crate) number: u64,
}

impl TestDatabase {
    /// Creates an empty one.
    pub fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cabana-testkit-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        Self { folder, number }
    }

    /// A copy. Its app must be gone.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        assert!(
            !self.folder.join("cabana.db-wal").exists(),
            "it is still open"
        );
        std::fs::copy(self.file(), copy.file()).expect("a copy");
        copy
    }

    /// All tables but SQLite's own and that of the schema's versions.
    pub fn tables(&self) -> Vec<String> {
        let connection = self.open();
        let mut found = connection
            .prepare(
                "SELECT name FROM sqlite_schema
                 WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name != 'schema_version'",
            )
            .expect("a statement");
        let names = found.query_map([], |row| row.get(0)).expect("tables");
        names.collect::<Result<_, _>>().expect("names")
    }

    /// Makes every access to this table fail from now on, as if the database were away.
    pub fn lose(&self, table: &str) {
        let lose = format!("ALTER TABLE {table} RENAME TO lost");
        self.open().execute_batch(&lose).expect("a lost table");
    }

    /// Every row of every table, as text.
    pub fn rows(&self) -> Vec<String> {
        let connection = self.open();
        let mut rows = Vec::new();
        for table in self.tables() {
            let query = format!("SELECT * FROM {table} ORDER BY 1, 2");
            let mut found = connection.prepare(&query).expect("a statement");
            let columns = found.column_count();
            let read = found.query_map([], |row| {
                let values = (0..columns).map(|column| row.get::<_, Value>(column));
                let values: Result<Vec<_>, _> = values.collect();
                Ok(format!("{table} {:?}", values?))
            });
            rows.extend(read.expect("rows").map(|row| row.expect("a row")));
        }
        rows
    }

    pub(crate) fn store(&self, sealer: Arc<Sealer>) -> SharedStore {
        SqliteStore::open(&self.file(), sealer).expect("a database")
    }

    fn file(&self) -> PathBuf {
        self.folder.join("cabana.db")
    }

    fn open(&self) -> Connection {
        Connection::open(self.file()).expect("a connection")
    }
}

impl Default for TestDatabase {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
