//! The port: it speaks HTTP and TLS both, and nobody can hold it up.
//!
//! `axum::serve` sets no timer, so a client that sends one header byte a minute keeps a connection
//! for ever. Here every step has its time: the first byte, the TLS handshake, the headers, the body,
//! and the life of the connection; and there are so many connections and no more.

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

/// The shortest time between two warnings that an address holds too many connections.
const TOLD_AGAIN: Duration = Duration::from_secs(60);

/// How a request reached us.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The other end of the connection: the client, or the proxy before it.
    pub peer: SocketAddr,
    /// Whether this connection is TLS.
    pub tls: bool,
}

/// Whoever answers requests.
pub trait Answer: Send + Sync + 'static {
    /// The answer to one request. Never fails; a failure is an answer too.
    fn answer(
        &self,
        request: Request<Incoming>,
        link: Link,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// How long each step may take, and how many connections there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    pub first_byte: Duration,
    pub handshake: Duration,
    /// For the headers of a request, the wait for the next request of a kept connection included.
    pub headers: Duration,
    /// Without a request; HTTP/1 does not wait longer than for headers.
    pub idle: Duration,
    /// After this a connection ends when its requests are answered.
    pub age: Duration,
    /// For requests under way when the server stops, or a connection is of age.
    pub drain: Duration,
}

impl Limits {
    /// The usual ones.
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

/// Connections that may wait until they are accepted, where the system allows so many: with fewer, a burst loses some,
/// and their clients do not even learn of it.
const QUEUE: u32 = 4096;

/// Takes the port.
///
/// # Errors
/// If somebody else has it.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // After a restart, connections of before may still be ending.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// Answers connections until `stop` turns true and those under way are drained.
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
        // A permit first: whoever is one too many waits in the system's queue.
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
                // Out of file descriptors, mostly: pausing lets some be closed.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, all).await.is_err() {
        tracing::warn!("stopped with requests still under way");
        connections.shutdown().await;
    }
}

#[cfg(test)]
mod tests;
