//! Claims on jobs: made before an attempt, renewed during it, and released for a server that is gone.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use cabana_domain::Span;
use cabana_store::StoreError;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::runner::{Job, Runner};

/// Durations of a claim.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// Time for which other nodes do not see a claimed job, from its claim or its last renewal.
    pub length: Span,
    /// Time for which the owner relies on the claim. The difference allows for clocks that differ between nodes.
    pub trusted: Duration,
    /// Interval between renewals.
    pub renewal: Duration,
}

impl Default for Lease {
    fn default() -> Self {
        Self {
            length: Span::seconds(20),
            trusted: Duration::from_secs(10),
            renewal: Duration::from_secs(4),
        }
    }
}

/// A job claimed by this runner.
pub struct Claimed<I> {
    pub item: I,
    /// End of the claim, unless renewed.
    until: Instant,
}

impl<J: Job> Runner<J> {
    /// Claims the job and counts this attempt; `None` if another node was faster.
    pub(super) async fn claim(
        &self,
        mut item: J::Item,
    ) -> Result<Option<Claimed<J::Item>>, StoreError> {
        let progress = J::progress(&item);
        let attempts = progress.attempts;
        J::schedule(&mut item, attempts.saturating_add(1), progress.due);
        let until = Instant::now() + self.lease.trusted;
        match self.hold(&item, attempts).await {
            Ok(()) => Ok(Some(Claimed { item, until })),
            Err(StoreError::Stale | StoreError::Gone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Extends the claim on a job, if it still has this number of attempts.
    async fn hold(&self, item: &J::Item, attempts: u32) -> Result<(), StoreError> {
        let mut item = item.clone();
        let due = self.clock.now().after(self.lease.length);
        let counted = J::progress(&item).attempts;
        J::schedule(&mut item, counted, due);
        self.job.save(&item, attempts).await
    }

    /// Releases every claim, so that jobs due within a claim's length are tried again at once.
    pub(super) async fn release(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.job.release(now, now.after(self.lease.length)).await
    }

    /// The result of an attempt, while the claim on its job is renewed. If another runner may have the job by now, the
    /// attempt is cancelled and the result is `None`.
    pub(super) async fn while_claimed<T>(
        &self,
        claimed: &Claimed<J::Item>,
        attempt: impl Future<Output = T>,
    ) -> Option<T> {
        let (item, mut until) = (&claimed.item, claimed.until);
        let attempts = J::progress(item).attempts;
        let mut attempt = pin!(attempt);
        loop {
            let next = until.min(Instant::now() + self.lease.renewal);
            if let Ok(outcome) = timeout_at(next, &mut attempt).await {
                return Some(outcome);
            }
            let renewed_until = Instant::now() + self.lease.trusted;
            let mut renewal = pin!(self.hold(item, attempts));
            let renewed = tokio::select! {
                biased;
                renewed = &mut renewal => renewed,
                outcome = &mut attempt => {
                    // The renewal must have ended before the outcome is written, or it could undo that.
                    let _renewed = renewal.await;
                    return Some(outcome);
                }
                () = sleep_until(until) => return None,
            };
            match renewed {
                Ok(()) => until = renewed_until,
                Err(StoreError::Stale | StoreError::Gone) => return None,
                Err(_) if Instant::now() >= until => return None,
                Err(_) => {}
            }
        }
    }
}
