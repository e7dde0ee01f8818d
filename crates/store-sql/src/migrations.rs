//! The schema, version by version.
//!
//! Each migration runs once, in its own transaction, and records its number in `schema_version`. A database that a
//! newer program has written is refused: an older one would read it wrongly.

use cabana_store::{Result, StoreError};

use crate::engine::{Engine, unavailable};
use crate::value::{Cells, params};

/// A step from one version to the next.
pub struct Migration {
    pub version: i64,
    pub name: &'static str,
    /// SQL with words in braces that [`Dialect`](crate::dialect::Dialect) translates.
    pub sql: &'static str,
}

/// All of them, oldest first. Append only.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "start",
        sql: include_str!("../migrations/0001_start.sql"),
    },
    Migration {
        version: 2,
        name: "console",
        sql: include_str!("../migrations/0002_console.sql"),
    },
    Migration {
        version: 3,
        name: "methods",
        sql: include_str!("../migrations/0003_methods.sql"),
    },
    Migration {
        version: 4,
        name: "mended",
        sql: include_str!("../migrations/0004_mended.sql"),
    },
    Migration {
        version: 5,
        name: "passkeys_functions_devices_and_federation",
        sql: concat!(
            include_str!("../migrations/0005_passkeys.sql"),
            include_str!("../migrations/0005_functions.sql"),
            include_str!("../migrations/0005_devices.sql"),
            include_str!("../migrations/0005_federation.sql"),
            include_str!("../migrations/0005_dialect.sql"),
            include_str!("../migrations/0005_sessions.sql")
        ),
    },
];

/// Table of the versions; in the common subset of both engines.
pub const CREATE_VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL)";
/// The version of the schema, 0 for an empty database.
pub const READ_VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_version";
/// Records a version.
pub const WRITE_VERSION: &str = "INSERT INTO schema_version (version, name) VALUES ($1, $2)";

/// The newest version this program knows.
pub fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// The migrations that a database of this version still needs.
///
/// # Errors
/// If a newer program has written it.
pub fn missing(version: i64) -> Result<impl Iterator<Item = &'static Migration>> {
    if version > newest() {
        return Err(mismatch(version));
    }
    Ok(MIGRATIONS.iter().filter(move |it| it.version > version))
}

/// Whether the database has the schema this program knows, or the one after it: a running server stays in service while
/// the next version, which has migrated, starts beside it. So a migration must not change anything the previous version
/// reads or writes.
pub async fn is_current<E: Engine>(engine: &E) -> Result<()> {
    match number(engine, READ_VERSION).await? {
        version if version == newest() || version == newest() + 1 => Ok(()),
        version => Err(mismatch(version)),
    }
}

/// Whether the database can be read as it is; not if it is empty or needs a migration. `has_versions` counts the tables
/// that hold versions.
///
/// # Errors
/// If a newer program has written it.
pub async fn is_readable<E: Engine>(engine: &E, has_versions: &'static str) -> Result<bool> {
    if number(engine, has_versions).await? == 0 {
        return Ok(false);
    }
    let version = number(engine, READ_VERSION).await?;
    Ok(missing(version)?.next().is_none())
}

async fn number<E: Engine>(engine: &E, sql: &'static str) -> Result<i64> {
    let rows = engine.query(sql, params![]).await?;
    let row = rows.into_iter().next().unwrap_or_default();
    Cells::new("schema_version", row).int()
}

fn mismatch(version: i64) -> StoreError {
    unavailable(format!(
        "the database has schema {version}, this program knows schema {}",
        newest()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_from_one_and_a_newer_schema_is_refused() {
        let versions: Vec<i64> = MIGRATIONS.iter().map(|it| it.version).collect();
        assert_eq!(versions, (1..=newest()).collect::<Vec<_>>());
        assert_eq!(missing(0).unwrap().count(), MIGRATIONS.len());
        assert_eq!(missing(newest()).unwrap().count(), 0);
        assert!(missing(newest() + 1).is_err());
    }
}
