//! The SQL implementation of the store, shared by two engines.
//!
//! A list of changes becomes a list of steps (`plan`), each one statement with its expectation; an engine (`sqlite`,
//! `postgres`) applies the steps as a whole. A read is one statement (`reads`) whose rows become entities (`rows`). The
//! statements are in `sql`, once for both engines; `dialect` holds the differences. Secrets are sealed on the way in
//! and opened on the way out (`sealing`).
//!
//! Around it is a cache of values that are read all the time (`cache`), so that no other crate needs one.

mod cache;
mod counts;
mod dialect;
mod earlier_tokens;
mod engine;
mod failures;
mod migrations;
mod plan;
mod postgres;
mod reads;
mod rows;
mod sealing;
mod search;
mod sql;
mod sqlite;
mod store;
mod sweep;
mod value;
mod words;

pub use postgres::PostgresStore;
pub use sqlite::{Callers, SqliteStore};

/// Every migration, oldest first: its number, its name, and its SQL for SQLite and for PostgreSQL; for the test that
/// upgrades older databases.
#[doc(hidden)]
pub fn migrations() -> impl Iterator<Item = (i64, &'static str, [String; 2])> {
    use dialect::Dialect;
    migrations::MIGRATIONS.iter().map(|migration| {
        let texts = [Dialect::Sqlite, Dialect::Postgres].map(|it| it.translate(migration.sql));
        (migration.version, migration.name, texts)
    })
}

/// Every SQL statement by name, for the test that prepares them on both engines.
#[doc(hidden)]
pub fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    sql::all()
}
