//! Tracked sessions.

use async_trait::async_trait;
use cabana_domain::session::Session;
use cabana_domain::{PoolId, Sub, Time};
use cabana_store::{Page, Paged, ReadSessions, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::sessions as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadSessions for SqlStore<E> {
    async fn sessions(
        &self,
        pool: &PoolId,
        sub: &Sub,
        since: Time,
        now: Time,
        page: Page,
    ) -> Result<Paged<Session>> {
        let (row, start) = (params![pool, sub, since, now], params![i64::MAX, ""]);
        self.page("families", sql::SESSIONS, row, start, &page, rows::session)
            .await
    }
}
