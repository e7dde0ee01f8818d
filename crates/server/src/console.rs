//! The console in this program: facts about the server, and the link to its first operator.

use std::net::SocketAddr;

use cabana_api::Api;
use cabana_api::logic::operators::{self, ADMINISTRATORS};
use cabana_console::Facts;
use cabana_domain::Time;
use cabana_store::Sealer;

use crate::catalog;
use crate::config::{Config, Database, MailRoute, Mode, SmsRoute};
use crate::data_dir;
use crate::problem::Problem;

/// Facts for the console's server page.
pub fn facts(config: &Config, address: SocketAddr, api: &Api) -> Facts {
    Facts {
        version: env!("CARGO_PKG_VERSION"),
        started: api.clock.now(),
        listen: address.to_string(),
        store: store(config),
        data_dir: config.data_dir.display().to_string(),
        master_key: master_key(config),
        tls: tls(config),
        authority: crate::tls::authority_in_use(config),
        mail: mail(config),
        mail_from: config.mail_from.clone().unwrap_or_default(),
        texts: texts(config),
    }
}

fn store(config: &Config) -> String {
    match &config.database {
        Database::Sqlite => format!(
            "SQLite, {}",
            data_dir::database_path(&config.data_dir).display()
        ),
        Database::Postgres(url) => {
            let address = url::Url::parse(url.expose()).ok();
            let host = address.as_ref().and_then(url::Url::host_str);
            let name = address.as_ref().map(|it| it.path().trim_start_matches('/'));
            format!(
                "PostgreSQL, {} on {}",
                name.unwrap_or_default(),
                host.unwrap_or("a local socket")
            )
        }
    }
}

fn master_key(config: &Config) -> String {
    match (&config.master_key_file, &config.master_key) {
        (Some(file), _) => format!("The file {}", file.display()),
        (None, Some(_)) => "The environment".to_owned(),
        (None, None) => "The file master.key in the data directory".to_owned(),
    }
}

fn tls(config: &Config) -> String {
    match &config.tls {
        Some(files) => format!("The certificate {}", files.cert.display()),
        None if config.makes_certificate() => "A local authority in the data directory".to_owned(),
        None if config.behind_proxy => "Ends at the proxy in front of this server".to_owned(),
        None => "None".to_owned(),
    }
}

fn mail(config: &Config) -> String {
    match &config.mail {
        MailRoute::Inbox => "Kept in the inbox of this server".to_owned(),
        MailRoute::Nowhere => "Cannot be sent: no SMTP server is configured".to_owned(),
        MailRoute::Smtp(url) => format!("Sent through {}:{}", url.host, url.port),
    }
}

fn texts(config: &Config) -> String {
    match &config.sms {
        SmsRoute::Inbox => "Kept in the inbox of this server".to_owned(),
        SmsRoute::Nowhere => "Cannot be sent: no service is configured".to_owned(),
        SmsRoute::Service(url) => format!("Sent through {}", url.name()),
    }
}

/// A link that creates the next operator, if one is needed: in the emulator always, otherwise only as long as nobody
/// could sign in.
///
/// # Errors
/// If the store fails.
pub async fn setup_link(api: &Api, mode: Mode) -> Result<Option<String>, Problem> {
    let has_administrator = operators::has_member(api, ADMINISTRATORS).await;
    if mode == Mode::Serve && has_administrator.map_err(catalog::unreadable)? {
        return Ok(None);
    }
    new_link(&api.sealer, &api.settings.public_url, api.clock.now()).map(Some)
}

/// A new link, valid once and for 30 minutes.
///
/// # Errors
/// If the system has no randomness.
pub fn new_link(sealer: &Sealer, public_url: &str, now: Time) -> Result<String, Problem> {
    let token =
        operators::new_setup_token(sealer, now).map_err(|fault| Problem::new(fault.to_string()))?;
    Ok(format!("{public_url}/console/setup?token={token}"))
}
