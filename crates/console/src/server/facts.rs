//! Facts about the running program, for the console.

use std::path::PathBuf;

use cabana_domain::Time;

/// Facts that the page Server shows besides those from the API. They contain no secret.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub version: &'static str,
    pub started: Time,
    /// Address that the server listens on.
    pub listen: String,
    /// Kind and location of the store, without a password.
    pub store: String,
    pub data_dir: String,
    /// Source of the master key.
    pub master_key: String,
    /// Source of the certificate.
    pub tls: String,
    /// Certificate of the local authority that clients must trust, if it signs the server's certificate.
    pub authority: Option<PathBuf>,
    /// Delivery of mails.
    pub mail: String,
    /// Sender of mails whose pool sets none.
    pub mail_from: String,
    /// Delivery of text messages.
    pub texts: String,
}
