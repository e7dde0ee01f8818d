//! Messages that functions send (custom senders): each is handed to its function until the function has taken it. A
//! repeated delivery has the same ID. And messages whose text comes from a function (`CustomMessage`): it is called until
//! it answers, and the message then goes to the outbox.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cabana_api::Api;
use cabana_api::logic::triggers::Called;
use cabana_api::logic::triggers::custom_message::{self, NotWritten};
use cabana_api::ports::FunctionError;
use cabana_domain::Time;
use cabana_domain::delivery::Delivery;
use cabana_domain::message::DeliveryState;
use cabana_domain::trigger::Trigger;
use cabana_store::{Change, StoreError};

use super::runner::{Failure, Job, Outcome, Progress};

/// Takes messages from the queue and calls their functions.
pub struct Deliveries(pub Arc<Api>);

impl Deliveries {
    /// Notes a call for the console.
    fn note(&self, delivery: &Delivery, took: Duration, error: Option<&FunctionError>) {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Event {
            trigger_source: String,
        }
        let event = serde_json::from_str::<Event>(delivery.event.expose());
        let called = Called {
            at: self.0.clock.now(),
            source: event.map(|event| event.trigger_source).unwrap_or_default(),
            took,
            error: error.map(ToString::to_string),
        };
        let trigger = delivery.trigger;
        self.0.function_calls.add(&delivery.pool, trigger, called);
    }
}

#[async_trait]
impl Job for Deliveries {
    type Item = Delivery;
    type Done = ();

    const KIND: &'static str = "delivery";
    const AT_ONCE: u32 = 16;

    fn id(delivery: &Delivery) -> &str {
        &delivery.id
    }

    fn progress(delivery: &Delivery) -> Progress {
        Progress {
            attempts: delivery.attempts,
            due: delivery.due,
            created: delivery.created,
        }
    }

    fn schedule(delivery: &mut Delivery, attempts: u32, due: Time) {
        (delivery.attempts, delivery.due) = (attempts, due);
    }

    async fn due(&self, now: Time, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        self.0.store.due_deliveries(now, limit).await
    }

    async fn save(&self, delivery: &Delivery, attempts: u32) -> Result<(), StoreError> {
        let change = match delivery.state {
            DeliveryState::Sent => Change::DeleteDelivery {
                id: delivery.id.clone(),
                attempts,
            },
            _ => Change::UpdateDelivery {
                delivery: Box::new(delivery.clone()),
                attempts,
            },
        };
        self.0.store.apply(vec![change]).await
    }

    async fn release(&self, now: Time, until: Time) -> Result<(), StoreError> {
        let change = Change::ReleaseDeliveries { now, until };
        self.0.store.apply(vec![change]).await
    }

    async fn attempt(&self, delivery: &Delivery) -> Result<(), Failure> {
        if delivery.trigger == Trigger::CustomMessage {
            let written = custom_message::write(&self.0, delivery).await;
            return written.map_err(|error| match error {
                NotWritten::Later(reason) => Failure::Later(reason),
                NotWritten::Never(reason) => Failure::Never(reason),
            });
        }
        let (trigger, event) = (delivery.trigger.name(), delivery.event.expose());
        let event = event.as_bytes().to_vec();
        let begun = Instant::now();
        let functions = &self.0.functions;
        let called = functions.deliver(&delivery.id, &delivery.arn, trigger, event);
        let called = called.await;
        self.note(delivery, begun.elapsed(), called.as_ref().err());
        called.map_err(|error| match error {
            // Its own words may hold what it was sent.
            FunctionError::Failed(_) => Failure::Later("the function reported an error".to_owned()),
            other => Failure::Later(other.to_string()),
        })
    }

    fn settle(delivery: &mut Delivery, outcome: Outcome<()>) {
        let (state, error, word) = match outcome {
            Outcome::Done(()) => (DeliveryState::Sent, None, "sent"),
            Outcome::Retried(error) => (DeliveryState::Queued, Some(error), "retried"),
            Outcome::GivenUp(error) => (DeliveryState::Failed, Some(error), "failed"),
        };
        let trigger = delivery.trigger.name();
        if let Some(reason) = &error {
            tracing::warn!(
                id = delivery.id, pool = %delivery.pool, trigger, arn = delivery.arn,
                attempts = delivery.attempts, given_up = state == DeliveryState::Failed, reason,
                "message not sent, because of its function"
            );
        }
        (delivery.state, delivery.error) = (state, error);
        metrics::counter!("cabana_deliveries_total", "trigger" => trigger, "outcome" => word)
            .increment(1);
    }
}
