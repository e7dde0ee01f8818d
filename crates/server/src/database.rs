//! The configured database, opened for use or for reading only.

use std::sync::Arc;

use cabana_store::{Sealer, SharedStore};
use cabana_store_sql::{Callers, PostgresStore, SqliteStore};

use crate::catalog::unreadable;
use crate::config::{Config, Database};
use crate::data_dir;
use crate::problem::Problem;

/// Opens the configured database; for a server, with the threads that answer its requests.
///
/// # Errors
/// A description of the problem.
pub async fn open(
    config: &Config,
    sealer: Arc<Sealer>,
    callers: Option<Arc<Callers>>,
) -> Result<SharedStore, Problem> {
    let path = data_dir::database_path(&config.data_dir);
    match (&config.database, callers) {
        (Database::Sqlite, Some(callers)) => SqliteStore::open_for(&path, sealer, callers),
        (Database::Sqlite, None) => SqliteStore::open(&path, sealer),
        (Database::Postgres(url), _) => PostgresStore::connect(url.expose(), sealer).await,
    }
    .map_err(unreadable)
}

/// Opens the configured database for reading; `None` if it does not exist, or waits for the next server start to
/// migrate it.
///
/// # Errors
/// A description of the problem.
pub async fn open_read_only(
    config: &Config,
    sealer: Arc<Sealer>,
) -> Result<Option<SharedStore>, Problem> {
    let looked = match &config.database {
        Database::Sqlite => {
            let path = data_dir::database_path(&config.data_dir);
            if !path.exists() {
                return Ok(None);
            }
            SqliteStore::open_read_only(&path, sealer).await
        }
        Database::Postgres(url) => PostgresStore::connect_read_only(url.expose(), sealer).await,
    };
    looked.map_err(unreadable)
}

/// The sealer of a master key.
///
/// # Errors
/// If the cryptographic library refuses, which it has no reason to.
pub fn sealer(master_key: &[u8; 32]) -> Result<Arc<Sealer>, Problem> {
    Sealer::new(master_key)
        .map(Arc::new)
        .map_err(|error| Problem::new(error.to_string()))
}
