//! A mail or text message on its way out.

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
    /// From address, where the pool sets one; else the server's.
    pub from: Option<String>,
    pub reply_to: Option<String>,
    pub content: Option<MessageContent>,
    pub state: DeliveryState,
    /// Delivery attempts so far.
    pub attempts: u32,
    /// When the worker looks at it next.
    pub due: Time,
    /// The last attempt's error, in words.
    pub error: Option<String>,
    pub created: Time,
}

/// What a message says. `code` and `link` repeat what the body holds, for the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MessageContent {
    pub subject: String,
    pub body: String,
    pub code: Option<String>,
    pub link: Option<String>,
}

/// How far a message got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum DeliveryState {
    /// Waiting, or waiting for another try.
    Queued,
    /// Handed to the mail server; the content is gone.
    Sent,
    /// Kept in the built-in inbox, content included.
    Inbox,
    /// Given up; the error says why.
    Failed,
}
