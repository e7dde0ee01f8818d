//! Passkeys.

use async_trait::async_trait;
use cabana_domain::passkey::Passkey;
use cabana_domain::{PoolId, Sub};
use cabana_store::{ReadPasskeys, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::passkeys as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadPasskeys for SqlStore<E> {
    async fn passkeys(&self, pool: &PoolId, sub: &Sub) -> Result<Vec<Passkey>> {
        self.many("passkeys", sql::PASSKEYS, params![pool, sub], |cells| {
            rows::passkey(cells, pool, sub, &self.sealer)
        })
        .await
    }
}
