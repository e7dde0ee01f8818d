//! Text messages, and the service they are handed to.

mod gateway;
mod sms_url;
mod sns;
mod twilio;
mod webhook;

pub use gateway::Gateway;
pub use sms_url::{SmsUrl, SnsUrl, TwilioUrl};

/// Reason in the log if a text message fails without a service.
pub const TEXTS_GO_NOWHERE: &str =
    "no text message service is set: set --sms-url (CABANA_SMS_URL), or --inbox";
