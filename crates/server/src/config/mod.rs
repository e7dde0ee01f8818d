//! The configuration: read from three places, checked as a whole, then passed on as plain values.
//!
//! All problems are collected, so that `cabana check` can report them at once. [`safety`] has the settings that `serve`
//! refuses.

mod functions;
mod kms;
mod options;
mod over;
mod read;
mod safety;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use cabana_api::limits::Rates;
use cabana_domain::Span;
use cabana_domain::kms::Keys;
use cabana_model::Secret;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::delivery::mail::SmtpUrl;
use crate::delivery::sms::SmsUrl;
use crate::functions::Book;
use crate::last_start::LastStart;
use crate::problem::Problem;

pub use options::Options;
pub use read::{data_dir, options, text_file};
pub use safety::is_loopback_host;
pub use values::{Categories, LogFormat};

/// Kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The emulator: lenient, on loopback, with a demo pool.
    Dev,
    /// Production: refuses unsafe settings.
    Serve,
}

/// The database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// `cabana.db` in the data directory.
    Sqlite,
    /// A `postgres://…` URL, password included.
    Postgres(Secret),
}

/// Delivery of mails.
#[derive(Clone, Debug, PartialEq)]
pub enum MailRoute {
    /// They stay in the built-in inbox.
    Inbox,
    /// They go to this mail server.
    Smtp(SmtpUrl),
    /// They cannot be sent.
    Nowhere,
}

/// Delivery of text messages.
#[derive(Clone, Debug)]
pub enum SmsRoute {
    /// They stay in the built-in inbox.
    Inbox,
    /// They go to this service.
    Service(SmsUrl),
    /// They cannot be sent.
    Nowhere,
}

/// The operator's own certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// The access key with full permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootKey {
    pub id: String,
    pub secret: Secret,
}

/// The configuration, complete and free of contradictions.
#[derive(Clone, Debug)]
pub struct Config {
    pub mode: Mode,
    pub listen: SocketAddr,
    /// As configured; see [`Config::public_url`].
    pub given_public_url: Option<Url>,
    pub data_dir: PathBuf,
    pub database: Database,
    pub region: String,
    pub account_id: String,
    pub mail: MailRoute,
    pub sms: SmsRoute,
    pub smtp_ca: Option<PathBuf>,
    pub mail_from: Option<String>,
    /// Addresses of functions.
    pub functions: Book,
    /// Keys that stand for keys of AWS KMS.
    pub kms: Keys,
    /// Id and secret of the access key that may decrypt with them, and nothing else.
    pub kms_key: Option<(String, Secret)>,
    pub tls: Option<TlsFiles>,
    pub behind_proxy: bool,
    /// Whether identity providers may be in private networks.
    pub allow_private_network: bool,
    pub drain: Duration,
    /// Separate address of the metrics; `None` for the main port.
    pub metrics_listen: Option<SocketAddr>,
    pub max_connections: usize,
    /// 0 means no limit.
    pub max_connections_per_address: usize,
    /// Rate limits and quotas.
    pub limits: Rates,
    /// Retention of users' events; zero keeps none.
    pub events_kept: Span,
    /// Set if the master key is not the one in the data directory.
    pub master_key: Option<Secret>,
    /// File from which `master_key` was read.
    pub master_key_file: Option<PathBuf>,
    /// Set if the root access key is not the one in the data directory.
    pub root_key: Option<RootKey>,
}

impl Config {
    /// The URL that people use: the configured one, or localhost with the `bound` port. Without a trailing slash.
    pub fn public_url(&self, bound: SocketAddr) -> String {
        match &self.given_public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://localhost:{}", bound.port()),
        }
    }

    /// The host of [`Config::public_url`].
    pub fn public_host(&self) -> &str {
        self.given_public_url
            .as_ref()
            .and_then(Url::host_str)
            .unwrap_or("localhost")
    }

    /// Whether this server makes its own certificate: only if no request can come from a stranger.
    pub fn makes_certificate(&self) -> bool {
        self.tls.is_none()
            && (self.mode == Mode::Dev || (self.listen.ip().is_loopback() && !self.behind_proxy))
    }

    /// Whether plain HTTP is answered, apart from the probes.
    pub fn answers_plain_http(&self) -> bool {
        self.mode == Mode::Dev || self.behind_proxy || self.listen.ip().is_loopback()
    }

    /// Whether everyone but this machine's own users comes through a proxy that was not configured: a loopback port
    /// cannot be reached otherwise, and the public URL does not name this machine.
    pub fn is_behind_a_silent_proxy(&self) -> bool {
        self.listen.ip().is_loopback()
            && !self.behind_proxy
            && !is_loopback_host(self.public_host())
    }

    /// Whether browsers may read the inbox. It holds codes that open accounts, so only if every request comes from this
    /// machine's own users.
    pub fn shows_inbox(&self) -> bool {
        let local = self.listen.ip().is_loopback()
            && !self.behind_proxy
            && is_loopback_host(self.public_host());
        self.mode == Mode::Dev || (self.mail == MailRoute::Inbox && local)
    }

    /// The configuration of a command that starts no server: `options`, and for options not given those of the last
    /// server start on the data directory.
    ///
    /// # Errors
    /// Every problem found.
    pub fn of_last_start(options: Options) -> Result<Self, Vec<Problem>> {
        let data_dir = read::data_dir(&options);
        let last = LastStart::read(&data_dir).map_err(|problem| vec![problem])?;
        let mode = last.as_ref().map_or(Mode::Dev, |last| last.mode);
        let options = match last {
            Some(last) => last.below(options),
            None => options,
        };
        // Checked as an emulator, which has no requirements; the mode of the last start only decides about the
        // certificate.
        Self::new(options, Mode::Dev).map(|config| Self { mode, ..config })
    }

    /// Checks `options` as a whole.
    ///
    /// # Errors
    /// Every problem found.
    pub fn new(options: Options, mode: Mode) -> Result<Self, Vec<Problem>> {
        let mut reading = read::Reading::default();
        let config = reading.config(options, mode);
        let mut problems = reading.problems;
        if mode == Mode::Serve {
            problems.extend(safety::problems(&config));
        }
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests;
