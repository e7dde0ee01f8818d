//! Messages that functions send.

use async_trait::async_trait;
use cabana_domain::Time;
use cabana_domain::delivery::Delivery;
use cabana_store::{ReadDeliveries, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::deliveries as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadDeliveries for SqlStore<E> {
    async fn delivery(&self, id: &str) -> Result<Option<Delivery>> {
        self.one("deliveries", sql::DELIVERY, params![id], |cells| {
            rows::delivery(cells, &self.sealer)
        })
        .await
    }

    async fn due_deliveries(&self, now: Time, limit: u32) -> Result<Vec<Delivery>> {
        let row = params![now, limit];
        self.many("deliveries", sql::DUE_DELIVERIES, row, |cells| {
            rows::delivery(cells, &self.sealer)
        })
        .await
    }
}
