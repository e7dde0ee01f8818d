//! The outbox worker.
//!
//! Before a message is delivered it is claimed: its attempt is counted and its time moved ahead, on
//! the condition that nobody else did so since it was read. So several nodes never deliver the same
//! message at once. A claim is short, is renewed while the delivery goes on, and a delivery whose claim cannot be
//! renewed is broken off before it runs out. If this process dies between the mail server's "yes" and our note of
//! it, the claim runs out (or, where no other process has the store, is given up at the next start) and the message
//! goes out a second time, with the same Message-ID: at least once, never silently lost.

mod claim;

use std::sync::Arc;
use std::time::Duration;

use cabana_api::ports::Clock;
use cabana_domain::mask;
use cabana_domain::message::{DeliveryState, Message};
use cabana_model::DeliveryMediumType;
use cabana_store::{Change, SharedStore, StoreError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use self::claim::Claimed;
pub use self::claim::Lease;
use super::smtp::{CONNECTIONS, Smtp, Undelivered};
use super::{TEXTS_GO_NOWHERE, backoff};

/// How often the outbox is looked at when nothing rings: for what other nodes queued, and retries.
const GLANCE: Duration = Duration::from_secs(1);
/// Tries at noting what became of a message.
const NOTES: u32 = 5;

/// Where messages of one kind go.
pub enum Destination {
    /// Into the built-in inbox.
    Inbox,
    /// To a mail server.
    Smtp(Smtp),
    /// Nowhere; the words say what to set.
    Nowhere(&'static str),
}

/// Takes messages out of the outbox and delivers them.
pub struct Worker {
    pub store: SharedStore,
    pub clock: Arc<dyn Clock>,
    pub mails: Destination,
    pub texts: Destination,
    /// Rung when something was queued here.
    pub queued: Arc<Notify>,
    pub lease: Lease,
    /// Whether no other process has the store, so that what is claimed at the start is nobody's.
    pub alone: bool,
}

impl Worker {
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
                        tracing::error!(%error, "the outbox cannot be read");
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

    /// Claims as many due messages as can be delivered at once, and starts on them.
    async fn take(self: &Arc<Self>, under_way: &mut JoinSet<()>) -> Result<(), StoreError> {
        loop {
            while under_way.try_join_next().is_some() {}
            let free =
                CONNECTIONS.saturating_sub(u32::try_from(under_way.len()).unwrap_or(CONNECTIONS));
            if free == 0 {
                return Ok(());
            }
            let due = self.store.due_messages(self.clock.now(), free).await?;
            let last = due.len() < usize::try_from(free).unwrap_or(usize::MAX);
            for message in due {
                if let Some(claimed) = self.claim(message).await? {
                    let worker = Arc::clone(self);
                    under_way.spawn(async move { worker.deliver(claimed).await });
                }
            }
            if last {
                return Ok(());
            }
        }
    }

    async fn deliver(&self, claimed: Claimed) {
        let handed_over = self.hand_over(&claimed.message);
        match self.while_claimed(&claimed, handed_over).await {
            Some(outcome) => self.note(self.judged(claimed.message, outcome)).await,
            None => tracing::warn!(
                id = claimed.message.id,
                "a delivery was broken off: the claim on its message could not be renewed"
            ),
        }
    }

    async fn hand_over(&self, message: &Message) -> Result<DeliveryState, Undelivered> {
        let destination = match message.medium {
            DeliveryMediumType::Email => &self.mails,
            DeliveryMediumType::Sms => &self.texts,
        };
        match (destination, &message.content) {
            (_, None) => Err(Undelivered::Never(
                "the message has no content any more".to_owned(),
            )),
            (Destination::Inbox, Some(_)) => Ok(DeliveryState::Inbox),
            (Destination::Nowhere(why), Some(_)) => Err(Undelivered::Never((*why).to_owned())),
            (Destination::Smtp(smtp), Some(content))
                if message.medium == DeliveryMediumType::Email =>
            {
                smtp.send(message, content)
                    .await
                    .map(|()| DeliveryState::Sent)
            }
            (Destination::Smtp(_), Some(_)) => Err(Undelivered::Never(TEXTS_GO_NOWHERE.to_owned())),
        }
    }

    /// The message as it is after `outcome`.
    fn judged(&self, mut message: Message, outcome: Result<DeliveryState, Undelivered>) -> Message {
        let now = self.clock.now();
        message.due = now;
        match outcome {
            Ok(state) => {
                message.state = state;
                message.error = None;
                if state == DeliveryState::Sent {
                    message.content = None;
                }
            }
            Err(undelivered) => {
                let (error, next) = match undelivered {
                    Undelivered::Later(error) => (
                        error,
                        backoff::next_try(message.created, message.attempts, now),
                    ),
                    Undelivered::Never(error) => (error, None),
                };
                match next {
                    Some(next) => message.due = next,
                    None => {
                        message.state = DeliveryState::Failed;
                        message.content = None;
                    }
                }
                let given_up = next.is_none();
                let (to, reason) = for_log(&message, &error);
                tracing::warn!(
                    id = message.id, pool = %message.pool, to, attempts = message.attempts, given_up, reason,
                    "message not delivered"
                );
                message.error = Some(error);
            }
        }
        message
    }

    /// Writes down what became of the message, again and again for a while if the store is away:
    /// a note that is lost sends the mail a second time.
    async fn note(&self, message: Message) {
        let state = match message.state {
            DeliveryState::Queued => "retried",
            DeliveryState::Sent => "sent",
            DeliveryState::Inbox => "inbox",
            DeliveryState::Failed => "failed",
        };
        metrics::counter!("cabana_messages_total", "medium" => message.medium.as_str(), "outcome" => state).increment(1);
        for round in 1..=NOTES {
            let change = Change::UpdateMessage {
                message: Box::new(message.clone()),
                attempts: message.attempts,
            };
            match self.store.apply(vec![change]).await {
                Ok(()) | Err(StoreError::Gone) => return,
                Err(error) if round == NOTES || matches!(error, StoreError::Stale) => {
                    tracing::error!(id = message.id, state, %error, "what became of a message is not noted");
                    return;
                }
                Err(_) => tokio::time::sleep(Duration::from_secs(u64::from(round))).await,
            }
        }
    }
}

/// The address of a message, masked, and the reason with the address taken out: mail servers often repeat it in their
/// answer.
fn for_log(message: &Message, reason: &str) -> (String, String) {
    let masked = match message.medium {
        DeliveryMediumType::Email => mask::email(&message.to),
        DeliveryMediumType::Sms => mask::phone_number(&message.to),
    };
    let reason = reason.replace(&message.to, &masked);
    (masked, reason)
}

#[cfg(test)]
mod tests;
