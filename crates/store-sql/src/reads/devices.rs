//! Devices of users.

use async_trait::async_trait;
use cabana_domain::device::Device;
use cabana_domain::{PoolId, Sub};
use cabana_store::{Page, Paged, ReadDevices, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::devices as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadDevices for SqlStore<E> {
    async fn device(&self, pool: &PoolId, sub: &Sub, key: &str) -> Result<Option<Device>> {
        self.one("devices", sql::DEVICE, params![pool, sub, key], |cells| {
            rows::device(cells, pool, sub, &self.sealer)
        })
        .await
    }

    async fn devices(&self, pool: &PoolId, sub: &Sub, page: Page) -> Result<Paged<Device>> {
        let (row, start) = (params![pool, sub], params![i64::MAX, ""]);
        self.page("devices", sql::DEVICES, row, start, &page, |cells| {
            rows::device(cells, pool, sub, &self.sealer)
        })
        .await
    }
}
