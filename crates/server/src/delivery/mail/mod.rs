//! Mails, and the mail server they are handed to.

mod letter;
mod smtp;
mod smtp_url;

pub use letter::{Sender, is_mailbox};
pub use smtp::Smtp;
pub use smtp_url::{Security, SmtpUrl};

/// Reason in the log if a mail fails without a mail server.
pub const MAILS_GO_NOWHERE: &str =
    "no mail server is set: set --smtp-url (CABANA_SMTP_URL), or --inbox";
