//! What the program tells the console of itself.

use std::path::PathBuf;

use cabana_domain::Time;

/// What the server page shows besides what it asks the API. No secret is in it.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub version: &'static str,
    pub started: Time,
    /// The address it listens on.
    pub listen: String,
    /// Kind of the store and where it is, without a password.
    pub store: String,
    pub data_dir: String,
    /// Where the master key comes from.
    pub master_key: String,
    /// Where the certificate comes from.
    pub tls: String,
    /// The local authority that clients must trust, if it signs the certificate.
    pub authority: Option<PathBuf>,
    /// Where mails go.
    pub mail: String,
    /// The sender of mails whose pool names none.
    pub mail_from: String,
}
