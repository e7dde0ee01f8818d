//! SQLite.

use cabana_store::conformance::{contract, races, samples};
use cabana_store::{Change, StoreError};
use cabana_store_sql::{SqliteStore, migrations};
use rusqlite::Connection;

use crate::{Folder, sealer};

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    contract(SqliteStore::open_temporary(sealer()).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_decides_races() {
    races(SqliteStore::open_temporary(sealer()).unwrap()).await;
}

#[tokio::test]
async fn a_file_that_is_looked_at_is_read_but_not_written() {
    let folder = Folder::new();
    let path = folder.path("cabana.db");
    let pool = samples::pool("seen");
    let store = SqliteStore::open(&path, sealer()).unwrap();
    store
        .apply(vec![Change::InsertPool {
            pool: Box::new(pool.clone()),
            keys: vec![],
        }])
        .await
        .unwrap();
    let looked = SqliteStore::open_read_only(&path, sealer())
        .await
        .unwrap()
        .unwrap();
    assert!(looked.pool(&pool.id).await.unwrap().is_some());
    let refused = looked
        .apply(vec![Change::DeletePool(pool.id.clone())])
        .await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(store.pool(&pool.id).await.unwrap().is_some());
}

#[tokio::test]
async fn looking_makes_no_file_and_brings_none_up_to_date() {
    let folder = Folder::new();
    let path = folder.path("cabana.db");
    assert!(SqliteStore::open_read_only(&path, sealer()).await.is_err());
    assert!(!path.exists());
    let file = Connection::open(&path).unwrap();
    assert!(
        SqliteStore::open_read_only(&path, sealer())
            .await
            .unwrap()
            .is_none()
    );
    let (version, name, [start, _]) = migrations().next().unwrap();
    file.execute_batch(&format!(
        "CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL); {start}
         INSERT INTO schema_version (version, name) VALUES ({version}, '{name}');"
    ))
    .unwrap();
    assert!(
        SqliteStore::open_read_only(&path, sealer())
            .await
            .unwrap()
            .is_none()
    );
    let now: i64 = file
        .query_row("SELECT MAX(version) FROM schema_version", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(now, version);
}
