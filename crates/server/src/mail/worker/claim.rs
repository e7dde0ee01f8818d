//! Claims on messages: made before a delivery, renewed while it goes on, and given up for a server that is gone.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use cabana_domain::Span;
use cabana_domain::message::Message;
use cabana_store::{Change, StoreError};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Worker;

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

/// A message that this worker has claimed.
pub struct Claimed {
    pub message: Message,
    /// Until when it is, unless renewed.
    until: Instant,
}

impl Worker {
    /// The message with this attempt counted; `None` if another node was faster.
    pub(super) async fn claim(&self, mut message: Message) -> Result<Option<Claimed>, StoreError> {
        let attempts = message.attempts;
        message.attempts = attempts.saturating_add(1);
        let until = Instant::now() + self.lease.trusted;
        match self.hold(&message, attempts).await {
            Ok(()) => Ok(Some(Claimed { message, until })),
            Err(StoreError::Stale | StoreError::Gone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps others away from a message, if it still has so many attempts.
    async fn hold(&self, message: &Message, attempts: u32) -> Result<(), StoreError> {
        let mut message = Box::new(message.clone());
        message.due = self.clock.now().after(self.lease.length);
        let change = Change::UpdateMessage { message, attempts };
        self.store.apply(vec![change]).await
    }

    /// Gives up every claim there is, and tries again what would have been tried within a claim's length.
    pub(super) async fn release(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let until = now.after(self.lease.length);
        let change = Change::ReleaseMessages { now, until };
        self.store.apply(vec![change]).await
    }

    /// What a delivery comes to, while the claim on its message is renewed. `None`, and the delivery broken off, where
    /// another worker may have the message by now.
    pub(super) async fn while_claimed<T>(
        &self,
        claimed: &Claimed,
        delivery: impl Future<Output = T>,
    ) -> Option<T> {
        let (message, mut until) = (&claimed.message, claimed.until);
        let mut delivery = pin!(delivery);
        loop {
            let next = until.min(Instant::now() + self.lease.renewal);
            if let Ok(outcome) = timeout_at(next, &mut delivery).await {
                return Some(outcome);
            }
            let renewed_until = Instant::now() + self.lease.trusted;
            let mut renewal = pin!(self.hold(message, message.attempts));
            let renewed = tokio::select! {
                biased;
                renewed = &mut renewal => renewed,
                outcome = &mut delivery => {
                    // The renewal must be over before what became of the message is noted, or it could undo that.
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
