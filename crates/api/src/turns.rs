//! Turns within this process: requests that would write the same row at once take turns.
//!
//! This only affects speed. A commit detects a row that another request has written in the meantime, and the step is
//! retried; but of twenty concurrent requests each run lets only one through, and each run signs anew.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

/// Number of stripes. Rows share turns by their hash, so that the table does not grow.
const STRIPES: usize = 256;
/// Maximum wait. A request whose stripe stays busy continues without a turn.
const PATIENCE: Duration = Duration::from_secs(1);

/// Grants turns by key, in the order of requests.
pub struct Turns {
    stripes: Vec<Arc<Mutex<()>>>,
    /// With keys of this process, so that nobody can choose to share another caller's stripe.
    hasher: RandomState,
}

/// A turn, until it is dropped.
pub type Turn = OwnedMutexGuard<()>;

impl Default for Turns {
    fn default() -> Self {
        Self {
            stripes: (0..STRIPES).map(|_| Arc::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

impl Turns {
    /// Waits for the turn of a key, for at most a second.
    pub async fn wait(&self, key: &str) -> Option<Turn> {
        let stripe = self.hasher.hash_one(key).checked_rem(STRIPES as u64)?;
        let turns = self.stripes.get(usize::try_from(stripe).ok()?)?;
        timeout(PATIENCE, turns.clone().lock_owned()).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_key_has_one_turn_at_a_time() {
        let turns = Turns::default();
        let first = turns.wait("family").await;
        assert!(first.is_some());
        let mut second = Box::pin(turns.wait("family"));
        assert!(
            timeout(Duration::from_millis(5), &mut second)
                .await
                .is_err()
        );
        drop(first);
        assert!(second.await.is_some());
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_a_second() {
        let turns = Turns::default();
        let _first = turns.wait("family").await;
        assert!(turns.wait("family").await.is_none());
    }
}
