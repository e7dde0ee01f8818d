//! Codes, browser sessions, counters, token families.

use async_trait::async_trait;
use cabana_domain::code::{AuthorizationCode, BrowserSession, Code, CodePurpose, Counter};
use cabana_domain::tokens::TokenFamily;
use cabana_domain::{PoolId, Sub};
use cabana_store::{ReadCodes, ReadTokens, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::{codes as sql, tokens};
use crate::store::SqlStore;
use crate::value::params;

#[async_trait]
impl<E: Engine> ReadCodes for SqlStore<E> {
    async fn code(&self, pool: &PoolId, sub: &Sub, purpose: CodePurpose) -> Result<Option<Code>> {
        let row = params![pool, sub, purpose.as_str()];
        self.one("codes", sql::CODE, row, |cells| {
            rows::code(cells, pool, sub, purpose)
        })
        .await
    }

    async fn authorization_code(&self, hash: &[u8; 32]) -> Result<Option<AuthorizationCode>> {
        let (table, row) = ("authorization_codes", params![hash]);
        self.one(
            table,
            sql::AUTHORIZATION_CODE,
            row,
            rows::authorization_code,
        )
        .await
    }

    async fn browser_session(&self, hash: &[u8; 32]) -> Result<Option<BrowserSession>> {
        let (table, row) = ("browser_sessions", params![hash]);
        self.one(table, sql::BROWSER_SESSION, row, rows::browser_session)
            .await
    }

    async fn counter(&self, key: &[u8; 32]) -> Result<Option<Counter>> {
        self.one("counters", sql::COUNTER, params![key], rows::counter)
            .await
    }

    async fn is_spent(&self, key: &[u8; 32]) -> Result<bool> {
        let mark = self.one("spent", sql::SPENT, params![key], |_| Ok(()));
        Ok(mark.await?.is_some())
    }
}

#[async_trait]
impl<E: Engine> ReadTokens for SqlStore<E> {
    async fn family(&self, id: &str) -> Result<Option<TokenFamily>> {
        self.one("families", tokens::FAMILY, params![id], rows::family)
            .await
    }
}
