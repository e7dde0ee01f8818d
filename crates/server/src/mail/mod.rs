//! Mails, and the mail server they are handed to. When they are, is the job's business ([`crate::jobs::mail`]).

mod letter;
mod smtp;
mod smtp_url;

pub use letter::{Sender, is_mailbox};
pub use smtp::{CONNECTIONS, Smtp};
pub use smtp_url::{Security, SmtpUrl};

/// Why a mail fails on a server without a mail server.
pub const MAILS_GO_NOWHERE: &str =
    "no mail server is set: set --smtp-url (CABANA_SMTP_URL), or --inbox";
/// Why a text fails on a server without an inbox.
pub const TEXTS_GO_NOWHERE: &str =
    "this server cannot send text messages: use e-mail, or set --inbox";
