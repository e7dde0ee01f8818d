//! Walks over the pools and clients of a store, and looks them up by the id or name that operators type.

use std::sync::Arc;

use cabana_domain::client::Client;
use cabana_domain::factor::Factor;
use cabana_domain::pool::Pool;
use cabana_domain::{ClientId, PoolId};
use cabana_model::{RecoveryOptionNameType, UserPoolMfaType, VerifiedAttributeType};
use cabana_store::{Page, Result, SharedStore};

use crate::problem::{Problem, with_causes};

/// Rows per read.
const PAGE: u32 = 60;

/// A walk over all pools, oldest first, a page at a time: a store may have more than fit into memory.
pub struct Pools<'a> {
    store: &'a SharedStore,
    /// The next page; `None` at the end.
    next: Option<Page>,
}

impl<'a> Pools<'a> {
    /// A walk from the first pool.
    pub fn of(store: &'a SharedStore) -> Self {
        let first = Page {
            limit: PAGE,
            after: None,
        };
        Self {
            store,
            next: Some(first),
        }
    }

    /// The next pools; `None` after the last.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn next(&mut self) -> Result<Option<Vec<Pool>>> {
        let Some(page) = self.next.take() else {
            return Ok(None);
        };
        let page = self.store.pools(page).await?;
        self.next = page.next.map(|after| Page {
            limit: PAGE,
            after: Some(after),
        });
        Ok(Some(page.items))
    }
}

/// Every pool, oldest first.
///
/// # Errors
/// If the store fails.
pub async fn pools(store: &SharedStore) -> Result<Vec<Pool>> {
    let (mut all, mut pages) = (Vec::new(), Pools::of(store));
    while let Some(pools) = pages.next().await? {
        all.extend(pools);
    }
    Ok(all)
}

/// Whether the store has no pool.
///
/// # Errors
/// If the store fails.
pub async fn is_empty(store: &SharedStore) -> Result<bool> {
    let first = Page {
        limit: 1,
        after: None,
    };
    Ok(store.pools(first).await?.items.is_empty())
}

/// Every client of a pool, oldest first.
///
/// # Errors
/// If the store fails.
pub async fn clients(store: &SharedStore, pool: &PoolId) -> Result<Vec<Client>> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.clients(pool, Page { limit: PAGE, after }).await?;
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// The custom domain names of all pools.
///
/// # Errors
/// If the store fails.
pub async fn custom_domains(store: &SharedStore) -> Result<Vec<String>> {
    let (mut names, mut pages) = (Vec::new(), Pools::of(store));
    while let Some(pools) = pages.next().await? {
        for pool in pools {
            let domains = store.domains_of(&pool.id).await?;
            let custom = domains.into_iter().filter(|domain| domain.is_custom());
            names.extend(custom.map(|domain| domain.name));
        }
    }
    Ok(names)
}

/// The name of a pool.
pub fn pool_name(pool: &Pool) -> &str {
    pool.settings.name.as_deref().unwrap_or_default()
}

/// The name of a client.
pub fn client_name(client: &Client) -> &str {
    client.settings.client_name.as_deref().unwrap_or_default()
}

/// The pool with this id or name.
///
/// # Errors
/// If there is none, or several have the name.
pub async fn find_pool(
    store: &SharedStore,
    wanted: &str,
) -> std::result::Result<Arc<Pool>, Problem> {
    if let Some(pool) = store.pool(&PoolId::new(wanted)).await.map_err(unreadable)? {
        return Ok(pool);
    }
    let all = pools(store).await.map_err(unreadable)?;
    only_one(
        "pool",
        wanted,
        all.into_iter().filter(|pool| pool_name(pool) == wanted),
    )
    .map(Arc::new)
}

/// The client with this id or name, in the pool or in all pools.
///
/// # Errors
/// If there is none, or several have the name.
pub async fn find_client(
    store: &SharedStore,
    pool: Option<&PoolId>,
    wanted: &str,
) -> std::result::Result<Arc<Client>, Problem> {
    let in_pool = |client: &Client| pool.is_none_or(|pool| client.pool == *pool);
    let by_id = store
        .client(&ClientId::new(wanted))
        .await
        .map_err(unreadable)?;
    if let Some(client) = by_id.filter(|client| in_pool(client)) {
        return Ok(client);
    }
    let mut named = Vec::new();
    for candidate in pools(store).await.map_err(unreadable)? {
        if pool.is_none_or(|pool| candidate.id == *pool) {
            let all = clients(store, &candidate.id).await.map_err(unreadable)?;
            named.extend(
                all.into_iter()
                    .filter(|client| client_name(client) == wanted),
            );
        }
    }
    only_one("app client", wanted, named.into_iter()).map(Arc::new)
}

fn only_one<T>(
    what: &str,
    wanted: &str,
    mut found: impl Iterator<Item = T>,
) -> std::result::Result<T, Problem> {
    let first = found
        .next()
        .ok_or_else(|| Problem::new(format!("there is no {what} with the name or id {wanted}")))?;
    match found.next() {
        None => Ok(first),
        Some(_) => Err(Problem::new(format!(
            "several {what}s are called {wanted}: use the id"
        ))),
    }
}

/// A store error in an operator's words.
pub fn unreadable(error: cabana_store::StoreError) -> Problem {
    let words = with_causes(&error);
    Problem::new(format!("the database cannot be used: {words}"))
}

/// Whether the pool needs mail: it verifies addresses or recovers accounts by mail.
pub fn needs_mail(pool: &Pool) -> bool {
    let recovers = pool
        .settings
        .account_recovery_setting
        .iter()
        .flat_map(|it| it.recovery_mechanisms.iter().flatten());
    pool.auto_verifies(VerifiedAttributeType::Email)
        || recovers
            .into_iter()
            .any(|it| it.name == RecoveryOptionNameType::VerifiedEmail)
}

/// Whether the pool needs text messages: it verifies phone numbers, or they are a second factor. Recovery by text alone
/// does not count, as it is in every pool's default.
pub fn needs_texts(pool: &Pool) -> bool {
    let is_factor = pool.mfa_configuration() != UserPoolMfaType::Off && pool.offers(Factor::Sms);
    pool.auto_verifies(VerifiedAttributeType::PhoneNumber) || is_factor
}
