//! SQLite.

use cabana_store::conformance::{contract, races};
use cabana_store_sql::SqliteStore;

use crate::sealer;

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    contract(SqliteStore::open_temporary(sealer()).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_decides_races() {
    races(SqliteStore::open_temporary(sealer()).unwrap()).await;
}
