//! A connection to the database file.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use cabana_store::{Result, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{
    Connection, ErrorCode, OpenFlags, Statement, ToSql, Transaction, TransactionBehavior,
};

use crate::dialect::Dialect;
use crate::engine::unavailable;
use crate::migrations;
use crate::value::{Row, Value};

/// The durability of a commit when it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On disk.
    Full,
    /// Not on disk yet; a crash of the machine may lose it.
    None,
    /// As `None`, with more memory for long lists.
    Filling,
}

/// Time a statement waits for another process that holds the file.
const BUSY: Duration = Duration::from_secs(10);
/// Prepared statements cached per connection: more than there are.
const STATEMENTS: usize = 160;

/// Names of parameters: SQLite numbers `$1` by first appearance, so they are bound by name.
const NAMES: [&str; 32] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28",
    "$29", "$30", "$31", "$32",
];

/// Opens the file for writing, creates it if it does not exist, and migrates it.
pub fn open_writer(path: &Path, durability: Durability) -> Result<Connection> {
    create_private(path)?;
    begin_log(path, durability)?;
    let mut connection = open(path)?;
    let (synchronous, cache_kib) = match durability {
        Durability::Full => ("FULL", 8 * 1024),
        Durability::None => ("OFF", 8 * 1024),
        Durability::Filling => ("OFF", 1024 * 1024),
    };
    // 4,000 pages of 4 KiB between checkpoints; after a burst the log shrinks to 64 MiB again.
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = {synchronous};
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA cache_size = -{cache_kib};"
        ))
        .map_err(store_error)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Turns on the write-ahead log in a new file. That writes the first page, for which SQLite would wait for the disk
/// four times in a row; as the file is still empty, one wait at the end is enough. The log's own first wait covers the
/// folder.
fn begin_log(path: &Path, durability: Durability) -> Result<()> {
    if std::fs::metadata(path).map_err(unavailable)?.len() > 0 {
        return Ok(());
    }
    let connection = open(path)?;
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;")
        .map_err(store_error)?;
    // Closed first: closing a file by other means releases SQLite's locks on it.
    drop(connection);
    if durability != Durability::Full {
        return Ok(());
    }
    let file = OpenOptions::new().write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(unavailable)
}

/// Opens the file for reading.
pub fn open_reader(path: &Path) -> Result<Connection> {
    let connection = open(path)?;
    // The map shares the system's page cache; only touched pages count. Of a larger file, the pages above the leaves of
    // the indexes stay in the cache: with a million users that is 4 MiB for the table and half a MiB per index.
    connection
        .execute_batch(
            "PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA mmap_size = 134217728;",
        )
        .map_err(store_error)?;
    Ok(connection)
}

/// The file holds personal data: no other account may read it.
fn create_private(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(unavailable)?;
    Ok(())
}

fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(store_error)?;
    connection.busy_timeout(BUSY).map_err(store_error)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it, partial indexes make SQLite prepare a statement again whenever a parameter is bound.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(store_error)?;
    connection
        .execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")
        .map_err(store_error)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = begin(connection)?;
    transaction
        .execute_batch(migrations::CREATE_VERSIONS)
        .map_err(store_error)?;
    let version = transaction
        .query_row(migrations::READ_VERSION, [], |row| row.get(0))
        .map_err(store_error)?;
    for migration in migrations::missing(version)? {
        let text = Dialect::Sqlite.translate(migration.sql);
        transaction.execute_batch(&text).map_err(store_error)?;
        transaction
            .execute(
                migrations::WRITE_VERSION,
                (migration.version, migration.name),
            )
            .map_err(store_error)?;
    }
    transaction.commit().map_err(store_error)
}

fn begin(connection: &mut Connection) -> Result<Transaction<'_>> {
    connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(store_error)
}

/// Runs a statement and returns its rows.
pub fn query(
    connection: &Connection,
    sql: &'static str,
    params: &[Value],
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| Ok(value(row.get_ref(column)?)));
        found.push(values.collect::<rusqlite::Result<Row>>()?);
    }
    Ok(found)
}

/// Runs a statement and returns the number of rows it touched.
pub fn execute(
    connection: &Connection,
    sql: &'static str,
    params: &[Value],
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    statement.raw_execute().map(|rows| rows as u64)
}

fn bind(statement: &mut Statement<'_>, params: &[Value]) -> rusqlite::Result<()> {
    for (position, value) in params.iter().enumerate() {
        let name = NAMES
            .get(position)
            .copied()
            .ok_or(rusqlite::Error::InvalidParameterCount(
                params.len(),
                NAMES.len(),
            ))?;
        statement.raw_bind_parameter(name, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A value the schema cannot hold (a float, a text that is not UTF-8) becomes one that no reader accepts.
fn value(found: ValueRef<'_>) -> Value {
    match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(bytes.to_vec()),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(_) => Value::Blob(Vec::new()),
    }
}

/// Converts an error of SQLite.
pub fn store_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt {
            table: "the database file",
            source: error.into(),
        },
        _ => unavailable(error),
    }
}
