//! Users.

use async_trait::async_trait;
use cabana_domain::filter::UserFilter;
use cabana_domain::user::{User, UserSummary};
use cabana_domain::{PoolId, Sub};
use cabana_store::{Page, Paged, ReadUsers, Result};

use crate::engine::Engine;
use crate::rows;
use crate::search::{Search, name_key};
use crate::sql::users as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadUsers for SqlStore<E> {
    async fn user(&self, pool: &PoolId, sub: &Sub) -> Result<Option<User>> {
        self.one("users", sql::USER, params![pool, sub], |cells| {
            rows::user(cells, pool, &self.sealer)
        })
        .await
    }

    async fn user_by_name(&self, pool: &PoolId, key: &str) -> Result<Option<User>> {
        let row = params![pool, &name_key(&self.sealer, key)];
        self.one("users", sql::USER_BY_NAME, row, |cells| {
            rows::user(cells, pool, &self.sealer)
        })
        .await
    }

    async fn summary_by_name(&self, pool: &PoolId, key: &str) -> Result<Option<UserSummary>> {
        let row = params![pool, &name_key(&self.sealer, key)];
        self.one("users", sql::SUMMARY_BY_NAME, row, rows::user_summary)
            .await
    }

    async fn users(
        &self,
        pool: &PoolId,
        filter: Option<&UserFilter>,
        page: Page,
    ) -> Result<Paged<UserSummary>> {
        let Some((statement, mut between, start)) = Search::new(filter, E::DIALECT).parts() else {
            return Ok(Paged {
                items: Vec::new(),
                next: None,
            });
        };
        let mut row = params![pool];
        row.append(&mut between);
        self.page("users", statement, row, start, &page, rows::user_summary)
            .await
    }
}
