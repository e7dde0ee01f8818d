//! Options in the database's URL, including our own.

use std::str::FromStr;
use std::time::Duration;

use cabana_store::Result;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use crate::engine::unavailable;

/// Most connections, unless `max_connections` says otherwise.
const CONNECTIONS: usize = 16;
const CONNECT: Duration = Duration::from_secs(10);
/// Notices within half a minute that a peer has gone away silently.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// Connection options.
#[derive(Clone, Debug)]
pub struct Options {
    pub config: Config,
    pub connections: usize,
    /// A PEM file with trusted root certificates.
    pub root_certificates: Option<String>,
}

impl Options {
    /// Parses `postgres://user:password@host:port/database?…`. Besides libpq's usual parameters: `sslmode` (`disable`,
    /// `prefer`, `require`, `verify-ca`, `verify-full`; without it, no TLS), `sslrootcert` (a PEM file),
    /// `max_connections`. With TLS, certificate and name are always verified.
    ///
    /// # Errors
    /// If it cannot be parsed; the message does not repeat the URL, as it may hold a password.
    pub fn parse(url: &str) -> Result<Self> {
        let (mut own, mut rest) = (Own::default(), Vec::new());
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if !own.take(pair)? {
                rest.push(pair);
            }
        }
        let text = match rest.as_slice() {
            [] => address.to_owned(),
            rest => format!("{address}?{}", rest.join("&")),
        };
        let mut config = Config::from_str(&text).map_err(unavailable)?;
        config.ssl_mode(own.ssl_mode.unwrap_or(SslMode::Disable));
        config.keepalives_idle(KEEPALIVE);
        config.keepalives_interval(KEEPALIVE);
        config.keepalives_retries(2);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("cabana");
        }
        Ok(Self {
            config,
            connections: own.connections.unwrap_or(CONNECTIONS),
            root_certificates: own.root_certificates,
        })
    }

    /// Whether TLS may be used.
    pub fn speaks_tls(&self) -> bool {
        self.config.get_ssl_mode() != SslMode::Disable
    }
}

/// Parameters that the driver does not know, or not fully.
#[derive(Default)]
struct Own {
    ssl_mode: Option<SslMode>,
    connections: Option<usize>,
    root_certificates: Option<String>,
}

impl Own {
    /// Takes a parameter if it is one of these; returns whether it did.
    fn take(&mut self, pair: &str) -> Result<bool> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let bad = || unavailable(format!("the database address has a wrong {name}"));
        match name {
            "sslmode" => {
                self.ssl_mode = Some(match value {
                    "disable" => SslMode::Disable,
                    "allow" | "prefer" => SslMode::Prefer,
                    "require" | "verify-ca" | "verify-full" => SslMode::Require,
                    _ => return Err(bad()),
                });
            }
            "sslrootcert" => self.root_certificates = Some(decoded(value).ok_or_else(bad)?),
            "max_connections" => {
                let connections = value.parse().ok().filter(|it| *it > 0);
                self.connections = Some(connections.ok_or_else(bad)?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Decodes percent-encoding.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_parameters_are_taken_out_of_the_address() {
        let url = "postgres://u:p%40@db.example:6000/cabana?sslmode=verify-full\
                   &application_name=x&sslrootcert=%2Fca%20s.pem&max_connections=3";
        let options = Options::parse(url).unwrap();
        assert_eq!(options.config.get_ssl_mode(), SslMode::Require);
        assert_eq!(options.config.get_application_name(), Some("x"));
        assert_eq!(options.config.get_password(), Some(b"p@".as_slice()));
        assert_eq!(options.root_certificates.as_deref(), Some("/ca s.pem"));
        assert_eq!(options.connections, 3);
    }

    #[test]
    fn without_sslmode_there_is_no_tls_and_wrong_values_are_refused() {
        let options = Options::parse("postgres://u@localhost/cabana").unwrap();
        assert!(!options.speaks_tls());
        for query in [
            "sslmode=maybe",
            "max_connections=0",
            "sslrootcert=%zz",
            "unknown=1",
        ] {
            let url = format!("postgres://u:geheim@localhost/cabana?{query}");
            let error = Options::parse(&url).unwrap_err();
            assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
        }
    }
}
