//! The audit log.

use async_trait::async_trait;
use cabana_domain::PoolId;
use cabana_domain::audit::AuditEntry;
use cabana_store::{Page, Paged, ReadAudit, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::audit as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadAudit for SqlStore<E> {
    async fn audit_entries(&self, pool: Option<&PoolId>, page: Page) -> Result<Paged<AuditEntry>> {
        let (statement, row) = match pool {
            None => (sql::ENTRIES, params![]),
            Some(pool) => (sql::ENTRIES_OF_POOL, params![pool]),
        };
        let start = params![i64::MAX, ""];
        self.page("audit", statement, row, start, &page, rows::audit_entry)
            .await
    }
}
