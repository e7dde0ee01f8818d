//! A mail or text message to be delivered.

use cabana_model::DeliveryMediumType;

use crate::{PoolId, Time};

/// A message in the outbox. Subject and body are sealed at rest and dropped once sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// A UUID.
    pub id: String,
    pub pool: PoolId,
    pub medium: DeliveryMediumType,
    pub to: String,
    /// From address, if the pool sets one; otherwise the server's is used.
    pub from: Option<String>,
    pub reply_to: Option<String>,
    pub content: Option<MessageContent>,
    pub state: DeliveryState,
    /// Delivery attempts so far.
    pub attempts: u32,
    /// Time of the next delivery attempt.
    pub due: Time,
    /// Error message of the last attempt.
    pub error: Option<String>,
    pub created: Time,
}

/// Content of a message. `code` and `link` repeat what the body holds, for the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MessageContent {
    pub subject: String,
    pub body: String,
    pub code: Option<String>,
    pub link: Option<String>,
}

/// Delivery state of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum DeliveryState {
    /// Waiting for its first attempt or a retry.
    Queued,
    /// Handed to the mail server; the content is deleted.
    Sent,
    /// Kept in the built-in inbox, with its content.
    Inbox,
    /// Given up; the error says why.
    Failed,
}
