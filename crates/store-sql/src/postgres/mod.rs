//! PostgreSQL: a pool of connections with prepared statements, lists in one or two round trips, and cache invalidations
//! from other nodes.

mod list;
mod listener;
mod migrate;
mod options;
mod tls;
mod types;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cabana_store::{Result, Sealer, SharedStore, StoreError};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::cache::{Cached, Caches, Touch};
use crate::dialect::{Dialect, NOTIFY};
use crate::engine::{Engine, Step, unavailable};
use crate::migrations;
use crate::store::SqlStore;
use crate::value::{Row, Value, params};
use list::{Attempt, Failure};
use listener::Listener;
use options::Options;

/// Longest wait for a free connection.
const WAIT: Duration = Duration::from_secs(10);
/// Limits that none of our statements reaches, unless something is wrong.
const LIMITS: &str =
    "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'";
/// Most retries of a list that conflicts with others. They run one after the other, so that only lists tried for the
/// first time can conflict with them.
const RETRIES: u32 = 20;

/// The PostgreSQL engine; opened as a store.
pub struct PostgresStore {
    pool: Pool,
    /// Whether changes are announced to other nodes.
    announces: bool,
    _listener: Option<Listener>,
}

impl PostgresStore {
    /// Connects to a database, migrates its schema, and listens to other nodes.
    ///
    /// `url` is `postgres://user:password@host:port/database`; its parameters may include `sslmode`, `sslrootcert` and
    /// `max_connections`.
    ///
    /// # Errors
    /// If the database cannot be reached or was written by a newer program.
    pub async fn connect(url: &str, sealer: Arc<Sealer>) -> Result<SharedStore> {
        let options = Options::parse(url)?;
        let tls = tls::connector(&options)?;
        migrate_first(&options, &tls).await?;
        let caches = Arc::new(Caches::suspended());
        let listener = Listener::start(&options.config, &tls, &caches).await?;
        let engine = Self {
            pool: pool(&options, tls)?,
            announces: listener.is_some(),
            _listener: listener,
        };
        Ok(Arc::new(Cached::new(SqlStore::new(engine, sealer), caches)))
    }

    /// Connects to a database to read it: nothing is created or migrated. `None` if it is empty, or an older version's
    /// that needs a migration.
    ///
    /// # Errors
    /// If the database cannot be reached or was written by a newer program.
    pub async fn connect_read_only(url: &str, sealer: Arc<Sealer>) -> Result<Option<SharedStore>> {
        let options = Options::parse(url)?;
        let tls = tls::connector(&options)?;
        let engine = Self {
            pool: pool(&options, tls)?,
            announces: false,
            _listener: None,
        };
        if !migrations::is_readable(&engine, Dialect::Postgres.has_versions()).await? {
            return Ok(None);
        }
        let caches = Arc::new(Caches::suspended());
        let store: SharedStore = Arc::new(Cached::new(SqlStore::new(engine, sealer), caches));
        Ok(Some(store))
    }

    async fn connection(&self) -> Result<Object> {
        self.pool.get().await.map_err(unavailable)
    }
}

async fn migrate_first(options: &Options, tls: &MakeRustlsConnect) -> Result<()> {
    let (mut client, connection) = options
        .config
        .connect(tls.clone())
        .await
        .map_err(types::store_error)?;
    let connection = tokio::spawn(connection);
    let outcome = migrate::migrate(&mut client).await;
    drop(client);
    // It ends with the client, which receives the error too.
    let _ = connection.await;
    outcome
}

fn pool(options: &Options, tls: MakeRustlsConnect) -> Result<Pool> {
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(options.config.clone(), tls, recycling);
    Pool::builder(manager)
        .max_size(options.connections)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                client
                    .batch_execute(LIMITS)
                    .await
                    .map_err(HookError::Backend)
            })
        }))
        .build()
        .map_err(unavailable)
}

#[async_trait]
impl Engine for PostgresStore {
    const DIALECT: Dialect = Dialect::Postgres;

    async fn query(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        let mut outcome = self.query_once(sql, &params).await;
        // The server was restarted since the connections were last used.
        for _ in 0..self.pool.status().max_size {
            if !matches!(&outcome, Err(error) if error.is_lost) {
                break;
            }
            outcome = self.query_once(sql, &params).await;
        }
        outcome.map_err(|error| error.error)
    }

    /// Runs to its end even if the caller goes away: a connection is never left within a transaction.
    async fn apply(&self, steps: Vec<Step>) -> Result<u64> {
        let client = self.connection().await?;
        let list = tokio::spawn(async move { apply(client, &steps).await });
        list.await.map_err(unavailable)?
    }

    fn announce(&self, touched: &[Touch]) -> Vec<Step> {
        if !self.announces {
            return Vec::new();
        }
        let notify = |touch: &Touch| Step::any(NOTIFY, params![&touch.to_text()]);
        touched.iter().map(notify).collect()
    }
}

struct QueryError {
    error: StoreError,
    is_lost: bool,
}

impl PostgresStore {
    async fn query_once(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> std::result::Result<Vec<Row>, QueryError> {
        let kept = |error| QueryError {
            error,
            is_lost: false,
        };
        let client = self.connection().await.map_err(kept)?;
        match ask(&client, sql, params).await {
            Ok(found) => found
                .iter()
                .map(|row| types::row(row).map_err(kept))
                .collect(),
            Err(error) => {
                let is_lost = types::is_lost(&error);
                if is_lost {
                    // The pool may not have noticed yet.
                    drop(Object::take(client));
                }
                Err(QueryError {
                    error: types::store_error(error),
                    is_lost,
                })
            }
        }
    }
}

async fn ask(
    client: &Object,
    sql: &'static str,
    params: &[Value],
) -> std::result::Result<Vec<tokio_postgres::Row>, tokio_postgres::Error> {
    let statement = client.prepare_cached(sql).await?;
    client.query(&statement, &types::borrowed(params)).await
}

/// Applies a list; retries it if it conflicts with another.
async fn apply(client: Object, steps: &[Step]) -> Result<u64> {
    let mut attempt = Attempt::First;
    let mut retries = 0;
    loop {
        match list::run(&client, steps, attempt).await {
            Ok(rows) => return Ok(rows),
            Err(Failure::Again(_)) if retries < RETRIES => {
                retries += 1;
                attempt = Attempt::Retry;
                tokio::time::sleep(Duration::from_millis(1 << retries.min(6))).await;
            }
            Err(Failure::Again(error) | Failure::Final(error)) => return Err(error),
            Err(Failure::Broken(error)) => {
                drop(Object::take(client));
                return Err(error);
            }
        }
    }
}
