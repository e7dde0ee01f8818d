//! Drafts.

use async_trait::async_trait;
use cabana_domain::draft::Draft;
use cabana_store::{ReadDrafts, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::drafts as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadDrafts for SqlStore<E> {
    async fn draft(&self, hash: &[u8; 32]) -> Result<Option<Draft>> {
        self.one("drafts", sql::DRAFT, params![hash], |cells| {
            rows::draft(cells, &self.sealer)
        })
        .await
    }
}
