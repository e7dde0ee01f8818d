//! Calls to other servers, with a deadline and a largest reply for each: one client for addresses that the operator
//! configured, which follows no redirect, as a call may carry secrets; and a guarded one for addresses that the settings
//! of pools name.

mod guard;
mod guarded;
mod webhook;

use std::error::Error;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

use crate::problem::{Problem, with_causes};

pub use guard::{Forbidden, Guard};
pub use guarded::Guarded;
pub use webhook::WebhookSecret;

/// Time that an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// The client. Clones share their connections.
#[derive(Clone)]
pub struct Client(reqwest::Client);

/// The bounds of a call.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Time for the whole call, from the look-up of the name to the last byte of the reply.
    pub time: Duration,
    /// Largest body of the reply, in bytes.
    pub reply: usize,
}

/// The reply to a call.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The reason why a call has no reply. The text names no address: paths and queries may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReply {
    /// Nothing was sent.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The connection ended before the reply began.
    #[error("the connection was closed without a reply: {0}")]
    Dropped(String),
    #[error("the reply is broken: {0}")]
    Broken(String),
    #[error("no reply within {} s", .0.as_secs_f32())]
    TooLate(Duration),
    #[error("the reply is larger than {0} bytes")]
    TooLarge(usize),
    /// A guarded call to a forbidden address.
    #[error("{0}")]
    Forbidden(Forbidden),
}

impl Client {
    /// A client that trusts the system's certificate authorities (or those that `SSL_CERT_FILE` names), or the public
    /// ones if the system has none, as in an empty container.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new() -> Result<Self, Problem> {
        Self::build(|builder| builder)
    }

    fn build(
        more: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self, Problem> {
        let problem = |error: &dyn Error| {
            Problem::new(format!(
                "outgoing TLS cannot be set up: {}",
                with_causes(error)
            ))
        };
        let mut roots = RootCertStore::empty();
        // A system's bundle may hold some that are too old to be parsed.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| problem(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("cabana/", env!("CARGO_PKG_VERSION")));
        more(builder)
            .build()
            .map(Self)
            .map_err(|error| problem(&error))
    }

    /// Makes a call.
    ///
    /// # Errors
    /// If there is no reply within the bounds.
    pub async fn call(&self, request: Request<Bytes>, bounds: Bounds) -> Result<Reply, NoReply> {
        let reply = tokio::time::timeout(bounds.time, self.reply(request, bounds.reply));
        reply.await.map_err(|_| NoReply::TooLate(bounds.time))?
    }

    async fn reply(&self, request: Request<Bytes>, largest: usize) -> Result<Reply, NoReply> {
        let request = reqwest::Request::try_from(request).map_err(no_reply)?;
        let mut response = self.0.execute(request).await.map_err(no_reply)?;
        let broken = |error: reqwest::Error| NoReply::Broken(in_words(error));
        let announced = response.content_length().map(usize::try_from);
        if announced.is_some_and(|it| it.is_ok_and(|it| it > largest)) {
            return Err(NoReply::TooLarge(largest));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if body.len().saturating_add(chunk.len()) > largest {
                return Err(NoReply::TooLarge(largest));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: body.freeze(),
        })
    }
}

/// The error of a call whose reply has not begun.
fn no_reply(error: reqwest::Error) -> NoReply {
    if let Some(reason) = guarded::forbidden(&error) {
        return NoReply::Forbidden(reason);
    }
    let kind = if error.is_connect() || error.is_builder() {
        NoReply::Unreachable
    } else if was_dropped(&error) {
        NoReply::Dropped
    } else {
        NoReply::Broken
    };
    kind(in_words(error))
}

fn was_dropped(error: &reqwest::Error) -> bool {
    let mut next = error.source();
    while let Some(cause) = next {
        let http = cause.downcast_ref::<hyper::Error>();
        let io = cause.downcast_ref::<std::io::Error>();
        let ended = http.is_some_and(hyper::Error::is_incomplete_message)
            || io.is_some_and(|error| {
                matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset
                        | ErrorKind::ConnectionAborted
                        | ErrorKind::BrokenPipe
                )
            });
        if ended {
            return true;
        }
        next = cause.source();
    }
    false
}

/// An error in words that leave the address out.
fn in_words(error: reqwest::Error) -> String {
    with_causes(&error.without_url())
}

#[cfg(test)]
mod tests;
