//! The store around a store.

use std::hash::Hash;
use std::sync::Arc;

use async_trait::async_trait;
use cabana_domain::activity::DailyCount;
use cabana_domain::audit::AuditEntry;
use cabana_domain::client::Client;
use cabana_domain::code::{AuthorizationCode, BrowserSession, Code, CodePurpose, Counter};
use cabana_domain::delivery::Delivery;
use cabana_domain::device::Device;
use cabana_domain::domain_name::Domain;
use cabana_domain::draft::Draft;
use cabana_domain::event::Event;
use cabana_domain::filter::UserFilter;
use cabana_domain::group::Group;
use cabana_domain::keys::{AccessKey, SamlKey, SigningKey};
use cabana_domain::message::{DeliveryState, Message};
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::provider::{IdentityKey, IdentityProvider, ProviderSummary};
use cabana_domain::resource_server::ResourceServer;
use cabana_domain::user::{User, UserSummary};
use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::DeliveryMediumType;
use cabana_store::{
    BetweenSteps, Change, Counted, Page, Paged, ReadAccessKeys, ReadAudit, ReadClients, ReadCodes,
    ReadCounts, ReadDeliveries, ReadDevices, ReadDomains, ReadDrafts, ReadEvents, ReadGroups,
    ReadIdentityProviders, ReadMessages, ReadPasskeys, ReadPools, ReadResourceServers, ReadUsers,
    Result, Store, StoreError, Sweep,
};
use quick_cache::sync::Cache;

use super::{Caches, touched};

/// Answers from memory if it can, and asks the inner store for the rest.
pub struct Cached<S> {
    pub(super) inner: Arc<S>,
    caches: Arc<Caches>,
}

impl<S: Store> Cached<S> {
    pub fn new(inner: S, caches: Arc<Caches>) -> Self {
        Self {
            inner: Arc::new(inner),
            caches,
        }
    }

    async fn through<K, V>(
        &self,
        cache: &Cache<K, Arc<V>>,
        key: &K,
        read: impl Future<Output = Result<Option<Arc<V>>>>,
    ) -> Result<Option<Arc<V>>>
    where
        K: Hash + Eq + Clone,
    {
        if let Some(kept) = cache.get(key) {
            return Ok(Some(kept));
        }
        let generation = self.caches.generation();
        let found = read.await?;
        if let Some(value) = &found {
            self.caches
                .fill(cache, generation, key.clone(), value.clone());
        }
        Ok(found)
    }
}

#[async_trait]
impl<S: Store + 'static> Store for Cached<S> {
    /// Values are invalidated whether the list succeeded or not: its answer may be lost, and a caller that was refused
    /// reads again. It runs to its end even if the caller goes away.
    async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let touched = touched(&changes);
        if touched.is_empty() {
            return self.inner.apply(changes).await;
        }
        let writing = self.caches.write(touched);
        let inner = self.inner.clone();
        let list = tokio::spawn(async move {
            let outcome = inner.apply(changes).await;
            drop(writing);
            outcome
        });
        list.await
            .map_err(|error| StoreError::Unavailable(error.into()))?
    }

    async fn ready(&self) -> Result<()> {
        self.inner.ready().await
    }

    async fn sweep(&self, sweep: Sweep) -> Result<u64> {
        self.inner.sweep(sweep).await
    }
}

#[async_trait]
impl<S: Store> ReadPools for Cached<S> {
    async fn pool(&self, id: &PoolId) -> Result<Option<Arc<Pool>>> {
        self.through(&self.caches.pools, id, self.inner.pool(id))
            .await
    }

    async fn pools(&self, page: Page) -> Result<Paged<Pool>> {
        self.inner.pools(page).await
    }

    async fn signing_keys(&self, pool: &PoolId) -> Result<Arc<Vec<SigningKey>>> {
        // A pool without keys is not complete yet; that is not kept.
        let read = async {
            let keys = self.inner.signing_keys(pool).await?;
            Ok((!keys.is_empty()).then_some(keys))
        };
        let keys = self.through(&self.caches.signing_keys, pool, read).await?;
        Ok(keys.unwrap_or_default())
    }

    async fn count_users(&self, pool: &PoolId) -> Result<u64> {
        self.inner.count_users(pool).await
    }

    async fn activity(&self, pool: &PoolId, since_day: i64) -> Result<Vec<DailyCount>> {
        self.inner.activity(pool, since_day).await
    }
}

#[async_trait]
impl<S: Store> ReadClients for Cached<S> {
    async fn client(&self, id: &ClientId) -> Result<Option<Arc<Client>>> {
        self.through(&self.caches.clients, id, self.inner.client(id))
            .await
    }

    async fn clients(&self, pool: &PoolId, page: Page) -> Result<Paged<Client>> {
        self.inner.clients(pool, page).await
    }
}

#[async_trait]
impl<S: Store> ReadDomains for Cached<S> {
    async fn domain(&self, name: &str) -> Result<Option<Arc<Domain>>> {
        let key = name.to_owned();
        self.through(&self.caches.domains, &key, self.inner.domain(name))
            .await
    }

    async fn domains_of(&self, pool: &PoolId) -> Result<Vec<Domain>> {
        let read = async { Ok(Some(Arc::new(self.inner.domains_of(pool).await?))) };
        let kept = self.through(&self.caches.domains_of, pool, read).await?;
        Ok(kept.map(Arc::unwrap_or_clone).unwrap_or_default())
    }
}

#[async_trait]
impl<S: Store> ReadResourceServers for Cached<S> {
    async fn resource_server(
        &self,
        pool: &PoolId,
        identifier: &str,
    ) -> Result<Option<ResourceServer>> {
        self.inner.resource_server(pool, identifier).await
    }

    async fn resource_servers(&self, pool: &PoolId, page: Page) -> Result<Paged<ResourceServer>> {
        self.inner.resource_servers(pool, page).await
    }
}

#[async_trait]
impl<S: Store> ReadIdentityProviders for Cached<S> {
    async fn identity_provider(
        &self,
        pool: &PoolId,
        name: &str,
    ) -> Result<Option<Arc<IdentityProvider>>> {
        let key = (pool.clone(), name.to_owned());
        let read = self.inner.identity_provider(pool, name);
        self.through(&self.caches.identity_providers, &key, read)
            .await
    }

    async fn identity_provider_by_identifier(
        &self,
        pool: &PoolId,
        identifier: &str,
    ) -> Result<Option<IdentityProvider>> {
        self.inner
            .identity_provider_by_identifier(pool, identifier)
            .await
    }

    async fn identity_providers(
        &self,
        pool: &PoolId,
        page: Page,
    ) -> Result<Paged<ProviderSummary>> {
        self.inner.identity_providers(pool, page).await
    }

    async fn saml_key(&self, pool: &PoolId) -> Result<Option<SamlKey>> {
        self.inner.saml_key(pool).await
    }

    async fn user_by_identity(&self, pool: &PoolId, key: &IdentityKey) -> Result<Option<User>> {
        self.inner.user_by_identity(pool, key).await
    }
}

#[async_trait]
impl<S: Store> ReadUsers for Cached<S> {
    async fn user(&self, pool: &PoolId, sub: &Sub) -> Result<Option<User>> {
        self.inner.user(pool, sub).await
    }

    async fn user_by_name(&self, pool: &PoolId, key: &str) -> Result<Option<User>> {
        self.inner.user_by_name(pool, key).await
    }

    async fn user_with_passkeys(
        &self,
        pool: &PoolId,
        key: &str,
    ) -> Result<Option<(User, Vec<Passkey>)>> {
        self.inner.user_with_passkeys(pool, key).await
    }

    async fn between_steps(
        &self,
        pool: &PoolId,
        sub: &Sub,
        marker: &[u8; 32],
        with_passkeys: bool,
    ) -> Result<BetweenSteps> {
        let inner = &self.inner;
        inner.between_steps(pool, sub, marker, with_passkeys).await
    }

    async fn summary_by_name(&self, pool: &PoolId, key: &str) -> Result<Option<UserSummary>> {
        self.inner.summary_by_name(pool, key).await
    }

    async fn users(
        &self,
        pool: &PoolId,
        filter: Option<&UserFilter>,
        page: Page,
    ) -> Result<Paged<UserSummary>> {
        self.inner.users(pool, filter, page).await
    }
}

#[async_trait]
impl<S: Store> ReadPasskeys for Cached<S> {
    async fn passkeys(&self, pool: &PoolId, sub: &Sub) -> Result<Vec<Passkey>> {
        self.inner.passkeys(pool, sub).await
    }
}

#[async_trait]
impl<S: Store> ReadDevices for Cached<S> {
    async fn device(&self, pool: &PoolId, sub: &Sub, key: &str) -> Result<Option<Device>> {
        self.inner.device(pool, sub, key).await
    }

    async fn devices(&self, pool: &PoolId, sub: &Sub, page: Page) -> Result<Paged<Device>> {
        self.inner.devices(pool, sub, page).await
    }
}

#[async_trait]
impl<S: Store> ReadGroups for Cached<S> {
    async fn group(&self, pool: &PoolId, name: &str) -> Result<Option<Group>> {
        self.inner.group(pool, name).await
    }

    async fn groups(&self, pool: &PoolId, page: Page) -> Result<Paged<Group>> {
        self.inner.groups(pool, page).await
    }

    async fn groups_of(&self, pool: &PoolId, sub: &Sub) -> Result<Vec<Group>> {
        self.inner.groups_of(pool, sub).await
    }

    async fn members(&self, pool: &PoolId, group: &str, page: Page) -> Result<Paged<UserSummary>> {
        self.inner.members(pool, group, page).await
    }
}

#[async_trait]
impl<S: Store> ReadCodes for Cached<S> {
    async fn code(&self, pool: &PoolId, sub: &Sub, purpose: CodePurpose) -> Result<Option<Code>> {
        self.inner.code(pool, sub, purpose).await
    }

    async fn authorization_code(&self, hash: &[u8; 32]) -> Result<Option<AuthorizationCode>> {
        self.inner.authorization_code(hash).await
    }

    async fn browser_session(&self, hash: &[u8; 32]) -> Result<Option<BrowserSession>> {
        self.inner.browser_session(hash).await
    }

    async fn counter(&self, key: &[u8; 32]) -> Result<Option<Counter>> {
        self.inner.counter(key).await
    }

    async fn is_spent(&self, key: &[u8; 32]) -> Result<bool> {
        self.inner.is_spent(key).await
    }
}

#[async_trait]
impl<S: Store> ReadDeliveries for Cached<S> {
    async fn delivery(&self, id: &str) -> Result<Option<Delivery>> {
        self.inner.delivery(id).await
    }

    async fn due_deliveries(&self, now: Time, limit: u32) -> Result<Vec<Delivery>> {
        self.inner.due_deliveries(now, limit).await
    }
}

#[async_trait]
impl<S: Store> ReadDrafts for Cached<S> {
    async fn draft(&self, hash: &[u8; 32]) -> Result<Option<Draft>> {
        self.inner.draft(hash).await
    }
}

#[async_trait]
impl<S: Store> ReadCounts for Cached<S> {
    async fn count(&self, what: Counted<'_>, most: u32) -> Result<u32> {
        self.inner.count(what, most).await
    }
}

#[async_trait]
impl<S: Store> ReadMessages for Cached<S> {
    async fn message(&self, id: &str) -> Result<Option<Message>> {
        self.inner.message(id).await
    }

    async fn messages(&self, state: Option<DeliveryState>, page: Page) -> Result<Paged<Message>> {
        self.inner.messages(state, page).await
    }

    async fn due_messages(
        &self,
        medium: DeliveryMediumType,
        now: Time,
        limit: u32,
    ) -> Result<Vec<Message>> {
        self.inner.due_messages(medium, now, limit).await
    }
}

#[async_trait]
impl<S: Store> ReadAccessKeys for Cached<S> {
    async fn access_key(&self, id: &str) -> Result<Option<AccessKey>> {
        let key = id.to_owned();
        let read = async { Ok(self.inner.access_key(id).await?.map(Arc::new)) };
        let kept = self.through(&self.caches.access_keys, &key, read).await?;
        Ok(kept.map(|kept| AccessKey::clone(&kept)))
    }

    async fn access_keys(&self) -> Result<Vec<AccessKey>> {
        self.inner.access_keys().await
    }
}

#[async_trait]
impl<S: Store> ReadAudit for Cached<S> {
    async fn audit_entries(&self, pool: Option<&PoolId>, page: Page) -> Result<Paged<AuditEntry>> {
        self.inner.audit_entries(pool, page).await
    }
}

#[async_trait]
impl<S: Store> ReadEvents for Cached<S> {
    async fn events(&self, pool: &PoolId, user: Option<&Sub>, page: Page) -> Result<Paged<Event>> {
        self.inner.events(pool, user, page).await
    }
}
