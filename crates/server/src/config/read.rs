//! From options to configuration: defaults, files, formats.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cabana_api::limits::Rates;
use cabana_domain::Span;
use cabana_model::Secret;
use url::Url;

use super::{Categories, Config, Database, MailRoute, Mode, Options, RootKey, SmsRoute, TlsFiles};
use crate::delivery::mail::{self, SmtpUrl};
use crate::delivery::sms::SmsUrl;
use crate::problem::Problem;

/// Default listening address.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9229);

/// Default connections per address in production: enough for an office behind one router, since idle ones make room,
/// and too few for a flood.
const CONNECTIONS_PER_ADDRESS: usize = 256;

/// Default retention of users' events, in days.
const EVENTS_DAYS: u16 = 30;

/// The configured limits, completed with the defaults of the mode.
fn limits(options: &Options, mode: Mode) -> Rates {
    let usual = match mode {
        Mode::Dev => Rates::EMULATOR,
        Mode::Serve => Rates::USUAL,
    };
    // The emulator's inbox takes any number of messages; those that leave the machine reach real people.
    let sends = options.smtp_url.is_some()
        || options.smtp_url_file.is_some()
        || options.sms_url.is_some()
        || options.sms_url_file.is_some();
    let per_destination = match sends {
        true => Rates::USUAL.messages_per_destination,
        false => usual.messages_per_destination,
    };
    Rates {
        per_user: options.limit_per_user.unwrap_or(usual.per_user),
        per_address: options.limit_per_address.unwrap_or(usual.per_address),
        passwords_per_address: options
            .limit_passwords_per_address
            .unwrap_or(usual.passwords_per_address),
        per_client: options.limit_per_client.unwrap_or(usual.per_client),
        messages_per_destination: options
            .limit_messages_per_destination
            .unwrap_or(per_destination),
        categories: options.limit_categories == Some(Categories::Cognito),
    }
}

/// All options, from flags and environment (`given`) and from the file.
///
/// # Errors
/// If a named file does not exist, or a file is invalid.
pub fn options(given: Options) -> Result<Options, Problem> {
    let given = given.with_secrets_from(|name| std::env::var(name).ok());
    let path = match &given.config {
        Some(path) => path.clone(),
        None if Path::new("cabana.toml").exists() => PathBuf::from("cabana.toml"),
        None => return Ok(given),
    };
    let text = text_file("configuration file", &path)?;
    let file: Options = toml::from_str(&text).map_err(|error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        Problem::new(format!(
            "{}: line {line}: {}",
            path.display(),
            error.message()
        ))
    })?;
    Ok(given.over(file))
}

/// The configured data directory.
pub fn data_dir(options: &Options) -> PathBuf {
    let given = options.data_dir.clone();
    given.unwrap_or_else(|| PathBuf::from("cabana-data"))
}

/// Reads a text file that must exist.
///
/// # Errors
/// With the file's name and the system's error.
pub fn text_file(what: &str, path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| {
        Problem::new(format!(
            "cannot read the {what} {}: {error}",
            path.display()
        ))
    })
}

/// Collects problems, so that all can be reported at once.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    pub(super) fn add_problem(&mut self, words: impl AsRef<str>) {
        self.problems.push(Problem::new(words));
    }

    /// The value, or its default after a problem is recorded.
    pub(super) fn keep<T: Default>(&mut self, result: Result<T, Problem>) -> T {
        result.unwrap_or_else(|problem| {
            self.problems.push(problem);
            T::default()
        })
    }

    /// A secret from an option or from a file, but not both.
    pub(super) fn secret(
        &mut self,
        name: &str,
        value: Option<Secret>,
        file: Option<&Path>,
    ) -> Option<Secret> {
        let value = value.filter(|value| !value.is_empty());
        let text = match (value, file) {
            (Some(_), Some(_)) => {
                self.add_problem(format!("{name} and {name}-file are both given: keep one"));
                return None;
            }
            (value, None) => return value,
            (None, Some(path)) => self.keep(text_file(&format!("{name}-file"), path)),
        };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() && self.problems.is_empty() {
            self.add_problem(format!("{name}-file is empty"));
        }
        (!text.is_empty()).then(|| Secret::from(text))
    }

    /// The configuration of `options` with defaults; `problems` then has everything that is wrong.
    pub(super) fn config(&mut self, options: Options, mode: Mode) -> Config {
        let limits = limits(&options, mode);
        let functions = self.functions(&options, mode);
        let (kms, kms_key) = (self.kms(&options), self.kms_key(&options));
        let data_dir = data_dir(&options);
        let database = self.secret(
            "database",
            options.database,
            options.database_file.as_deref(),
        );
        let smtp = self.secret(
            "smtp-url",
            options.smtp_url,
            options.smtp_url_file.as_deref(),
        );
        let sms = self.secret("sms-url", options.sms_url, options.sms_url_file.as_deref());
        let sms_secret = self.secret(
            "sms-webhook-secret",
            options.sms_webhook_secret,
            options.sms_webhook_secret_file.as_deref(),
        );
        let inbox = options.inbox.unwrap_or(false);
        let master_key = self.secret(
            "master-key",
            options.master_key,
            options.master_key_file.as_deref(),
        );
        let root_key = self.access_key(
            "root",
            (options.root_access_key_id, options.root_access_key_id_file),
            (
                options.root_secret_access_key,
                options.root_secret_access_key_file,
            ),
        );
        Config {
            mode,
            listen: options.listen.unwrap_or(DEFAULT_LISTEN),
            given_public_url: self.public_url(options.public_url),
            data_dir,
            database: self.database(database),
            region: self.region(options.region),
            account_id: self.account_id(options.account_id),
            mail: self.mail(smtp, inbox, mode),
            sms: self.sms(sms, sms_secret, inbox, mode),
            smtp_ca: options.smtp_ca,
            mail_from: self.mail_from(options.mail_from),
            functions,
            kms,
            kms_key,
            tls: self.tls(options.tls_cert, options.tls_key),
            behind_proxy: options.behind_proxy.unwrap_or(false),
            allow_private_network: options.allow_private_network.unwrap_or(false),
            events_kept: Span::days(i64::from(options.events_days.unwrap_or(EVENTS_DAYS))),
            drain: Duration::from_secs(options.drain_seconds.unwrap_or(10)),
            metrics_listen: options.metrics_listen,
            max_connections: self.max_connections(options.max_connections),
            max_connections_per_address: options.max_connections_per_address.unwrap_or(
                match mode {
                    // A test suite comes from one address.
                    Mode::Dev => 0,
                    Mode::Serve => CONNECTIONS_PER_ADDRESS,
                },
            ),
            limits,
            master_key,
            master_key_file: options.master_key_file,
            root_key: root_key.map(|(id, secret)| RootKey { id, secret }),
        }
    }

    fn public_url(&mut self, text: Option<String>) -> Option<Url> {
        let text = text.filter(|text| !text.is_empty())?;
        let url = Url::parse(&text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host_str().is_some_and(|host| !host.is_empty())
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        if url.is_none() {
            self.add_problem(
                "public-url must be https://host or https://host:port, with nothing after it",
            );
        }
        url
    }

    fn database(&mut self, text: Option<Secret>) -> Database {
        match text {
            None => Database::Sqlite,
            Some(text) if text.expose() == "sqlite" => Database::Sqlite,
            Some(text) if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
                Database::Postgres(text)
            }
            Some(_) => {
                self.add_problem("database must be `sqlite` or postgres://user:password@host/name");
                Database::Sqlite
            }
        }
    }

    fn region(&mut self, text: Option<String>) -> String {
        let region = text
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| "us-east-1".to_owned());
        let is_label = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if region.len() > 32 || !region.split('-').all(is_label) {
            self.add_problem(
                "region must look like us-east-1: lowercase letters, digits and hyphens",
            );
        }
        region
    }

    fn account_id(&mut self, text: Option<String>) -> String {
        let account = text
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| "000000000000".to_owned());
        if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
            self.add_problem("account-id must be 12 digits");
        }
        account
    }

    fn mail(&mut self, smtp: Option<Secret>, inbox: bool, mode: Mode) -> MailRoute {
        match (smtp, inbox) {
            (Some(_), true) => {
                self.add_problem("inbox and smtp-url are both given: mails go to one of them");
                MailRoute::Inbox
            }
            (Some(text), false) => match SmtpUrl::parse(text.expose()) {
                Ok(url) => MailRoute::Smtp(url),
                Err(problem) => {
                    self.problems.push(problem);
                    MailRoute::Inbox
                }
            },
            (None, inbox) if inbox || mode == Mode::Dev => MailRoute::Inbox,
            (None, _) => MailRoute::Nowhere,
        }
    }

    fn sms(
        &mut self,
        url: Option<Secret>,
        secret: Option<Secret>,
        inbox: bool,
        mode: Mode,
    ) -> SmsRoute {
        match (url, inbox) {
            (Some(_), true) => {
                self.add_problem(
                    "inbox and sms-url are both given: text messages go to one of them",
                );
                SmsRoute::Inbox
            }
            (Some(text), false) => match SmsUrl::parse(text.expose(), secret.as_deref()) {
                Ok(url) => SmsRoute::Service(url),
                Err(problem) => {
                    self.problems.push(problem);
                    SmsRoute::Inbox
                }
            },
            (None, inbox) if inbox || mode == Mode::Dev => SmsRoute::Inbox,
            (None, _) => SmsRoute::Nowhere,
        }
    }

    fn mail_from(&mut self, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        if mail::is_mailbox(&text) {
            return Some(text);
        }
        self.add_problem("mail-from must be an address like login@example.com or \"Example <login@example.com>\"");
        None
    }

    fn tls(&mut self, cert: Option<PathBuf>, key: Option<PathBuf>) -> Option<TlsFiles> {
        match (cert, key) {
            (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
            (None, None) => None,
            (Some(_), None) => {
                self.add_problem("tls-cert is given without tls-key");
                None
            }
            (None, Some(_)) => {
                self.add_problem("tls-key is given without tls-cert");
                None
            }
        }
    }

    fn max_connections(&mut self, given: Option<usize>) -> usize {
        let number = given.unwrap_or(10_000);
        if number == 0 {
            self.add_problem("max-connections must be at least 1");
        }
        number
    }

    /// Id and secret of an access key, from options or from files; `name` begins the names of its options.
    pub(super) fn access_key(
        &mut self,
        name: &str,
        id: (Option<Secret>, Option<PathBuf>),
        secret: (Option<Secret>, Option<PathBuf>),
    ) -> Option<(String, Secret)> {
        let (id_name, secret_name) = (
            format!("{name}-access-key-id"),
            format!("{name}-secret-access-key"),
        );
        let id = self.secret(&id_name, id.0, id.1.as_deref());
        let secret = self.secret(&secret_name, secret.0, secret.1.as_deref());
        match (id, secret) {
            (Some(id), Some(secret)) => Some((id.into_inner(), secret)),
            (None, None) => None,
            _ => {
                self.add_problem(format!(
                    "{id_name} and {secret_name} go together: give both or none"
                ));
                None
            }
        }
    }
}
