//! SQLite: reads in the calling thread, writes in one dedicated thread.

mod callers;
mod connection;
mod read_only;
mod readers;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use cabana_store::{Result, Sealer, SharedStore};

use crate::cache::{Cached, Caches, Touch};
use crate::dialect::Dialect;
use crate::engine::{Engine, Step, unavailable};
use crate::migrations;
use crate::store::SqlStore;
use crate::value::{Row, Value};
pub use callers::Callers;
use connection::Durability;
use readers::Readers;
use writer::Writer;

/// The SQLite engine; opened as a store.
pub struct SqliteStore {
    readers: Readers,
    writer: Writer,
    /// Deleted with the engine.
    _folder: Option<TemporaryFolder>,
}

impl SqliteStore {
    /// Opens the database file, creates it if it does not exist, and migrates its schema.
    ///
    /// # Errors
    /// If the file cannot be opened, is not a database of this program, or was written by a newer version.
    pub fn open(path: &Path, sealer: Arc<Sealer>) -> Result<SharedStore> {
        Ok(Self::start(path, Durability::Full, None, None)?.into_store(sealer))
    }

    /// The same for a server whose threads report when they are idle: under full load a write then waits up to ten
    /// milliseconds for others that share its commit.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_for(
        path: &Path,
        sealer: Arc<Sealer>,
        callers: Arc<Callers>,
    ) -> Result<SharedStore> {
        let store = Self::start(path, Durability::Full, Some(callers), None)?;
        Ok(store.into_store(sealer))
    }

    /// Opens the database file to fill it in long lists, with up to a gigabyte of memory. It does not wait for the
    /// disk: if the machine crashes before the store is closed, the file may be unusable.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_to_fill(path: &Path, sealer: Arc<Sealer>) -> Result<SharedStore> {
        Ok(Self::start(path, Durability::Filling, None, None)?.into_store(sealer))
    }

    /// Opens a database file read-only: nothing is created, migrated or written. `None` if it is empty, or an older
    /// version's that needs a migration.
    ///
    /// # Errors
    /// If there is no such file, it is not a database of this program, or was written by a newer version.
    pub async fn open_read_only(path: &Path, sealer: Arc<Sealer>) -> Result<Option<SharedStore>> {
        let engine = read_only::ReadOnly::new(path.to_owned());
        if !migrations::is_readable(&engine, Dialect::Sqlite.has_versions()).await? {
            return Ok(None);
        }
        let caches = Arc::new(Caches::open());
        let store: SharedStore = Arc::new(Cached::new(SqlStore::new(engine, sealer), caches));
        Ok(Some(store))
    }

    /// Opens a new database in a temporary folder that is deleted with the store. For tests: it does not wait for the
    /// disk.
    ///
    /// # Errors
    /// If the folder cannot be created.
    pub fn open_temporary(sealer: Arc<Sealer>) -> Result<SharedStore> {
        let folder = TemporaryFolder::new()?;
        let path = folder.0.join("cabana.db");
        Ok(Self::start(&path, Durability::None, None, Some(folder))?.into_store(sealer))
    }

    fn start(
        path: &Path,
        durability: Durability,
        callers: Option<Arc<Callers>>,
        folder: Option<TemporaryFolder>,
    ) -> Result<Self> {
        let writer = Writer::start(connection::open_writer(path, durability)?, callers)?;
        let readers = Readers::new(path.to_owned());
        Ok(Self {
            readers,
            writer,
            _folder: folder,
        })
    }

    fn into_store(self, sealer: Arc<Sealer>) -> SharedStore {
        let caches = Arc::new(Caches::open());
        Arc::new(Cached::new(SqlStore::new(self, sealer), caches))
    }
}

#[async_trait]
impl Engine for SqliteStore {
    const DIALECT: Dialect = Dialect::Sqlite;

    async fn query(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        self.readers.query(sql, &params)
    }

    async fn apply(&self, steps: Vec<Step>) -> Result<u64> {
        self.writer.apply(steps).await
    }

    fn announce(&self, _touched: &[Touch]) -> Vec<Step> {
        Vec::new()
    }
}

struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new() -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("cabana-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                // Left behind by a process with the same ID.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(unavailable(error)),
            }
        }
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Nothing depends on it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
