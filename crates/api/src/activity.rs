//! Activity per pool: counted in memory as changes succeed, and written every few seconds by the server, so that no
//! request waits for statistics. A crash loses the counts that were not written yet.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cabana_domain::activity::{ActivityKind, day};
use cabana_domain::event::EventKind;
use cabana_domain::{PoolId, Time};
use cabana_store::{Change, StoreError};

use crate::Api;

/// Counts written in one list: few enough not to hold up other writes.
const AT_ONCE: usize = 256;

type Counts = BTreeMap<(PoolId, i64, ActivityKind), u32>;

/// Counts that are not written yet.
#[derive(Debug, Default)]
pub struct Activity(Mutex<Counts>);

impl Activity {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts activities at a moment.
    pub(crate) fn add(&self, at: Time, happened: Vec<(PoolId, ActivityKind)>) {
        if happened.is_empty() {
            return;
        }
        let mut counts = self.counts();
        for (pool, kind) in happened {
            let count = counts.entry((pool, day(at), kind)).or_default();
            *count = count.saturating_add(1);
        }
    }

    fn take(&self) -> Counts {
        std::mem::take(&mut *self.counts())
    }

    fn put_back(&self, taken: Counts) {
        let mut counts = self.counts();
        for (key, by) in taken {
            let count = counts.entry(key).or_default();
            *count = count.saturating_add(by);
        }
    }
}

/// The activities that a successful list of changes counts as: a new account, a sign-in.
pub(crate) fn happened(changes: &[Change]) -> Vec<(PoolId, ActivityKind)> {
    let counted = changes.iter().filter_map(|change| match change {
        Change::Emit(event) if event.refused.is_none() => {
            let kind = match event.kind {
                EventKind::SignUp | EventKind::AdminCreate => ActivityKind::SignUp,
                EventKind::SignIn => ActivityKind::SignIn,
                _ => return None,
            };
            Some((event.pool.clone(), kind))
        }
        _ => None,
    });
    counted.collect()
}

impl Api {
    /// Writes the counts since the last call.
    ///
    /// # Errors
    /// A failure of the store; counts that were not written are kept for the next call.
    pub async fn flush_activity(&self) -> Result<(), StoreError> {
        let mut rest = self.activity.take();
        while !rest.is_empty() {
            // In an order shared by all nodes, so that no two wait for each other.
            let changes = rest.iter().take(AT_ONCE).map(|((pool, day, kind), by)| {
                let (pool, day, kind, by) = (pool.clone(), *day, *kind, *by);
                Change::AddActivity {
                    pool,
                    day,
                    kind,
                    by,
                }
            });
            if let Err(error) = self.store.apply(changes.collect()).await {
                self.activity.put_back(rest);
                return Err(error);
            }
            let next = rest.keys().nth(AT_ONCE).cloned();
            rest = next.map(|key| rest.split_off(&key)).unwrap_or_default();
        }
        Ok(())
    }
}
