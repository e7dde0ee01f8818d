//! Mails, and the mail server they are handed to. [`crate::jobs::mail`] decides when.

mod letter;
mod smtp;
mod smtp_url;

pub use letter::{Sender, is_mailbox};
pub use smtp::{CONNECTIONS, Smtp};
pub use smtp_url::{Security, SmtpUrl};

/// Reason in the log if a mail fails without a mail server.
pub const MAILS_GO_NOWHERE: &str =
    "no mail server is set: set --smtp-url (CABANA_SMTP_URL), or --inbox";
/// Reason in the log if a text message fails without an inbox.
pub const TEXTS_GO_NOWHERE: &str =
    "this server cannot send text messages: use e-mail, or set --inbox";
