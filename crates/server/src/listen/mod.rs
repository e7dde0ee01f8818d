//! The port: it speaks both HTTP and TLS, and no client can block it.
//!
//! `axum::serve` sets no timeouts, so a client that sends one header byte a minute keeps a connection forever. Here
//! every step has a timeout: the first byte, the TLS handshake, the headers, the body, and the life of the connection;
//! and the number of connections is limited.

mod connection;
mod forwarded;
mod front;
mod labels;
mod probes;
mod request;
mod shares;
mod under_way;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

pub use forwarded::Proxy;
pub use front::{Calls, Front, Policy};
pub use probes::{Metrics, MetricsPort, Probes};
pub use shares::{LIMITS, Shares};

/// Shortest time between two warnings that an address holds too many connections.
const TOLD_AGAIN: Duration = Duration::from_secs(60);

/// The connection of a request.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The other end of the connection: the client, or the proxy before it.
    pub peer: SocketAddr,
    /// Whether this connection is TLS.
    pub tls: bool,
}

/// A handler of requests.
pub trait Answer: Send + Sync + 'static {
    /// The response to a request. Never fails; a failure is a response too.
    fn answer(
        &self,
        request: Request<Incoming>,
        link: Link,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// Timeouts of each step, and the limit of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    pub first_byte: Duration,
    pub handshake: Duration,
    /// For the headers of a request, including the wait for the next request on a kept-alive connection.
    pub headers: Duration,
    /// Without a request; on HTTP/1 the timeout of headers is shorter.
    pub idle: Duration,
    /// Age after which a connection ends once its requests are answered.
    pub age: Duration,
    /// For requests in progress when the server stops, or when a connection reaches its age.
    pub drain: Duration,
}

impl Limits {
    /// The default limits.
    pub fn new(connections: usize, drain: Duration) -> Self {
        Self {
            connections,
            first_byte: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(30),
            idle: Duration::from_secs(120),
            age: Duration::from_secs(3600),
            drain,
        }
    }
}

/// Connections that can wait to be accepted, if the system allows this many: with fewer, a burst loses some, and their
/// clients do not even notice.
const QUEUE: u32 = 4096;

/// Binds the port.
///
/// # Errors
/// If another process has it.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // After a restart, earlier connections may still be closing.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// Answers connections until `stop` turns true and those in progress are drained.
pub async fn serve<A: Answer>(
    listener: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
    answer: Arc<A>,
    limits: Limits,
    shares: Arc<Shares>,
    mut stop: watch::Receiver<bool>,
) {
    let server = Arc::new(connection::Server {
        tls: tls.map(Into::into),
        answer,
        limits,
        stop: stop.clone(),
    });
    let permits = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    let mut told: Option<Instant> = None;
    loop {
        while connections.try_join_next().is_some() {}
        // A permit comes first: connections over the limit wait in the system's queue.
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await.ok()?;
            Some((permit, listener.accept().await))
        };
        let (permit, accepted) = tokio::select! {
            next = next => match next {
                Some(next) => next,
                None => break,
            },
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(held) = shares.connection(peer.ip()) else {
                    if told.is_none_or(|at| at.elapsed() > TOLD_AGAIN) {
                        told = Some(Instant::now());
                        tracing::warn!(
                            address = %peer.ip(),
                            "an address holds as many connections as one may (--max-connections-per-address), and none of \
                             them is idle; more of it are closed unanswered"
                        );
                    }
                    continue;
                };
                let server = Arc::clone(&server);
                connections.spawn(async move {
                    server.connection(stream, peer, &held.under_way).await;
                    drop((permit, held));
                });
            }
            Err(error) => {
                // Usually out of file descriptors: a pause lets some be closed.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, all).await.is_err() {
        tracing::warn!("stopped with requests still in progress");
        connections.shutdown().await;
    }
}

#[cfg(test)]
mod tests;
