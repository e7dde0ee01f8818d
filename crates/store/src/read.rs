//! The reads. Each is one small query at most.

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
use cabana_domain::session::Session;
use cabana_domain::tokens::TokenFamily;
use cabana_domain::user::{User, UserSummary};
use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::DeliveryMediumType;

use crate::error::Result;
use crate::page::{Page, Paged};

/// Pools and their signing keys.
#[async_trait]
pub trait ReadPools {
    async fn pool(&self, id: &PoolId) -> Result<Option<Arc<Pool>>>;
    /// By creation time, then ID; all but the operators' pool
    /// ([`OPERATORS_POOL`](cabana_domain::pool::OPERATORS_POOL)).
    async fn pools(&self, page: Page) -> Result<Paged<Pool>>;
    /// Newest first within each use.
    async fn signing_keys(&self, pool: &PoolId) -> Result<Arc<Vec<SigningKey>>>;
    async fn count_users(&self, pool: &PoolId) -> Result<u64>;
    /// Counts from a day on (days since 1970-01-01, UTC), by day; days without activity are left out.
    async fn activity(&self, pool: &PoolId, since_day: i64) -> Result<Vec<DailyCount>>;
}

/// App clients.
#[async_trait]
pub trait ReadClients {
    async fn client(&self, id: &ClientId) -> Result<Option<Arc<Client>>>;
    /// By creation time, then id.
    async fn clients(&self, pool: &PoolId, page: Page) -> Result<Paged<Client>>;
}

/// Domains of the hosted pages.
#[async_trait]
pub trait ReadDomains {
    async fn domain(&self, name: &str) -> Result<Option<Arc<Domain>>>;
    /// At most one prefix and one custom domain.
    async fn domains_of(&self, pool: &PoolId) -> Result<Vec<Domain>>;
}

/// Resource servers.
#[async_trait]
pub trait ReadResourceServers {
    async fn resource_server(
        &self,
        pool: &PoolId,
        identifier: &str,
    ) -> Result<Option<ResourceServer>>;
    /// By identifier.
    async fn resource_servers(&self, pool: &PoolId, page: Page) -> Result<Paged<ResourceServer>>;
}

/// Identity providers, and whom their people are.
#[async_trait]
pub trait ReadIdentityProviders {
    async fn identity_provider(
        &self,
        pool: &PoolId,
        name: &str,
    ) -> Result<Option<Arc<IdentityProvider>>>;
    /// The provider that has this identifier.
    async fn identity_provider_by_identifier(
        &self,
        pool: &PoolId,
        identifier: &str,
    ) -> Result<Option<IdentityProvider>>;
    /// By name.
    async fn identity_providers(&self, pool: &PoolId, page: Page)
    -> Result<Paged<ProviderSummary>>;
    /// What a pool signs its requests to SAML providers with.
    async fn saml_key(&self, pool: &PoolId) -> Result<Option<SamlKey>>;
    /// The user to whom a provider's name for a person leads.
    async fn user_by_identity(&self, pool: &PoolId, key: &IdentityKey) -> Result<Option<User>>;
}

/// What the next step of a sign-in reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BetweenSteps {
    /// Whether the step was taken before ([`ReadCodes::is_spent`]).
    pub is_spent: bool,
    pub user: Option<User>,
    /// As [`ReadPasskeys::passkeys`]; empty unless wanted.
    pub passkeys: Vec<Passkey>,
}

/// Users.
#[async_trait]
pub trait ReadUsers {
    async fn user(&self, pool: &PoolId, sub: &Sub) -> Result<Option<User>>;
    /// By user name or any alias, already folded with `Pool::login_key`.
    async fn user_by_name(&self, pool: &PoolId, key: &str) -> Result<Option<User>>;
    /// The same with their passkeys ([`ReadPasskeys::passkeys`]).
    async fn user_with_passkeys(
        &self,
        pool: &PoolId,
        key: &str,
    ) -> Result<Option<(User, Vec<Passkey>)>>;
    /// A user between two steps of a sign-in, their passkeys if wanted, and whether the single-use marker of the step
    /// exists.
    async fn between_steps(
        &self,
        pool: &PoolId,
        sub: &Sub,
        marker: &[u8; 32],
        with_passkeys: bool,
    ) -> Result<BetweenSteps>;
    /// The same without secrets, which is cheaper.
    async fn summary_by_name(&self, pool: &PoolId, key: &str) -> Result<Option<UserSummary>>;
    /// In a stable order that suits the filter.
    async fn users(
        &self,
        pool: &PoolId,
        filter: Option<&UserFilter>,
        page: Page,
    ) -> Result<Paged<UserSummary>>;
}

/// Passkeys.
#[async_trait]
pub trait ReadPasskeys {
    /// All of a user, by the time they were registered, then by ID.
    async fn passkeys(&self, pool: &PoolId, sub: &Sub) -> Result<Vec<Passkey>>;
}

/// Devices of users.
#[async_trait]
pub trait ReadDevices {
    /// Also one that has expired, until the sweep.
    async fn device(&self, pool: &PoolId, sub: &Sub, key: &str) -> Result<Option<Device>>;
    /// Newest first.
    async fn devices(&self, pool: &PoolId, sub: &Sub, page: Page) -> Result<Paged<Device>>;
}

/// Groups and their members.
#[async_trait]
pub trait ReadGroups {
    async fn group(&self, pool: &PoolId, name: &str) -> Result<Option<Group>>;
    /// By name.
    async fn groups(&self, pool: &PoolId, page: Page) -> Result<Paged<Group>>;
    /// By precedence (none last), then name.
    async fn groups_of(&self, pool: &PoolId, sub: &Sub) -> Result<Vec<Group>>;
    /// By the time they were added, then in a stable order.
    async fn members(&self, pool: &PoolId, group: &str, page: Page) -> Result<Paged<UserSummary>>;
}

/// Codes, browser sessions, counters.
#[async_trait]
pub trait ReadCodes {
    async fn code(&self, pool: &PoolId, sub: &Sub, purpose: CodePurpose) -> Result<Option<Code>>;
    async fn authorization_code(&self, hash: &[u8; 32]) -> Result<Option<AuthorizationCode>>;
    async fn browser_session(&self, hash: &[u8; 32]) -> Result<Option<BrowserSession>>;
    async fn counter(&self, key: &[u8; 32]) -> Result<Option<Counter>>;
    /// Whether a single-use marker exists ([`Change::Spend`](crate::Change)).
    async fn is_spent(&self, key: &[u8; 32]) -> Result<bool>;
}

/// Drafts.
#[async_trait]
pub trait ReadDrafts {
    /// Also one that has expired, until the sweep.
    async fn draft(&self, hash: &[u8; 32]) -> Result<Option<Draft>>;
}

/// Token families.
#[async_trait]
pub trait ReadTokens {
    /// By `origin_jti`.
    async fn family(&self, id: &str) -> Result<Option<TokenFamily>>;
}

/// Tracked sessions.
#[async_trait]
pub trait ReadSessions {
    /// Those of a user that began at `since` at the earliest and have not expired at `now`, newest first.
    async fn sessions(
        &self,
        pool: &PoolId,
        sub: &Sub,
        since: Time,
        now: Time,
        page: Page,
    ) -> Result<Paged<Session>>;
}

/// Things limited by a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted<'a> {
    Pools,
    ClientsOf(&'a PoolId),
    ResourceServersOf(&'a PoolId),
    GroupsOf(&'a PoolId),
    IdentityProvidersOf(&'a PoolId),
}

/// Counts for quotas.
#[async_trait]
pub trait ReadCounts {
    /// The number of them, but no more than `most`. Costs at most that many steps along an index.
    async fn count(&self, what: Counted<'_>, most: u32) -> Result<u32>;
}

/// The outbox and the inbox.
#[async_trait]
pub trait ReadMessages {
    async fn message(&self, id: &str) -> Result<Option<Message>>;
    /// Newest first; all states if `None`.
    async fn messages(&self, state: Option<DeliveryState>, page: Page) -> Result<Paged<Message>>;
    /// Queued messages of this medium that are due, oldest first.
    async fn due_messages(
        &self,
        medium: DeliveryMediumType,
        now: Time,
        limit: u32,
    ) -> Result<Vec<Message>>;
}

/// Messages that functions send.
#[async_trait]
pub trait ReadDeliveries {
    async fn delivery(&self, id: &str) -> Result<Option<Delivery>>;
    /// Queued ones that are due, oldest first.
    async fn due_deliveries(&self, now: Time, limit: u32) -> Result<Vec<Delivery>>;
}

/// The API's access keys.
#[async_trait]
pub trait ReadAccessKeys {
    async fn access_key(&self, id: &str) -> Result<Option<AccessKey>>;
    async fn access_keys(&self) -> Result<Vec<AccessKey>>;
}

/// Events.
#[async_trait]
pub trait ReadEvents {
    /// Events of a pool, or of one of its users, newest first.
    async fn events(&self, pool: &PoolId, user: Option<&Sub>, page: Page) -> Result<Paged<Event>>;
}

/// The audit log.
#[async_trait]
pub trait ReadAudit {
    /// Newest first; if `None`, entries of all pools and those of no pool.
    async fn audit_entries(&self, pool: Option<&PoolId>, page: Page) -> Result<Paged<AuditEntry>>;
}
