//! Delivery of messages: mail servers and text message services. [`crate::jobs::messages`] decides when.

pub mod mail;
pub mod runners;
pub mod sms;
mod url;

use mail::Smtp;
use sms::Gateway;

/// Messages of one medium that are delivered at the same time.
pub const AT_ONCE: u32 = 8;

/// Destination of the messages of one medium.
pub enum Destination {
    /// The built-in inbox.
    Inbox,
    /// A mail server.
    Smtp(Smtp),
    /// A text message service.
    Gateway(Gateway),
    /// Nowhere; the text says what to set.
    Nowhere(&'static str),
}
