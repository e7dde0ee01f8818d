//! The runner of jobs: claims, retries, back-off and the record of outcomes, for every kind of job.
//!
//! A job is claimed before it is done: its attempt is counted and its due time moved ahead, on condition that no one
//! else did so since it was read. So several nodes never do the same job at once. A claim is short and is renewed while
//! the work goes on; work whose claim cannot be renewed is cancelled before the claim expires. If this process dies
//! between the work and the record of it, the claim expires (or, if no other process uses the store, is released at the
//! next start) and the job is done a second time: at least once, never silently lost. So every job must be safe to
//! repeat.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cabana_api::ports::Clock;
use cabana_domain::Time;
use cabana_store::StoreError;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::backoff;
use super::claim::{Claimed, Lease};

/// Interval between looks at a queue without a notification: for jobs that other nodes queued, and retries.
const GLANCE: Duration = Duration::from_secs(1);
/// Attempts to record an outcome.
const NOTES: u32 = 5;

/// The reason why a job was not done.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// A retry may help.
    Later(String),
    /// A retry will not help.
    Never(String),
}

/// State of a queued job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Attempts so far.
    pub attempts: u32,
    /// Time of the next attempt.
    pub due: Time,
    pub created: Time,
}

/// The outcome of an attempt.
#[derive(Debug)]
pub enum Outcome<D> {
    Done(D),
    /// The job is tried again when due.
    Retried(String),
    GivenUp(String),
}

/// A kind of job, with its queue.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// A row of the queue.
    type Item: Clone + Send + Sync + 'static;
    /// The result of a success.
    type Done: Send;

    /// Name in the log.
    const KIND: &'static str;
    /// Jobs done at the same time.
    const AT_ONCE: u32;

    fn id(item: &Self::Item) -> &str;
    fn progress(item: &Self::Item) -> Progress;
    /// Records an attempt, and the time of the next one.
    fn schedule(item: &mut Self::Item, attempts: u32, due: Time);

    /// Due jobs, oldest first.
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Self::Item>, StoreError>;
    /// Writes a row that was read with this number of attempts: `Stale` if another worker was faster, `Gone` if it does
    /// not exist.
    async fn save(&self, item: &Self::Item, attempts: u32) -> Result<(), StoreError>;
    /// Makes jobs due that would have been due by `until`: the runner that claimed them is gone.
    async fn release(&self, now: Time, until: Time) -> Result<(), StoreError>;
    /// Does the job; may be cancelled at any await.
    async fn attempt(&self, item: &Self::Item) -> Result<Self::Done, Failure>;
    /// Writes the outcome to the row, and to log and metrics.
    fn settle(item: &mut Self::Item, outcome: Outcome<Self::Done>);
}

/// Takes jobs of one kind from their queue and does them.
pub struct Runner<J> {
    pub job: J,
    pub clock: Arc<dyn Clock>,
    /// Notified when this process has queued a job.
    pub queued: Arc<Notify>,
    pub lease: Lease,
    /// Whether no other process uses the store, so that claims found at the start are stale.
    pub alone: bool,
}

impl<J: Job> Runner<J> {
    /// Works until `stop` turns true; then finishes the jobs in progress.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut under_way = JoinSet::new();
        let mut reachable = true;
        let mut released = !self.alone;
        loop {
            let taken = match released {
                true => Ok(()),
                false => self.release().await,
            };
            let taken = match taken {
                Ok(()) => {
                    released = true;
                    self.take(&mut under_way).await
                }
                Err(error) => Err(error),
            };
            match taken {
                Ok(()) => reachable = true,
                Err(error) => {
                    if reachable {
                        tracing::error!(kind = J::KIND, %error, "the queue cannot be read");
                    }
                    reachable = false;
                }
            }
            tokio::select! {
                () = self.queued.notified() => {}
                () = tokio::time::sleep(GLANCE) => {}
                Some(_) = under_way.join_next() => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        under_way.join_all().await;
    }

    /// Claims due jobs up to the number allowed at once, and starts them.
    pub(super) async fn take(
        self: &Arc<Self>,
        under_way: &mut JoinSet<()>,
    ) -> Result<(), StoreError> {
        loop {
            while under_way.try_join_next().is_some() {}
            let free =
                J::AT_ONCE.saturating_sub(u32::try_from(under_way.len()).unwrap_or(J::AT_ONCE));
            if free == 0 {
                return Ok(());
            }
            let due = self.job.due(self.clock.now(), free).await?;
            let last = due.len() < usize::try_from(free).unwrap_or(usize::MAX);
            for item in due {
                if let Some(claimed) = self.claim(item).await? {
                    let runner = Arc::clone(self);
                    under_way.spawn(async move { runner.perform(claimed).await });
                }
            }
            if last {
                return Ok(());
            }
        }
    }

    async fn perform(&self, claimed: Claimed<J::Item>) {
        let attempt = self.job.attempt(&claimed.item);
        match self.while_claimed(&claimed, attempt).await {
            Some(result) => self.note(self.settled(claimed.item, result)).await,
            None => tracing::warn!(
                kind = J::KIND,
                id = J::id(&claimed.item),
                "a job was cancelled: its claim could not be renewed"
            ),
        }
    }

    /// The row after an attempt.
    fn settled(&self, mut item: J::Item, result: Result<J::Done, Failure>) -> J::Item {
        let now = self.clock.now();
        let progress = J::progress(&item);
        let (outcome, due) = match result {
            Ok(done) => (Outcome::Done(done), now),
            Err(Failure::Never(error)) => (Outcome::GivenUp(error), now),
            Err(Failure::Later(error)) => {
                match backoff::next_try(progress.created, progress.attempts, now) {
                    Some(next) => (Outcome::Retried(error), next),
                    None => (Outcome::GivenUp(error), now),
                }
            }
        };
        J::schedule(&mut item, progress.attempts, due);
        J::settle(&mut item, outcome);
        item
    }

    /// Records the outcome of a job, with retries for a while if the store fails: a lost record does the job a second
    /// time.
    async fn note(&self, item: J::Item) {
        let attempts = J::progress(&item).attempts;
        for round in 1..=NOTES {
            match self.job.save(&item, attempts).await {
                Ok(()) | Err(StoreError::Gone) => return,
                Err(error) if round == NOTES || matches!(error, StoreError::Stale) => {
                    let (kind, id) = (J::KIND, J::id(&item));
                    tracing::error!(kind, id, %error, "the outcome of a job could not be recorded");
                    return;
                }
                Err(_) => tokio::time::sleep(Duration::from_secs(u64::from(round))).await,
            }
        }
    }
}

#[cfg(test)]
mod tests;
