//! Delivery of messages from the outbox. Mails and text messages have a runner each, so that a service that does not
//! answer holds up only its own. A message that is sent a second time has the same id: the Message-ID of a mail, the
//! `webhook-id` of a text message.

use std::sync::Arc;

use async_trait::async_trait;
use cabana_api::ports::Clock;
use cabana_domain::message::{DeliveryState, Message};
use cabana_domain::{Time, mask};
use cabana_model::DeliveryMediumType;
use cabana_store::{Change, SharedStore, StoreError};

use super::runner::{Failure, Job, Outcome, Progress};
use crate::delivery::Destination;

/// Takes the messages of one medium from the outbox and delivers them.
pub struct Messages {
    pub store: SharedStore,
    pub clock: Arc<dyn Clock>,
    pub medium: DeliveryMediumType,
    pub destination: Destination,
}

#[async_trait]
impl Job for Messages {
    type Item = Message;
    type Done = DeliveryState;

    const KIND: &'static str = "message";
    const AT_ONCE: u32 = crate::delivery::AT_ONCE;

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
        self.store.due_messages(self.medium, now, limit).await
    }

    async fn save(&self, message: &Message, attempts: u32) -> Result<(), StoreError> {
        let message = Box::new(message.clone());
        let change = Change::UpdateMessage { message, attempts };
        self.store.apply(vec![change]).await
    }

    async fn release(&self, now: Time, until: Time) -> Result<(), StoreError> {
        let medium = self.medium;
        let change = Change::ReleaseMessages { medium, now, until };
        self.store.apply(vec![change]).await
    }

    async fn attempt(&self, message: &Message) -> Result<DeliveryState, Failure> {
        let Some(content) = &message.content else {
            let words = "the message has no content any more";
            return Err(Failure::Never(words.to_owned()));
        };
        match &self.destination {
            Destination::Inbox => return Ok(DeliveryState::Inbox),
            Destination::Nowhere(why) => return Err(Failure::Never((*why).to_owned())),
            Destination::Smtp(smtp) => smtp.send(message, content).await?,
            Destination::Gateway(gateway) => {
                gateway.send(message, content, self.clock.now()).await?;
            }
        }
        Ok(DeliveryState::Sent)
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
