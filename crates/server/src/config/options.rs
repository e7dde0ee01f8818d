//! The options as an operator writes them: flags, `CABANA_…` variables, keys of `cabana.toml`.
//!
//! One struct serves all three, so that no option can exist in one place and not in the others. Some secrets have no
//! flag, because every user of the machine can read the process list.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use cabana_model::Secret;
use clap::builder::BoolishValueParser;
use serde::Deserialize;

use super::functions::FunctionEntry;
use super::kms::KeyEntry;
use super::values::{Categories, LogFormat};

/// Every option, `None` if not given.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// File with these options, one `name = value` per line [default: ./cabana.toml if it exists]
    #[arg(long, env = "CABANA_CONFIG", global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Address to listen on, for both HTTP and TLS [default: 127.0.0.1:9229]
    #[arg(
        long,
        env = "CABANA_LISTEN",
        global = true,
        value_name = "ADDRESS:PORT"
    )]
    pub listen: Option<SocketAddr>,

    /// URL that people and programs use; `serve` requires https [default in dev: http://localhost:<port>]
    #[arg(long, env = "CABANA_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,

    /// Directory for database, keys and certificates [default: ./cabana-data]
    #[arg(long, env = "CABANA_DATA_DIR", global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// `sqlite` (in the data directory) or `postgres://…` [default: sqlite]
    #[arg(
        long,
        env = "CABANA_DATABASE",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub database: Option<Secret>,

    /// File with the value of --database
    #[arg(long, env = "CABANA_DATABASE_FILE", global = true, value_name = "FILE")]
    pub database_file: Option<PathBuf>,

    /// Region in pool ids, ARNs and prefix domains [default: us-east-1]
    #[arg(long, env = "CABANA_REGION", global = true)]
    pub region: Option<String>,

    /// Account ID in ARNs [default: 000000000000]
    #[arg(
        long,
        env = "CABANA_ACCOUNT_ID",
        global = true,
        value_name = "12 DIGITS"
    )]
    pub account_id: Option<String>,

    /// Mail server: smtp://[user:password@]host[:port][?tls=required|none] or smtps://…
    #[arg(
        long,
        env = "CABANA_SMTP_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<Secret>,

    /// File with the value of --smtp-url
    #[arg(long, env = "CABANA_SMTP_URL_FILE", global = true, value_name = "FILE")]
    pub smtp_url_file: Option<PathBuf>,

    /// Additional certificate authority (PEM) to trust for the mail server
    #[arg(long, env = "CABANA_SMTP_CA", global = true, value_name = "FILE")]
    pub smtp_ca: Option<PathBuf>,

    /// Sender if a pool names none [default: no-reply@<host of the public URL>]
    #[arg(long, env = "CABANA_MAIL_FROM", global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,

    /// Text message service: sns://[key:secret@][region], twilio://SID:TOKEN@api.twilio.com?from=+15550100, or https://…
    /// (each message is a signed webhook)
    #[arg(
        long,
        env = "CABANA_SMS_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub sms_url: Option<Secret>,

    /// File with the value of --sms-url
    #[arg(long, env = "CABANA_SMS_URL_FILE", global = true, value_name = "FILE")]
    pub sms_url_file: Option<PathBuf>,

    /// File with the secret that signs webhooks with text messages: whsec_ and 24 to 64 bytes in base64
    #[arg(
        long,
        env = "CABANA_SMS_WEBHOOK_SECRET_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub sms_webhook_secret_file: Option<PathBuf>,

    /// Keep mails and text messages in the built-in inbox instead of sending them (default in dev, for each that has
    /// no URL); `serve` shows the inbox on this machine only
    #[arg(long, env = "CABANA_INBOX", global = true, num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub inbox: Option<bool>,

    /// Address of a function: a webhook, or one of AWS's Invoke API (…/invocations); may be given several times
    #[arg(
        long,
        env = "CABANA_FUNCTION",
        global = true,
        value_name = "NAME_OR_ARN=URL",
        value_delimiter = ' '
    )]
    #[serde(skip)]
    pub function: Vec<String>,

    /// File with the secret that signs calls of webhooks (whsec_…, Standard Webhooks)
    #[arg(
        long,
        env = "CABANA_FUNCTION_SECRET_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub function_secret_file: Option<PathBuf>,

    /// Addresses of functions by name or ARN: the table `[functions]` of the file
    #[arg(skip)]
    pub functions: BTreeMap<String, FunctionEntry>,

    /// Endpoint of AWS's Lambda API that invokes all other functions
    #[arg(
        long,
        env = "CABANA_LAMBDA_ENDPOINT",
        global = true,
        value_name = "URL"
    )]
    pub lambda_endpoint: Option<String>,

    /// File with the id of the access key that signs calls of Lambda
    #[arg(
        long,
        env = "CABANA_LAMBDA_ACCESS_KEY_ID_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub lambda_access_key_id_file: Option<PathBuf>,

    /// File with the secret of the access key that signs calls of Lambda
    #[arg(
        long,
        env = "CABANA_LAMBDA_SECRET_ACCESS_KEY_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub lambda_secret_access_key_file: Option<PathBuf>,

    /// File with the session token of a temporary access key
    #[arg(
        long,
        env = "CABANA_LAMBDA_SESSION_TOKEN_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub lambda_session_token_file: Option<PathBuf>,

    /// File with the id of the access key with which functions decrypt codes, and can do nothing else
    #[arg(
        long,
        env = "CABANA_KMS_ACCESS_KEY_ID_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub kms_access_key_id_file: Option<PathBuf>,

    /// File with the secret of the access key with which functions decrypt codes
    #[arg(
        long,
        env = "CABANA_KMS_SECRET_ACCESS_KEY_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub kms_secret_access_key_file: Option<PathBuf>,

    /// Keys that stand for keys of AWS KMS, by ARN: the table `[kms]` of the file
    #[arg(skip)]
    pub kms: BTreeMap<String, KeyEntry>,

    /// Certificate chain (PEM); reloaded when the file changes
    #[arg(long, env = "CABANA_TLS_CERT", global = true, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,

    /// Private key of --tls-cert (PEM)
    #[arg(long, env = "CABANA_TLS_KEY", global = true, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// Trust X-Forwarded-For, -Proto and -Host; only safe if clients cannot bypass the proxy
    #[arg(long, env = "CABANA_BEHIND_PROXY", global = true, num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub behind_proxy: Option<bool>,

    /// Let identity providers be in private networks and on this machine [default: refused; in dev this machine only]
    #[arg(long, env = "CABANA_ALLOW_PRIVATE_NETWORK", global = true, num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub allow_private_network: Option<bool>,

    /// Log filter, for example `info` or `warn,cabana=debug` [default: info]
    #[arg(long, env = "CABANA_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,

    /// Format of log lines [default: text]
    #[arg(long, env = "CABANA_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,

    /// Seconds for requests in progress to finish when the server stops [default: 10]
    #[arg(
        long,
        env = "CABANA_DRAIN_SECONDS",
        global = true,
        value_name = "SECONDS"
    )]
    pub drain_seconds: Option<u64>,

    /// Separate address for `/metrics` [default: the address of --listen, readable from this machine only]
    #[arg(
        long,
        env = "CABANA_METRICS_LISTEN",
        global = true,
        value_name = "ADDRESS:PORT"
    )]
    pub metrics_listen: Option<SocketAddr>,

    /// Most connections at once; more wait in the system's queue [default: 10000]
    #[arg(
        long,
        env = "CABANA_MAX_CONNECTIONS",
        global = true,
        value_name = "NUMBER"
    )]
    pub max_connections: Option<usize>,

    /// Most connections at once per client address; idle ones make room for new ones (behind a proxy: most requests at
    /// once per forwarded address); 0 means no limit [default: 256; in dev 0]
    #[arg(
        long,
        env = "CABANA_MAX_CONNECTIONS_PER_ADDRESS",
        global = true,
        value_name = "NUMBER"
    )]
    pub max_connections_per_address: Option<usize>,

    /// Reads per second per user, and as many writes; 0 means no limit [default: 10]
    #[arg(
        long,
        env = "CABANA_LIMIT_PER_USER",
        global = true,
        value_name = "NUMBER"
    )]
    pub limit_per_user: Option<u32>,

    /// Requests per second per client address to public operations, OAuth endpoints and sign-in pages; 0 means no limit
    /// [default: 300; in dev 0]
    #[arg(
        long,
        env = "CABANA_LIMIT_PER_ADDRESS",
        global = true,
        value_name = "NUMBER"
    )]
    pub limit_per_address: Option<u32>,

    /// Passwords to check or store, and answers of identity providers, per second per client address; 0 means no limit
    /// [default: 20; in dev 0]
    #[arg(
        long,
        env = "CABANA_LIMIT_PASSWORDS_PER_ADDRESS",
        global = true,
        value_name = "NUMBER"
    )]
    pub limit_passwords_per_address: Option<u32>,

    /// Requests per second per app client with a secret to its OAuth endpoints; 0 means no limit [default: 300]
    #[arg(
        long,
        env = "CABANA_LIMIT_PER_CLIENT",
        global = true,
        value_name = "NUMBER"
    )]
    pub limit_per_client: Option<u32>,

    /// Mails, or text messages, per hour to one address or number, twice as many if it is verified; 0 means no limit
    /// [default: 10; in dev without --smtp-url and --sms-url 0]
    #[arg(
        long,
        env = "CABANA_LIMIT_MESSAGES_PER_DESTINATION",
        global = true,
        value_name = "NUMBER"
    )]
    pub limit_messages_per_destination: Option<u32>,

    /// Enforce Amazon's quotas by category of operation, to test how an app handles them [default: off]
    #[arg(long, env = "CABANA_LIMIT_CATEGORIES", global = true)]
    pub limit_categories: Option<Categories>,

    /// Days to keep users' events, with IP address and user agent; 0 keeps none [default: 30]
    #[arg(
        long,
        env = "CABANA_EVENTS_DAYS",
        global = true,
        value_name = "DAYS",
        value_parser = clap::value_parser!(u16).range(0..=3650)
    )]
    pub events_days: Option<u16>,

    /// File with the master key: 32 bytes in hex or base64 [default: master.key in the data directory]
    #[arg(
        long,
        env = "CABANA_MASTER_KEY_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub master_key_file: Option<PathBuf>,

    /// File with the id of the root access key [default: credentials in the data directory]
    #[arg(
        long,
        env = "CABANA_ROOT_ACCESS_KEY_ID_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub root_access_key_id_file: Option<PathBuf>,

    /// File with the secret of the root access key [default: credentials in the data directory]
    #[arg(
        long,
        env = "CABANA_ROOT_SECRET_ACCESS_KEY_FILE",
        global = true,
        value_name = "FILE"
    )]
    pub root_secret_access_key_file: Option<PathBuf>,

    #[arg(skip)]
    pub function_secret: Option<Secret>,
    #[arg(skip)]
    pub lambda_access_key_id: Option<Secret>,
    #[arg(skip)]
    pub lambda_secret_access_key: Option<Secret>,
    #[arg(skip)]
    pub lambda_session_token: Option<Secret>,
    #[arg(skip)]
    pub kms_access_key_id: Option<Secret>,
    #[arg(skip)]
    pub kms_secret_access_key: Option<Secret>,
    #[arg(skip)]
    pub sms_webhook_secret: Option<Secret>,
    #[arg(skip)]
    pub master_key: Option<Secret>,
    #[arg(skip)]
    pub root_access_key_id: Option<Secret>,
    #[arg(skip)]
    pub root_secret_access_key: Option<Secret>,
}
