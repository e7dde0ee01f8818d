//! The runner of jobs: claims, leases, retries, back-off and the record of what became of them, for every kind of job.
//!
//! Before a job is done it is claimed: its attempt is counted and its time moved ahead, on the condition that nobody
//! else did so since it was read. So several nodes never do the same job at once. A claim is short, is renewed while the
//! work goes on, and work whose claim cannot be renewed is broken off before it runs out. If this process dies between
//! the work and the note of it, the claim runs out (or, where no other process has the store, is given up at the next
//! start) and the job is done a second time: at least once, never silently lost. So jobs must bear being repeated.

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

/// How often a queue is looked at when nothing rings: for what other nodes queued, and retries.
const GLANCE: Duration = Duration::from_secs(1);
/// Tries at noting what became of a job.
const NOTES: u32 = 5;

/// Why a job was not done.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// Trying again may help.
    Later(String),
    /// It will not.
    Never(String),
}

/// What the runner knows of a queued job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Attempts so far.
    pub attempts: u32,
    /// When it is tried next.
    pub due: Time,
    pub created: Time,
}

/// What became of an attempt.
#[derive(Debug)]
pub enum Outcome<D> {
    Done(D),
    /// It is tried again when it is due.
    Retried(String),
    GivenUp(String),
}

/// A kind of job, with its queue.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// A row of the queue.
    type Item: Clone + Send + Sync + 'static;
    /// What a success tells.
    type Done: Send;

    /// The name in the log.
    const KIND: &'static str;
    /// Jobs done at the same time.
    const AT_ONCE: u32;

    fn id(item: &Self::Item) -> &str;
    fn progress(item: &Self::Item) -> Progress;
    /// Notes an attempt, and when the next one is due.
    fn schedule(item: &mut Self::Item, attempts: u32, due: Time);

    /// Jobs whose time has come, the oldest first.
    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Self::Item>, StoreError>;
    /// Writes a row that was read with so many attempts: `Stale` if another worker was faster, `Gone` if it is not there.
    async fn save(&self, item: &Self::Item, attempts: u32) -> Result<(), StoreError>;
    /// Makes jobs due that were to wait until then at the latest: whoever claimed them is gone.
    async fn release(&self, now: Time, until: Time) -> Result<(), StoreError>;
    /// Does it, or breaks off at any await.
    async fn attempt(&self, item: &Self::Item) -> Result<Self::Done, Failure>;
    /// Enters what became of it into the row, and into log and metrics.
    fn settle(item: &mut Self::Item, outcome: Outcome<Self::Done>);
}

/// Takes jobs of one kind out of their queue and does them.
pub struct Runner<J> {
    pub job: J,
    pub clock: Arc<dyn Clock>,
    /// Rung when something was queued here.
    pub queued: Arc<Notify>,
    pub lease: Lease,
    /// Whether no other process has the store, so that what is claimed at the start is nobody's.
    pub alone: bool,
}

impl<J: Job> Runner<J> {
    /// Works until `stop` turns true; then ends what is on its way.
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

    /// Claims as many due jobs as can be done at once, and starts on them.
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
                "a job was broken off: its claim could not be renewed"
            ),
        }
    }

    /// The row as it is after an attempt.
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

    /// Writes down what became of a job, again and again for a while if the store is away: a note that is lost does the
    /// job a second time.
    async fn note(&self, item: J::Item) {
        let attempts = J::progress(&item).attempts;
        for round in 1..=NOTES {
            match self.job.save(&item, attempts).await {
                Ok(()) | Err(StoreError::Gone) => return,
                Err(error) if round == NOTES || matches!(error, StoreError::Stale) => {
                    let (kind, id) = (J::KIND, J::id(&item));
                    tracing::error!(kind, id, %error, "what became of a job is not noted");
                    return;
                }
                Err(_) => tokio::time::sleep(Duration::from_secs(u64::from(round))).await,
            }
        }
    }
}

#[cfg(test)]
mod tests;
