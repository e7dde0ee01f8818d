//! Turns within this process: those who would write the same row at once go one after another.
//!
//! Nothing depends on it but time. A row that somebody else wrote meanwhile is found at the commit in any case, and
//! the step runs again; but of twenty who ask at once each run lets only one through, and each run signs anew.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// Rows share turns by their hash, so that the table does not grow.
const STRIPES: usize = 256;

/// Gives turns by key, in the order of asking.
pub struct Turns(Vec<Arc<Mutex<()>>>);

/// A turn, until it is dropped.
pub type Turn = OwnedMutexGuard<()>;

impl Default for Turns {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Arc::default()).collect())
    }
}

impl Turns {
    /// Waits for the turn of a key.
    pub async fn wait(&self, key: &str) -> Option<Turn> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let stripe = hasher.finish().checked_rem(self.0.len() as u64)?;
        let turns = self.0.get(usize::try_from(stripe).ok()?)?;
        Some(turns.clone().lock_owned().await)
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
        let early = tokio::time::timeout(std::time::Duration::from_millis(5), &mut second).await;
        assert!(early.is_err());
        drop(first);
        assert!(second.await.is_some());
    }
}
