//! Events.

use async_trait::async_trait;
use cabana_domain::event::Event;
use cabana_domain::{PoolId, Sub};
use cabana_store::{Page, Paged, ReadEvents, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::events as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadEvents for SqlStore<E> {
    async fn events(&self, pool: &PoolId, user: Option<&Sub>, page: Page) -> Result<Paged<Event>> {
        let (statement, row) = match user {
            None => (sql::EVENTS_OF_POOL, params![pool]),
            Some(sub) => (sql::EVENTS_OF_USER, params![pool, sub]),
        };
        let start = params![i64::MAX, ""];
        self.page("events", statement, row, start, &page, rows::event)
            .await
    }
}
