//! Settings that `serve` refuses, because they would put people's passwords at risk.

use super::Config;
use crate::data_dir;
use crate::problem::Problem;

/// Whether a host name or address is this machine's own.
pub fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare.ends_with(".localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Every unsafe setting of `config`, each in one line that says what to change.
pub(super) fn problems(config: &Config) -> Vec<Problem> {
    [public_url(config), plain_http(config)]
        .into_iter()
        .flatten()
        .chain(secret_files(config))
        .collect()
}

fn public_url(config: &Config) -> Option<Problem> {
    match &config.given_public_url {
        None => Some(Problem::new(
            "no public URL: set --public-url (CABANA_PUBLIC_URL) to the https:// address people use",
        )),
        Some(url) if url.scheme() == "https" => None,
        Some(url) if url.host_str().is_some_and(is_loopback_host) => None,
        Some(_) => Some(Problem::new(
            "the public URL is not https: set --public-url (CABANA_PUBLIC_URL) to an https:// address",
        )),
    }
}

fn plain_http(config: &Config) -> Option<Problem> {
    let reachable = !config.listen.ip().is_loopback();
    (reachable && !config.behind_proxy && config.tls.is_none()).then(|| {
        Problem::new(format!(
            "plain HTTP on {} would show passwords to the network: set --tls-cert and --tls-key, or --behind-proxy if a \
             proxy that speaks TLS stands in front",
            config.listen
        ))
    })
}

fn secret_files(config: &Config) -> Vec<Problem> {
    let master = config
        .master_key_file
        .clone()
        .unwrap_or_else(|| data_dir::master_key_path(&config.data_dir));
    [
        ("master key", master),
        (
            "root access key",
            data_dir::credentials_path(&config.data_dir),
        ),
    ]
    .into_iter()
    .filter(|(_, path)| !data_dir::is_private_file(path))
    .map(|(what, path)| {
        Problem::new(format!(
            "others can read the {what}: run `chmod 600 {}`",
            path.display()
        ))
    })
    .collect()
}
