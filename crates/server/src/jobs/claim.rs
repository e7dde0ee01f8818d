//! Claims on jobs: made before an attempt, renewed while it goes on, and given up for a server that is gone.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use cabana_domain::Span;
use cabana_store::StoreError;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::runner::{Job, Runner};

/// How long claims last.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// How long a claimed message is out of everybody's sight, from its claim or its last renewal.
    pub length: Span,
    /// How long after that the owner trusts it. What is between the two is for clocks that differ from node to node.
    pub trusted: Duration,
    /// How often it is renewed.
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

/// A job that this runner has claimed.
pub struct Claimed<I> {
    pub item: I,
    /// Until when it is, unless renewed.
    until: Instant,
}

impl<J: Job> Runner<J> {
    /// The job with this attempt counted; `None` if another node was faster.
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

    /// Keeps others away from a job, if it still has so many attempts.
    async fn hold(&self, item: &J::Item, attempts: u32) -> Result<(), StoreError> {
        let mut item = item.clone();
        let due = self.clock.now().after(self.lease.length);
        let counted = J::progress(&item).attempts;
        J::schedule(&mut item, counted, due);
        self.job.save(&item, attempts).await
    }

    /// Gives up every claim there is, and tries again what would have been tried within a claim's length.
    pub(super) async fn release(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.job.release(now, now.after(self.lease.length)).await
    }

    /// What an attempt comes to, while the claim on its job is renewed. `None`, and the attempt broken off, where another
    /// runner may have the job by now.
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
                    // The renewal must be over before what became of the job is noted, or it could undo that.
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
