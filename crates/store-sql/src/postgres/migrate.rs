//! Migrates the schema; several nodes may start at once.

use cabana_store::Result;
use tokio_postgres::Client;

use super::types::store_error;
use crate::dialect::{Dialect, MIGRATION_LOCK};
use crate::engine::unavailable;
use crate::migrations;

/// Runs the missing migrations, all in one transaction.
pub async fn migrate(client: &mut Client) -> Result<()> {
    let encoding = client
        .query_one("SHOW server_encoding", &[])
        .await
        .map_err(store_error)?;
    let encoding: String = encoding.try_get(0).map_err(store_error)?;
    if encoding != "UTF8" {
        return Err(unavailable(format!(
            "the database is encoded in {encoding}; make it with ENCODING 'UTF8'"
        )));
    }
    let transaction = client.transaction().await.map_err(store_error)?;
    transaction
        .batch_execute(MIGRATION_LOCK)
        .await
        .map_err(store_error)?;
    transaction
        .batch_execute(migrations::CREATE_VERSIONS)
        .await
        .map_err(store_error)?;
    let version = transaction
        .query_one(migrations::READ_VERSION, &[])
        .await
        .map_err(store_error)?;
    for migration in migrations::missing(version.try_get(0).map_err(store_error)?)? {
        let text = Dialect::Postgres.translate(migration.sql);
        transaction
            .batch_execute(&text)
            .await
            .map_err(store_error)?;
        transaction
            .execute(
                migrations::WRITE_VERSION,
                &[&migration.version, &migration.name],
            )
            .await
            .map_err(store_error)?;
    }
    transaction.commit().await.map_err(store_error)
}
