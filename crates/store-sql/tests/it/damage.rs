//! Unreadable rows and files are told apart from an engine that does not answer, and a schema of a newer version is
//! left alone.

use cabana_store::conformance::{passkeys, samples};
use cabana_store::{Change, SharedStore, StoreError};
use cabana_store_sql::{PostgresStore, SqliteStore};
use rusqlite::Connection;

use crate::database::Database;
use crate::{Folder, sealer};

/// A store that holds a pool with a client and a user, and a second connection to its file.
async fn filled(folder: &Folder) -> (SharedStore, Connection) {
    let path = folder.path("cabana.db");
    let store = SqliteStore::open(&path, sealer()).unwrap();
    let (pool, _) = samples::pool_with_client(&store, "pool").await;
    let people = ["ann", "bob"].map(|name| samples::insert(&samples::user(&pool, name)));
    store.apply(people.into()).await.unwrap();
    (store, Connection::open(&path).unwrap())
}

fn corrupt<T: std::fmt::Debug>(outcome: Result<T, StoreError>, expected: &str) {
    match outcome {
        Err(StoreError::Corrupt { table, .. }) => assert_eq!(table, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn sqlite_says_which_table_holds_a_damaged_row() {
    let folder = Folder::new();
    let (store, file) = filled(&folder).await;
    let pool = samples::pool("pool").id;
    let ann = samples::user(&pool, "ann").sub;
    // No user gets another's password by copying the sealed column.
    file.execute_batch(
        "UPDATE users SET secrets = (SELECT secrets FROM users WHERE username = 'bob')
         WHERE username = 'ann'",
    )
    .unwrap();
    corrupt(store.user(&pool, &ann).await, "users");
    // Nor does one get another's passkey by giving it to another owner.
    let passkey = passkeys::sample(&pool, &ann, 1);
    let insert = Change::InsertPasskey(Box::new(passkey));
    store.apply(vec![insert]).await.unwrap();
    file.execute_batch("UPDATE passkeys SET owner = (SELECT n FROM users WHERE username = 'bob')")
        .unwrap();
    let bob = samples::user(&pool, "bob").sub;
    corrupt(store.passkeys(&pool, &bob).await, "passkeys");
    file.execute_batch("UPDATE users SET attributes = '{' WHERE username = 'bob'")
        .unwrap();
    corrupt(store.user_by_name(&pool, "bob").await, "users");
    file.execute_batch("UPDATE pools SET settings = '[]'")
        .unwrap();
    corrupt(store.pool(&pool).await, "pools");
    file.execute_batch("UPDATE signing_keys SET usage = 'other'")
        .unwrap();
    corrupt(store.signing_keys(&pool).await, "signing_keys");
    file.execute_batch("UPDATE clients SET secrets = x'00'")
        .unwrap();
    let client = samples::client(&pool, "pool").id;
    corrupt(store.client(&client).await, "clients");
}

#[tokio::test]
async fn sqlite_sealed_under_another_key_cannot_be_read() {
    let folder = Folder::new();
    let (store, _) = filled(&folder).await;
    drop(store);
    let other = cabana_store::Sealer::new(&[8; 32]).unwrap();
    let store = SqliteStore::open(&folder.path("cabana.db"), other.into()).unwrap();
    let pool = samples::pool("pool").id;
    corrupt(store.user_by_name(&pool, "ann").await, "users");
}

#[tokio::test]
async fn sqlite_keeps_no_secret_in_the_clear() {
    let folder = Folder::new();
    let (store, file) = filled(&folder).await;
    let pool = samples::pool("pool").id;
    let state = cabana_domain::message::DeliveryState::Queued;
    let message = samples::message(&pool, "m", state, 1);
    store
        .apply(vec![Change::Send(Box::new(message))])
        .await
        .unwrap();
    file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let bytes = std::fs::read(folder.path("cabana.db")).unwrap();
    for secret in ["a secret", "$argon2id$", "It is 123456.", "AgICAgIC"] {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} stands in the file");
    }
}

#[test]
fn sqlite_refuses_a_file_that_is_no_database() {
    let folder = Folder::new();
    let path = folder.path("cabana.db");
    std::fs::write(
        &path,
        "certainly no database, and longer than a header of a hundred bytes".repeat(9),
    )
    .unwrap();
    corrupt(
        SqliteStore::open(&path, sealer()).map(drop),
        "the database file",
    );
    let missing = folder.path("no such folder").join("cabana.db");
    let outcome = SqliteStore::open(&missing, sealer()).map(drop);
    assert!(
        matches!(outcome, Err(StoreError::Unavailable(_))),
        "{outcome:?}"
    );
}

#[cfg(unix)]
#[test]
fn sqlite_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let _store = SqliteStore::open(&folder.path("cabana.db"), sealer()).unwrap();
    for name in ["cabana.db", "cabana.db-wal", "cabana.db-shm"] {
        let mode = std::fs::metadata(folder.path(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}

/// Records the version of a later program.
const NEWER: &str = "INSERT INTO schema_version (version, name) VALUES (1000, 'later')";

#[tokio::test]
async fn sqlite_of_a_newer_program_is_refused() {
    let folder = Folder::new();
    let (store, file) = filled(&folder).await;
    file.execute_batch(NEWER).unwrap();
    newer(store.ready().await);
    drop(store);
    newer(SqliteStore::open(&folder.path("cabana.db"), sealer()).map(drop));
}

#[tokio::test]
async fn postgres_of_a_newer_program_is_refused() {
    let database = Database::new().await;
    let store = database.store().await;
    database.client().await.batch_execute(NEWER).await.unwrap();
    newer(store.ready().await);
    newer(
        PostgresStore::connect(&database.url, sealer())
            .await
            .map(drop),
    );
}

/// The changes that the next version makes to the database when it starts.
fn next() -> String {
    let newest = cabana_store_sql::migrations()
        .map(|(version, ..)| version)
        .max();
    let next = newest.unwrap() + 1;
    format!("INSERT INTO schema_version (version, name) VALUES ({next}, 'next')")
}

#[tokio::test]
async fn sqlite_stays_ready_when_the_next_version_has_migrated_but_is_not_opened_again() {
    let folder = Folder::new();
    let (store, file) = filled(&folder).await;
    file.execute_batch(&next()).unwrap();
    store.ready().await.unwrap();
    drop(store);
    assert!(SqliteStore::open(&folder.path("cabana.db"), sealer()).is_err());
}

#[tokio::test]
async fn postgres_stays_ready_when_the_next_version_has_migrated_but_is_not_connected_again() {
    let database = Database::new().await;
    let store = database.store().await;
    database
        .client()
        .await
        .batch_execute(&next())
        .await
        .unwrap();
    store.ready().await.unwrap();
    assert!(
        PostgresStore::connect(&database.url, sealer())
            .await
            .is_err()
    );
}

fn newer(outcome: Result<(), StoreError>) {
    match outcome {
        Err(StoreError::Unavailable(source)) => {
            assert!(source.to_string().contains("schema 1000"), "{source}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_is_migrated_once_by_nodes_that_start_together() {
    let database = Database::new().await;
    let nodes: Vec<_> = (0..6)
        .map(|_| {
            let url = database.url.clone();
            tokio::spawn(async move { PostgresStore::connect(&url, sealer()).await.map(drop) })
        })
        .collect();
    for node in nodes {
        node.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn postgres_that_does_not_answer_is_unavailable() {
    // The discard port.
    let nowhere = "postgres://nobody@127.0.0.1:9/nothing?connect_timeout=2";
    let outcome = PostgresStore::connect(nowhere, sealer()).await.map(drop);
    assert!(
        matches!(outcome, Err(StoreError::Unavailable(_))),
        "{outcome:?}"
    );
}
