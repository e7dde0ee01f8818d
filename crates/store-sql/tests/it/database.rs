//! A PostgreSQL database for one test.

use std::sync::atomic::{AtomicU32, Ordering};

use cabana_store::SharedStore;
use cabana_store_sql::PostgresStore;
use tokio_postgres::{Client, NoTls};

use crate::sealer;

/// A new, empty database that is dropped with this value.
pub struct Database {
    pub url: String,
    server: String,
    name: String,
}

impl Database {
    /// Creates one on the server that `CABANA_TEST_POSTGRES` names.
    pub async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("CABANA_TEST_POSTGRES").expect(
            "CABANA_TEST_POSTGRES is not set. It names a PostgreSQL server on which tests may make \
             databases, such as postgres://user:password@127.0.0.1:5432/postgres. `./test` starts one by \
             itself; `cargo test -- --skip postgres_` does without",
        );
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cabana_test_{}_{number}", std::process::id());
        let admin = connect(&server).await;
        for sql in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"),
        ] {
            admin.batch_execute(&sql).await.unwrap();
        }
        let (address, _) = server.rsplit_once('/').unwrap();
        let url = format!("{address}/{name}");
        Self { url, server, name }
    }

    /// A store on it, as a node opens it.
    pub async fn store(&self) -> SharedStore {
        PostgresStore::connect(&self.url, sealer()).await.unwrap()
    }

    /// A connection to it.
    pub async fn client(&self) -> Client {
        connect(&self.url).await
    }
}

impl Drop for Database {
    /// In a thread with a runtime of its own: the test's may be gone.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                let _ = connect(&server).await.batch_execute(&sql).await;
            });
        });
        let _ = dropping.join();
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
