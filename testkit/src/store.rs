//! The store of a test's app.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use cabana_store::{Sealer, SharedStore};
use cabana_store_sql::{PostgresStore, SqliteStore};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

/// Connections outlive the test that opened them: they belong to no runtime of a test.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(1).enable_all();
    runtime.build().expect("a runtime")
});

/// An empty store, deleted with the app: on SQLite, or on PostgreSQL if `CABANA_TEST_STORE` says so.
pub(crate) fn empty(sealer: Arc<Sealer>) -> SharedStore {
    match std::env::var("CABANA_TEST_STORE").as_deref() {
        Err(_) | Ok("sqlite") => SqliteStore::open_temporary(sealer).expect("a temporary database"),
        Ok("postgres") => on_postgres(sealer),
        Ok(other) => panic!("CABANA_TEST_STORE is sqlite or postgres, not {other}"),
    }
}

/// A database of its own on the server that `CABANA_TEST_POSTGRES` names.
fn on_postgres(sealer: Arc<Sealer>) -> SharedStore {
    let opened = std::thread::spawn(|| {
        RUNTIME.block_on(async {
            let url = new_database("app").await;
            let url = format!("{url}?max_connections=4");
            PostgresStore::connect(&url, sealer).await
        })
    });
    let opened = opened.join().expect("a thread");
    opened.expect("a database of PostgreSQL")
}

/// Creates an empty database on the server that `CABANA_TEST_POSTGRES` names; returns its URL.
pub async fn new_database(prefix: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let server = std::env::var("CABANA_TEST_POSTGRES").expect("CABANA_TEST_POSTGRES is not set");
    let (client, connection) = tokio_postgres::connect(&server, NoTls)
        .await
        .expect("PostgreSQL");
    tokio::spawn(connection);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    if number == 0 {
        drop_leftovers(&client).await;
    }
    let name = format!("cabana_test_{}_{prefix}_{number}", std::process::id());
    let create = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
    client.batch_execute(&create).await.expect("a new database");
    let (address, _) = server.rsplit_once('/').expect("a database in the URL");
    format!("{address}/{name}")
}

/// Drops the databases of runs that have ended.
async fn drop_leftovers(client: &Client) {
    let names = "SELECT datname FROM pg_database WHERE datname LIKE 'cabana\\_test\\_%'";
    for row in client.query(names, &[]).await.expect("databases") {
        let name: String = row.get(0);
        let process = name.split('_').nth(2).unwrap_or_default();
        if !std::path::Path::new("/proc").join(process).exists() {
            let drop = format!("DROP DATABASE IF EXISTS {name}");
            // Another process may be as fast.
            let _ = client.batch_execute(&drop).await;
        }
    }
}
