//! Token families and sessions, of which nothing is kept in memory.

use async_trait::async_trait;
use cabana_domain::session::Session;
use cabana_domain::tokens::TokenFamily;
use cabana_domain::{PoolId, Sub, Time};
use cabana_store::{Page, Paged, ReadSessions, ReadTokens, Result, Store};

use super::store::Cached;

#[async_trait]
impl<S: Store> ReadTokens for Cached<S> {
    async fn family(&self, id: &str) -> Result<Option<TokenFamily>> {
        self.inner.family(id).await
    }
}

#[async_trait]
impl<S: Store> ReadSessions for Cached<S> {
    async fn sessions(
        &self,
        pool: &PoolId,
        sub: &Sub,
        since: Time,
        now: Time,
        page: Page,
    ) -> Result<Paged<Session>> {
        self.inner.sessions(pool, sub, since, now, page).await
    }
}
