//! Counts for quotas.

use async_trait::async_trait;
use cabana_store::{Counted, ReadCounts, Result};

use crate::engine::Engine;
use crate::sql::counts as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadCounts for SqlStore<E> {
    async fn count(&self, what: Counted<'_>, most: u32) -> Result<u32> {
        let (table, statement, row) = match what {
            Counted::Pools => ("pools", sql::COUNT_POOLS, params![most]),
            Counted::ClientsOf(pool) => ("clients", sql::COUNT_CLIENTS, params![pool, most]),
            Counted::ResourceServersOf(pool) => (
                "resource_servers",
                sql::COUNT_RESOURCE_SERVERS,
                params![pool, most],
            ),
            Counted::IdentityProvidersOf(pool) => (
                "identity_providers",
                sql::COUNT_IDENTITY_PROVIDERS,
                params![pool, most],
            ),
            Counted::GroupsOf(pool) => ("user_groups", sql::COUNT_GROUPS, params![pool, most]),
        };
        let count = self
            .one(table, statement, row, |cells| cells.number())
            .await?;
        Ok(count.unwrap_or(0))
    }
}
