//! Groups and their members.

use async_trait::async_trait;
use cabana_domain::group::Group;
use cabana_domain::user::UserSummary;
use cabana_domain::{PoolId, Sub};
use cabana_store::{Page, Paged, ReadGroups, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::groups as sql;
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadGroups for SqlStore<E> {
    async fn group(&self, pool: &PoolId, name: &str) -> Result<Option<Group>> {
        self.one("user_groups", sql::GROUP, params![pool, name], |cells| {
            rows::group(cells, pool)
        })
        .await
    }

    async fn groups(&self, pool: &PoolId, page: Page) -> Result<Paged<Group>> {
        let (row, start) = (params![pool], params![""]);
        self.page("user_groups", sql::GROUPS, row, start, &page, |cells| {
            rows::group(cells, pool)
        })
        .await
    }

    async fn groups_of(&self, pool: &PoolId, sub: &Sub) -> Result<Vec<Group>> {
        self.many("user_groups", sql::GROUPS_OF, params![pool, sub], |cells| {
            rows::group(cells, pool)
        })
        .await
    }

    async fn members(&self, pool: &PoolId, group: &str, page: Page) -> Result<Paged<UserSummary>> {
        let (row, start) = (params![pool, group], params![i64::MIN, i64::MIN]);
        self.page("users", sql::MEMBERS, row, start, &page, rows::user_summary)
            .await
    }
}
