//! Users.

use async_trait::async_trait;
use cabana_domain::filter::UserFilter;
use cabana_domain::passkey::Passkey;
use cabana_domain::user::{User, UserSummary};
use cabana_domain::{PoolId, Sub};
use cabana_store::{BetweenSteps, Page, Paged, ReadUsers, Result, Sealer};

use crate::engine::Engine;
use crate::rows;
use crate::search::{Search, name_key};
use crate::sql::users as sql;
use crate::store::SqlStore;
use crate::value::{Cells, params};

/// A user and their passkeys, from rows that repeat the user.
#[derive(Default)]
struct WithPasskeys {
    user: Option<User>,
    passkeys: Vec<Passkey>,
}

impl WithPasskeys {
    fn read(&mut self, cells: &mut Cells, pool: &PoolId, sealer: &Sealer) -> Result<()> {
        if self.user.is_some() || cells.is_null() {
            cells.skip(sql::COLUMNS)?;
        } else {
            self.user = Some(rows::user(cells, pool, sealer)?);
        }
        cells.go_on_in("passkeys");
        if let Some(user) = self.user.as_ref().filter(|_| !cells.is_null()) {
            let passkey = rows::passkey(cells, pool, &user.sub, sealer)?;
            self.passkeys.push(passkey);
        }
        Ok(())
    }

    fn in_order(&mut self) -> Vec<Passkey> {
        let mut passkeys = std::mem::take(&mut self.passkeys);
        passkeys.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        passkeys
    }
}

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

    async fn user_with_passkeys(
        &self,
        pool: &PoolId,
        key: &str,
    ) -> Result<Option<(User, Vec<Passkey>)>> {
        let row = params![pool, &name_key(&self.sealer, key)];
        let mut found = WithPasskeys::default();
        self.many("users", sql::USER_WITH_PASSKEYS, row, |cells| {
            found.read(cells, pool, &self.sealer)
        })
        .await?;
        let passkeys = found.in_order();
        Ok(found.user.map(|user| (user, passkeys)))
    }

    async fn between_steps(
        &self,
        pool: &PoolId,
        sub: &Sub,
        marker: &[u8; 32],
        with_passkeys: bool,
    ) -> Result<BetweenSteps> {
        let row = params![pool, sub, marker, with_passkeys];
        let mut found = WithPasskeys::default();
        let mut is_spent = false;
        self.many("spent", sql::BETWEEN_STEPS, row, |cells| {
            is_spent = cells.opt_hash()?.is_some();
            cells.go_on_in("users");
            found.read(cells, pool, &self.sealer)
        })
        .await?;
        Ok(BetweenSteps {
            is_spent,
            passkeys: found.in_order(),
            user: found.user,
        })
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
