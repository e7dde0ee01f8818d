//! Mails and texts on their way out: a worker drains the outbox into a mail server or the inbox.

mod backoff;
mod letter;
mod smtp;
mod smtp_url;
mod worker;

pub use letter::{Sender, is_mailbox};
pub use smtp::Smtp;
pub use smtp_url::{Security, SmtpUrl};
pub use worker::{Destination, Lease, Worker};

/// Why a mail fails on a server without a mail server.
pub const MAILS_GO_NOWHERE: &str =
    "no mail server is set: set --smtp-url (CABANA_SMTP_URL), or --inbox";
/// Why a text fails on a server without an inbox.
pub const TEXTS_GO_NOWHERE: &str =
    "this server cannot send text messages: use e-mail, or set --inbox";
