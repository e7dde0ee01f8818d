//! A mail or text message to be delivered.

use cabana_model::DeliveryMediumType;

use crate::template::MessageKind;
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
    #[serde(default)]
    pub purpose: Purpose,
}

/// A message whose text a function gives when it is sent (AWS's `CustomMessage`): what else is known of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unwritten {
    /// The event for the function, as JSON.
    pub event: String,
    pub username: String,
    pub kind: MessageKind,
    pub to: String,
    pub from: Option<String>,
    pub reply_to: Option<String>,
    /// The content with the pool's text, which stands where the function gives none.
    pub content: MessageContent,
}

/// Purpose of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A code or link that confirms an account or an address.
    Verification,
    /// A code that resets a password.
    PasswordReset,
    /// An invitation by an administrator.
    Invitation,
    /// A code that signs in.
    SignIn,
    /// Tells of a use of the account.
    Notice,
    /// None of these, or one that this version does not know: a newer one wrote it.
    #[default]
    #[serde(other)]
    Other,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first program sealed it. Never edit it: messages wait during an upgrade.
    const UNWRITTEN: &str = r#"{"event":"{}","username":"ada","kind":"EmailForgotPassword","to":"ada@example.org",
        "from":null,"reply_to":null,"content":{"subject":"S","body":"B 123456","code":"123456","link":null,
        "purpose":"password_reset"}}"#;

    #[test]
    fn unwritten_messages_of_earlier_programs_are_read() {
        let unwritten: Unwritten = serde_json::from_str(UNWRITTEN).unwrap();
        assert_eq!(unwritten.kind, MessageKind::EmailForgotPassword);
        assert_eq!(unwritten.content.code.as_deref(), Some("123456"));
        let written = serde_json::to_string(&unwritten).unwrap();
        let squeezed = UNWRITTEN.replace("\n        ", "");
        assert_eq!(written, squeezed);
    }

    #[test]
    fn contents_of_earlier_and_later_programs_are_read() {
        let earlier = r#"{"subject":"","body":"It is 123456.","code":"123456","link":null}"#;
        let content: MessageContent = serde_json::from_str(earlier).unwrap();
        assert_eq!(content.purpose, Purpose::Other);
        let of = |word: &str| earlier.replacen('{', &format!(r#"{{"purpose":"{word}","#), 1);
        for (word, purpose) in [("sign_in", Purpose::SignIn), ("pigeon", Purpose::Other)] {
            let content: MessageContent = serde_json::from_str(&of(word)).unwrap();
            assert_eq!(content.purpose, purpose);
        }
    }
}
