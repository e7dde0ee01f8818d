//! A message that a function sends (AWS's custom senders), or whose text it gives.

use cabana_model::Secret;

use crate::message::DeliveryState;
use crate::trigger::Trigger;
use crate::{PoolId, Time};

/// A queued call of a function. The event is sealed at rest; the row is deleted once the function has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// A UUID, the same for each attempt.
    pub id: String,
    pub pool: PoolId,
    pub trigger: Trigger,
    /// ARN of the function.
    pub arn: String,
    /// JSON: the event, or for `CustomMessage` an [`Unwritten`](crate::message::Unwritten).
    pub event: Secret,
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// Time of the next attempt.
    pub due: Time,
    /// Error message of the last attempt.
    pub error: Option<String>,
    pub created: Time,
}
