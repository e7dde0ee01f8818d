//! Pools and their signing keys.

use std::sync::Arc;

use async_trait::async_trait;
use cabana_domain::PoolId;
use cabana_domain::activity::DailyCount;
use cabana_domain::keys::SigningKey;
use cabana_domain::pool::Pool;
use cabana_store::{Page, Paged, ReadPools, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::pools as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadPools for SqlStore<E> {
    async fn pool(&self, id: &PoolId) -> Result<Option<Arc<Pool>>> {
        let pool = self
            .one("pools", sql::POOL, params![id], rows::pool)
            .await?;
        Ok(pool.map(Arc::new))
    }

    async fn pools(&self, page: Page) -> Result<Paged<Pool>> {
        let start = params![i64::MIN, ""];
        self.page("pools", sql::POOLS, params![], start, &page, rows::pool)
            .await
    }

    async fn signing_keys(&self, pool: &PoolId) -> Result<Arc<Vec<SigningKey>>> {
        let keys = self
            .many("signing_keys", sql::SIGNING_KEYS, params![pool], |cells| {
                rows::signing_key(cells, pool, &self.sealer)
            })
            .await?;
        Ok(Arc::new(keys))
    }

    async fn count_users(&self, pool: &PoolId) -> Result<u64> {
        let count = self
            .one("user_counts", sql::COUNT_USERS, params![pool], |cells| {
                cells.number()
            })
            .await?;
        Ok(count.unwrap_or(0))
    }

    async fn activity(&self, pool: &PoolId, since_day: i64) -> Result<Vec<DailyCount>> {
        let row = params![pool, since_day];
        self.many("activity", sql::ACTIVITY, row, rows::daily_count)
            .await
    }
}
