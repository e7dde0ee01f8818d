//! `CustomMessage`: texts in place of the pool's. `CustomEmailSender` and `CustomSMSSender`: functions that send
//! messages themselves.

use serde::{Deserialize, Serialize};

use super::Pairs;

/// The request of `CustomMessage`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    pub user_attributes: Pairs<'a>,
    /// The placeholder of the code.
    pub code_parameter: &'static str,
    /// The placeholder of a link.
    pub link_parameter: &'static str,
    /// The placeholder of the user name, in invitations.
    pub username_parameter: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
}

/// The texts of messages. None means the pool's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Texts {
    pub sms_message: Option<String>,
    pub email_message: Option<String>,
    pub email_subject: Option<String>,
}

/// The request of a sender.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery<'a> {
    pub r#type: &'static str,
    /// Encrypted, in Base64.
    pub code: Option<String>,
    pub client_metadata: Option<Pairs<'a>>,
    pub user_attributes: Pairs<'a>,
}

/// A temporary password as a function that sends mails gets it: its angle brackets are escaped.
pub fn escaped(code: &str) -> String {
    code.replace('<', "&lt;").replace('>', "&gt;")
}

/// `type` of a request to send a mail.
pub const EMAIL: &str = "customEmailSenderRequestV1";
/// `type` of a request to send a text message.
pub const SMS: &str = "customSMSSenderRequestV1";
