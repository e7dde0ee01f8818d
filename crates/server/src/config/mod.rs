//! The configuration: read from three places, checked as a whole, then passed on as plain values.
//!
//! Everything that is wrong is collected, so that `cabana check` can say all of it at once. What
//! `serve` refuses stands in [`safety`].

mod options;
mod read;
mod safety;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use cabana_api::limits::Rates;
use cabana_domain::Span;
use cabana_model::Secret;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::last_start::LastStart;
use crate::mail::SmtpUrl;
use crate::problem::Problem;

pub use options::{Categories, LogFormat, Options};
pub use read::{data_dir, options, text_file};
pub use safety::is_loopback_host;

/// What kind of server this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The emulator: lenient, on loopback, with a demo.
    Dev,
    /// Production: refuses what is unsafe.
    Serve,
}

/// Where data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// `cabana.db` in the data folder.
    Sqlite,
    /// A `postgres://…` address, password included.
    Postgres(Secret),
}

/// What happens to mails and texts.
#[derive(Clone, Debug, PartialEq)]
pub enum MailRoute {
    /// They are kept in the built-in inbox.
    Inbox,
    /// Mails go to this server; texts cannot be sent.
    Smtp(SmtpUrl),
    /// Nothing can be sent.
    Nowhere,
}

/// The certificate an operator brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// The access key that may do everything.
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
    /// As given; see [`Config::public_url`].
    pub given_public_url: Option<Url>,
    pub data_dir: PathBuf,
    pub database: Database,
    pub region: String,
    pub account_id: String,
    pub mail: MailRoute,
    pub smtp_ca: Option<PathBuf>,
    pub mail_from: Option<String>,
    pub tls: Option<TlsFiles>,
    pub behind_proxy: bool,
    pub drain: Duration,
    /// Where the metrics are, if not on the port for everybody.
    pub metrics_listen: Option<SocketAddr>,
    pub max_connections: usize,
    /// 0 is as many as they like.
    pub max_connections_per_address: usize,
    /// How often a second something may be asked.
    pub limits: Rates,
    /// How long events of users are kept; nothing is none at all.
    pub events_kept: Span,
    /// If the master key is not the one in the data folder.
    pub master_key: Option<Secret>,
    /// Where `master_key` was read from, if from a file.
    pub master_key_file: Option<PathBuf>,
    /// If the root access key is not the one in the data folder.
    pub root_key: Option<RootKey>,
}

impl Config {
    /// The address people use: the given one, or localhost with the port that was `bound`. Without
    /// a trailing slash.
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

    /// Whether this server makes its own certificate: only where no stranger can be the one who asks.
    pub fn makes_certificate(&self) -> bool {
        self.tls.is_none()
            && (self.mode == Mode::Dev || (self.listen.ip().is_loopback() && !self.behind_proxy))
    }

    /// Whether plain HTTP is answered, beside the probes.
    pub fn answers_plain_http(&self) -> bool {
        self.mode == Mode::Dev || self.behind_proxy || self.listen.ip().is_loopback()
    }

    /// Whether everybody but this machine's own people comes through something that we are not told of:
    /// nobody else reaches a port on loopback, and the name people use is not this machine's.
    pub fn is_behind_a_silent_proxy(&self) -> bool {
        self.listen.ip().is_loopback()
            && !self.behind_proxy
            && !is_loopback_host(self.public_host())
    }

    /// Whether the inbox may be read in a browser. It holds codes that open accounts, so only where
    /// nobody but this machine's own people can be the ones who ask.
    pub fn shows_inbox(&self) -> bool {
        let local = self.listen.ip().is_loopback()
            && !self.behind_proxy
            && is_loopback_host(self.public_host());
        self.mode == Mode::Dev || (self.mail == MailRoute::Inbox && local)
    }

    /// For a command that starts no server: `options`, and where they say nothing what the last server on the data
    /// folder was started with.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn of_last_start(options: Options) -> Result<Self, Vec<Problem>> {
        let data_dir = read::data_dir(&options);
        let last = LastStart::read(&data_dir).map_err(|problem| vec![problem])?;
        let mode = last.as_ref().map_or(Mode::Dev, |last| last.mode);
        let options = match last {
            Some(last) => last.below(options),
            None => options,
        };
        // As an emulator, which demands nothing; what kind of server it was decides on the certificate only.
        Self::new(options, Mode::Dev).map(|config| Self { mode, ..config })
    }

    /// Checks `options` as a whole.
    ///
    /// # Errors
    /// Everything that is wrong.
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
