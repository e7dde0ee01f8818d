//! The URL of a mail server.
//!
//! Secure by default: `smtp://` to another machine requires STARTTLS, and only an explicit `?tls=none` sends passwords
//! and codes in plain text.

use std::fmt;

use cabana_model::Secret;
use url::Url;

use crate::config::is_loopback_host;
use crate::delivery::url::login;
use crate::problem::Problem;

/// Protection of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// None.
    Plain,
    /// TLS after STARTTLS; a server that does not offer it gets no mail.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

/// A mail server, and how to connect to it.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User name and password.
    pub login: Option<(String, Secret)>,
}

impl SmtpUrl {
    /// Parses `smtp://[user:password@]host[:port][?tls=required|none]` or `smtps://…`.
    ///
    /// # Errors
    /// A description of the problem that does not repeat the URL, which may hold a password.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = |words: &str| Problem::new(format!("smtp-url: {words}"));
        let url = Url::parse(text).map_err(|error| wrong(&format!("not a URL: {error}")))?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| wrong("the host is missing"))?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(wrong("nothing but ?tls= may follow the host"));
        }
        let security = security(&url, host).map_err(wrong)?;
        let port = url.port().unwrap_or(match security {
            Security::Plain => 25,
            Security::StartTls => 587,
            Security::Implicit => 465,
        });
        let login = login(&url).map_err(wrong)?;
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        Ok(Self {
            host,
            port,
            security,
            login,
        })
    }
}

fn security(url: &Url, host: &str) -> Result<Security, &'static str> {
    let mut tls = None;
    for (name, value) in url.query_pairs() {
        match (name.as_ref(), value.as_ref()) {
            ("tls", "required") => tls = Some(Security::StartTls),
            ("tls", "none") => tls = Some(Security::Plain),
            ("tls", _) => return Err("tls must be `required` or `none`"),
            _ => return Err("the only parameter is ?tls="),
        }
    }
    match (url.scheme(), tls) {
        ("smtps", None | Some(Security::StartTls)) => Ok(Security::Implicit),
        ("smtps", _) => Err("smtps:// is TLS from the first byte; ?tls=none contradicts it"),
        ("smtp", Some(asked)) => Ok(asked),
        ("smtp", None) if is_loopback_host(host) => Ok(Security::Plain),
        ("smtp", None) => Ok(Security::StartTls),
        _ => Err("it must begin with smtp:// or smtps://"),
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SmtpUrl({}:{} {:?})",
            self.host, self.port, self.security
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> SmtpUrl {
        SmtpUrl::parse(text).unwrap()
    }

    #[test]
    fn another_machine_gets_tls_unless_plain_is_asked_for() {
        assert_eq!(
            parsed("smtp://mail.example.com").security,
            Security::StartTls
        );
        assert_eq!(
            parsed("smtp://mail.example.com?tls=required").security,
            Security::StartTls
        );
        assert_eq!(
            parsed("smtp://mail.example.com/?tls=none").security,
            Security::Plain
        );
        assert_eq!(
            parsed("smtps://mail.example.com").security,
            Security::Implicit
        );
        for local in [
            "smtp://127.0.0.1:1025",
            "smtp://localhost",
            "smtp://[::1]:25",
        ] {
            assert_eq!(parsed(local).security, Security::Plain, "{local}");
        }
        assert_eq!(
            parsed("smtp://localhost?tls=required").security,
            Security::StartTls
        );
    }

    #[test]
    fn the_port_follows_the_kind_of_connection() {
        assert_eq!(parsed("smtp://mail.example.com").port, 587);
        assert_eq!(parsed("smtps://mail.example.com").port, 465);
        assert_eq!(parsed("smtp://localhost").port, 25);
        assert_eq!(parsed("smtp://mail.example.com:2525").port, 2525);
        assert_eq!(parsed("smtp://[::1]:2525").host, "::1");
    }

    #[test]
    fn user_and_password_are_decoded_and_never_printed() {
        let url = parsed("smtps://me%40example.com:p%3A%2Fw+%C3%A4@mail.example.com");
        let (user, password) = url.login.clone().unwrap();
        assert_eq!(
            (user.as_str(), password.expose()),
            ("me@example.com", "p:/w+ä")
        );
        assert!(!format!("{url:?}").contains("p:/w"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_repeating_it() {
        for wrong in [
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://sekret@mail.example.com",
            "smtp://u:sekret@mail.example.com/inbox",
            "smtp://u:sekret@mail.example.com?tls=maybe",
            "smtp://u:sekret@mail.example.com?starttls=1",
            "smtps://u:sekret@mail.example.com?tls=none",
            "smtp://u:%zzsekret@mail.example.com",
            "smtp://u:%ff%fe@mail.example.com",
        ] {
            let problem = SmtpUrl::parse(wrong).unwrap_err().0;
            assert!(
                problem.starts_with("smtp-url: ") && !problem.contains("sekret"),
                "{wrong}: {problem}"
            );
        }
    }
}
