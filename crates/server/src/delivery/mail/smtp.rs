//! Hands mails to a mail server.

use std::path::Path;
use std::time::Duration;

use cabana_domain::message::{Message, MessageContent};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{Security, Sender, SmtpUrl, letter};
use crate::config::text_file;
use crate::delivery::AT_ONCE;
use crate::edge;
use crate::jobs::Failure;
use crate::problem::{Problem, with_causes};

/// Timeout of each reply of the mail server.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// Timeout of a whole delivery.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(60);
/// A mail server, with a pool of connections.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Sender,
}

impl Smtp {
    /// Prepares the connection; sends nothing yet.
    ///
    /// # Errors
    /// If the additional certificate authority is invalid.
    pub fn new(url: &SmtpUrl, extra_ca: Option<&Path>, sender: Sender) -> Result<Self, Problem> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&url.host)
            .port(url.port)
            .tls(tls(url, extra_ca)?)
            .timeout(Some(ANSWER_TIMEOUT))
            .pool_config(
                PoolConfig::new()
                    .max_size(AT_ONCE)
                    .idle_timeout(Duration::from_secs(30)),
            );
        if let Some((user, password)) = &url.login {
            builder =
                builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
        }
        Ok(Self {
            transport: builder.build(),
            sender,
        })
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// If the server did not accept it.
    pub async fn send(&self, message: &Message, content: &MessageContent) -> Result<(), Failure> {
        let mail = letter::letter(message, content, &self.sender, edge::system_time())
            .map_err(Failure::Never)?;
        match tokio::time::timeout(DELIVERY_TIMEOUT, self.transport.send(mail)).await {
            Err(_) => Err(Failure::Later("the mail server took too long".to_owned())),
            Ok(Err(error)) => Err(undelivered(&error)),
            Ok(Ok(_)) => Ok(()),
        }
    }
}

fn tls(url: &SmtpUrl, extra_ca: Option<&Path>) -> Result<Tls, Problem> {
    let parameters = || -> Result<TlsParameters, Problem> {
        let mut builder = TlsParameters::builder(url.host.clone());
        if let Some(path) = extra_ca {
            let pem = text_file("certificate authority of the mail server", path)?;
            let certificate = Certificate::from_pem(pem.as_bytes())
                .map_err(|error| Problem::new(format!("smtp-ca {}: {error}", path.display())))?;
            builder = builder.add_root_certificate(certificate);
        }
        builder.build().map_err(|error| {
            Problem::new(format!("TLS to the mail server cannot be set up: {error}"))
        })
    };
    Ok(match url.security {
        Security::Plain => Tls::None,
        Security::StartTls => Tls::Required(parameters()?),
        Security::Implicit => Tls::Wrapper(parameters()?),
    })
}

/// A permanent refusal (5xx) is final, unless it is about the server's own login, which an operator can fix.
fn undelivered(error: &Error) -> Failure {
    let words = with_causes(error);
    let about_login = error
        .status()
        .is_some_and(|code| matches!(u16::from(code), 500..=504 | 530..=538));
    if error.is_permanent() && !about_login {
        Failure::Never(words)
    } else {
        Failure::Later(words)
    }
}
