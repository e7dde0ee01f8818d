//! A cache of decoded values that are read all the time and seldom written: pools, clients, domains, identity
//! providers, signing keys, access keys.
//!
//! [`Cached`] is a store around a store, so no other code knows of caches. For its own writes, a node invalidates the
//! values before the write starts and again before the caller is told that it is done, and fills nothing in between: a
//! reader that has seen the new value in the database never sees the old one here. Other nodes announce their writes. A
//! value that was read before an invalidation is not kept: each invalidation starts a new generation, and only reads of
//! the present one fill the cache.

mod store;
mod tokens;
mod touch;

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cabana_domain::client::Client;
use cabana_domain::domain_name::Domain;
use cabana_domain::keys::{AccessKey, SigningKey};
use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_domain::{ClientId, PoolId};
use quick_cache::sync::Cache;

pub use store::Cached;
pub use touch::{Touch, touched};

/// Most pools kept, and most sets of keys.
const POOLS: usize = 1_024;
const CLIENTS: usize = 4_096;
const DOMAINS: usize = 1_024;
/// Each may hold a SAML metadata document.
const IDENTITY_PROVIDERS: usize = 256;
const ACCESS_KEYS: usize = 1_024;

/// The cached values.
pub struct Caches {
    state: Mutex<State>,
    pools: Cache<PoolId, Arc<Pool>>,
    signing_keys: Cache<PoolId, Arc<Vec<SigningKey>>>,
    clients: Cache<ClientId, Arc<Client>>,
    domains: Cache<String, Arc<Domain>>,
    identity_providers: Cache<(PoolId, String), Arc<IdentityProvider>>,
    domains_of: Cache<PoolId, Arc<Vec<Domain>>>,
    access_keys: Cache<String, Arc<AccessKey>>,
}

/// Guards fills against invalidations.
struct State {
    generation: u64,
    /// This node's lists in progress that touch something cached.
    writing: usize,
    /// Whether this node is told of other nodes' writes; if not, nothing is kept.
    open: bool,
}

impl Caches {
    /// For an engine that no other process writes to.
    pub fn open() -> Self {
        let caches = Self::suspended();
        caches.resume();
        caches
    }

    /// Keeps nothing until [`Caches::resume`].
    pub fn suspended() -> Self {
        Self {
            state: Mutex::new(State {
                generation: 0,
                writing: 0,
                open: false,
            }),
            pools: Cache::new(POOLS),
            signing_keys: Cache::new(POOLS),
            clients: Cache::new(CLIENTS),
            domains: Cache::new(DOMAINS),
            identity_providers: Cache::new(IDENTITY_PROVIDERS),
            domains_of: Cache::new(POOLS),
            access_keys: Cache::new(ACCESS_KEYS),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The generation of a read that starts now; `None` while nothing is kept.
    fn generation(&self) -> Option<u64> {
        let state = self.state();
        state.open.then_some(state.generation)
    }

    /// Keeps a value, unless something was invalidated since its read began.
    fn fill<K: Hash + Eq, V: Clone>(
        &self,
        cache: &Cache<K, V>,
        generation: Option<u64>,
        key: K,
        value: V,
    ) {
        let state = self.state();
        if state.open && state.writing == 0 && generation == Some(state.generation) {
            cache.insert(key, value);
        }
    }

    /// Invalidates values that are about to change. Nothing is kept until the returned guard is dropped, which
    /// invalidates them again.
    fn write(self: &Arc<Self>, touched: Vec<Touch>) -> Writing {
        self.state().writing += 1;
        for touch in &touched {
            self.forget(touch);
        }
        Writing {
            caches: self.clone(),
            touched,
        }
    }

    /// Invalidates values that have changed.
    pub fn forget(&self, touch: &Touch) {
        let mut state = self.state();
        state.generation += 1;
        match touch {
            Touch::Pool(id) => {
                self.pools.remove(id);
                self.signing_keys.remove(id);
            }
            Touch::Client(id) => drop(self.clients.remove(id)),
            Touch::Domain(name) => {
                self.domains.remove(name);
                // Whose it was, nodes do not tell each other.
                self.domains_of.clear();
            }
            Touch::IdentityProvider(pool, name) => {
                self.identity_providers
                    .remove(&(pool.clone(), name.clone()));
            }
            Touch::AccessKey(id) => drop(self.access_keys.remove(id)),
            Touch::Everything => self.clear(),
        }
    }

    /// Drops everything and keeps nothing from now on.
    pub fn suspend(&self) {
        let mut state = self.state();
        state.generation += 1;
        state.open = false;
        self.clear();
    }

    /// Starts keeping values again.
    pub fn resume(&self) {
        let mut state = self.state();
        state.generation += 1;
        state.open = true;
    }

    fn clear(&self) {
        self.pools.clear();
        self.signing_keys.clear();
        self.clients.clear();
        self.domains.clear();
        self.identity_providers.clear();
        self.domains_of.clear();
        self.access_keys.clear();
    }
}

/// A write of this node in progress.
struct Writing {
    caches: Arc<Caches>,
    touched: Vec<Touch>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        for touch in &self.touched {
            self.caches.forget(touch);
        }
        self.caches.state().writing -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills in a domain as a read of `generation` does; returns whether it was kept.
    fn keeps(caches: &Caches, generation: Option<u64>) -> bool {
        let domain = Domain {
            name: "login".to_owned(),
            pool: PoolId::new("us-east-1_a"),
            version: 1,
            managed_login_version: 1,
            custom: None,
            created: cabana_domain::Time::default(),
        };
        let key = domain.name.clone();
        caches.fill(&caches.domains, generation, key.clone(), Arc::new(domain));
        caches.domains.get(&key).is_some()
    }

    #[test]
    fn what_was_read_before_something_changed_is_not_kept() {
        let caches = Caches::open();
        let early = caches.generation();
        caches.forget(&Touch::Domain("login".to_owned()));
        assert!(!keeps(&caches, early));
        assert!(keeps(&caches, caches.generation()));
        caches.forget(&Touch::Domain("other".to_owned()));
        assert!(caches.domains.get("login").is_some());
        caches.forget(&Touch::Everything);
        assert!(caches.domains.get("login").is_none());
    }

    #[test]
    fn what_is_read_while_it_is_written_is_not_kept() {
        let caches = Arc::new(Caches::open());
        assert!(keeps(&caches, caches.generation()));
        let writing = caches.write(vec![Touch::Domain("login".to_owned())]);
        assert!(caches.domains.get("login").is_none(), "forgotten at once");
        let during = caches.generation();
        assert!(!keeps(&caches, during));
        drop(writing);
        assert!(!keeps(&caches, during));
        assert!(keeps(&caches, caches.generation()));
    }

    #[test]
    fn a_node_that_cannot_hear_keeps_nothing() {
        let caches = Caches::suspended();
        assert!(!keeps(&caches, caches.generation()));
        let deaf = caches.generation();
        caches.resume();
        assert!(!keeps(&caches, deaf), "read while it could not hear");
        let hearing = caches.generation();
        assert!(keeps(&caches, hearing));
        caches.suspend();
        assert!(caches.domains.get("login").is_none());
        caches.resume();
        assert!(!keeps(&caches, hearing), "read before it could not hear");
    }
}
