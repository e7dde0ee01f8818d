//! Delivery of mails and text messages from the outbox to a mail server or the inbox. A mail that is sent a second time
//! has the same Message-ID.

use async_trait::async_trait;
use cabana_domain::message::{DeliveryState, Message};
use cabana_domain::{Time, mask};
use cabana_model::DeliveryMediumType;
use cabana_store::{Change, SharedStore, StoreError};

use super::runner::{Failure, Job, Outcome, Progress};
use crate::mail::{CONNECTIONS, Smtp, TEXTS_GO_NOWHERE};

/// Destination of the messages of one kind.
pub enum Destination {
    /// The built-in inbox.
    Inbox,
    /// A mail server.
    Smtp(Smtp),
    /// Nowhere; the text says what to set.
    Nowhere(&'static str),
}

/// Takes messages from the outbox and delivers them.
pub struct Mails {
    pub store: SharedStore,
    pub mails: Destination,
    pub texts: Destination,
}

#[async_trait]
impl Job for Mails {
    type Item = Message;
    type Done = DeliveryState;

    const KIND: &'static str = "mail";
    const AT_ONCE: u32 = CONNECTIONS;

    fn id(message: &Message) -> &str {
        &message.id
    }

    fn progress(message: &Message) -> Progress {
        Progress {
            attempts: message.attempts,
            due: message.due,
            created: message.created,
        }
    }

    fn schedule(message: &mut Message, attempts: u32, due: Time) {
        (message.attempts, message.due) = (attempts, due);
    }

    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Message>, StoreError> {
        self.store.due_messages(now, limit).await
    }

    async fn save(&self, message: &Message, attempts: u32) -> Result<(), StoreError> {
        let message = Box::new(message.clone());
        let change = Change::UpdateMessage { message, attempts };
        self.store.apply(vec![change]).await
    }

    async fn release(&self, now: Time, until: Time) -> Result<(), StoreError> {
        let change = Change::ReleaseMessages { now, until };
        self.store.apply(vec![change]).await
    }

    async fn attempt(&self, message: &Message) -> Result<DeliveryState, Failure> {
        let destination = match message.medium {
            DeliveryMediumType::Email => &self.mails,
            DeliveryMediumType::Sms => &self.texts,
        };
        match (destination, &message.content) {
            (_, None) => Err(Failure::Never(
                "the message has no content any more".to_owned(),
            )),
            (Destination::Inbox, Some(_)) => Ok(DeliveryState::Inbox),
            (Destination::Nowhere(why), Some(_)) => Err(Failure::Never((*why).to_owned())),
            (Destination::Smtp(smtp), Some(content))
                if message.medium == DeliveryMediumType::Email =>
            {
                smtp.send(message, content)
                    .await
                    .map(|()| DeliveryState::Sent)
            }
            (Destination::Smtp(_), Some(_)) => Err(Failure::Never(TEXTS_GO_NOWHERE.to_owned())),
        }
    }

    fn settle(message: &mut Message, outcome: Outcome<DeliveryState>) {
        let (state, error, word) = match outcome {
            Outcome::Done(state) => (
                state,
                None,
                if state == DeliveryState::Inbox {
                    "inbox"
                } else {
                    "sent"
                },
            ),
            Outcome::Retried(error) => (DeliveryState::Queued, Some(error), "retried"),
            Outcome::GivenUp(error) => (DeliveryState::Failed, Some(error), "failed"),
        };
        if let Some(error) = &error {
            let (to, reason) = for_log(message, error);
            tracing::warn!(
                id = message.id, pool = %message.pool, to, attempts = message.attempts,
                given_up = state == DeliveryState::Failed, reason,
                "message not delivered"
            );
        }
        if matches!(state, DeliveryState::Sent | DeliveryState::Failed) {
            message.content = None;
        }
        (message.state, message.error) = (state, error);
        metrics::counter!("cabana_messages_total", "medium" => message.medium.as_str(), "outcome" => word).increment(1);
    }
}

/// The masked address of a message, and the reason without the address: mail servers often repeat it in their reply.
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
