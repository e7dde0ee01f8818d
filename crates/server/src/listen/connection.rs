//! One connection, from its first byte to its end.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::rt::{Read, Write};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::under_way::{Answering, UnderWay, Watched};
use super::{Answer, Limits, Link};

/// The first byte of a TLS connection: a handshake record.
const TLS_HANDSHAKE: u8 = 0x16;
/// Most requests at once on one HTTP/2 connection.
const STREAMS: u32 = 100;
/// Most bytes of one request's headers.
const HEADER_BYTES: u32 = 64 * 1024;
/// Bytes read ahead on an HTTP/1 connection. A head that does not end within them, or within the one read that goes
/// beyond, is refused.
const READ_AHEAD: usize = 64 * 1024;
/// The same on an HTTP/2 connection: bytes that may arrive before the body they belong to is read.
const WINDOW: u32 = 64 * 1024;
/// Time for a request that arrives while its connection is closed to make room for another of its address.
const GIVING_WAY: Duration = Duration::from_secs(1);

/// State shared by all connections.
pub(super) struct Server<A> {
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) answer: Arc<A>,
    pub(super) limits: Limits,
    pub(super) stop: watch::Receiver<bool>,
}

/// A connection that is ready for requests.
enum Opened {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl<A: Answer> Server<A> {
    /// Speaks TLS or plain HTTP, depending on the first byte.
    pub(super) async fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        under_way: &Arc<UnderWay>,
    ) {
        let opened = tokio::select! {
            opened = self.open(stream, peer) => opened,
            // No request yet.
            () = self.must_go(under_way) => return,
        };
        let link = |tls| Link { peer, tls };
        match opened {
            Some(Opened::Plain(stream)) => {
                let io = TokioIo::new(stream);
                self.speak(io, link(false), under_way, false).await;
            }
            Some(Opened::Tls(stream)) => {
                let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let io = TokioIo::new(*stream);
                self.speak(io, link(true), under_way, http2).await;
            }
            None => {}
        }
    }

    /// Waits until the server stops or the connection must make room.
    async fn must_go(&self, under_way: &UnderWay) {
        let mut stop = self.stop.clone();
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = under_way.gives_way() => {}
        }
    }

    /// Opens the connection, up to the first request.
    async fn open(&self, stream: TcpStream, peer: SocketAddr) -> Option<Opened> {
        let mut first = [0];
        match timeout(self.limits.first_byte, stream.peek(&mut first)).await {
            Ok(Ok(1)) => {}
            _ => return None,
        }
        // Responses are small and whole; waiting to fill packets only delays them.
        let _ = stream.set_nodelay(true);
        if first != [TLS_HANDSHAKE] {
            return Some(Opened::Plain(stream));
        }
        let Some(tls) = &self.tls else {
            tracing::debug!(%peer, "TLS asked for, but this server has no certificate");
            return None;
        };
        match timeout(self.limits.handshake, tls.accept(stream)).await {
            Ok(Ok(stream)) => return Some(Opened::Tls(Box::new(stream))),
            Ok(Err(error)) => tracing::debug!(%peer, %error, "TLS handshake failed"),
            Err(_) => tracing::debug!(%peer, "TLS handshake took too long"),
        }
        None
    }

    async fn speak(
        &self,
        io: impl Read + Write + Unpin + Send + 'static,
        link: Link,
        under_way: &Arc<UnderWay>,
        http2: bool,
    ) {
        let answer = Arc::clone(&self.answer);
        let io = Watched {
            stream: io,
            under_way: Arc::clone(under_way),
        };
        let on_connection = Arc::clone(under_way);
        let service = service_fn(move |request| {
            let (answer, begun) = (Arc::clone(&answer), on_connection.begin());
            async move {
                let response = answer.answer(request, link).await;
                Ok::<_, std::convert::Infallible>(response.map(|body| Answering {
                    body,
                    _request: begun,
                }))
            }
        });
        let builder = self.builder(http2);
        let mut connection = pin!(builder.serve_connection(io, service));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = self.must_go(under_way) => None,
            () = under_way.idle_for(self.limits.idle) => None,
            () = sleep_until(Instant::now() + self.limits.age) => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                connection.as_mut().graceful_shutdown();
                let is_quiet = async {
                    self.must_go(under_way).await;
                    under_way.quiet().await;
                };
                let is_late = async {
                    under_way.gives_way().await;
                    sleep(GIVING_WAY).await;
                };
                tokio::select! {
                    ended = timeout(self.limits.drain, connection) => ended.unwrap_or(Ok(())),
                    () = is_quiet => Ok(()),
                    () = is_late => Ok(()),
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(peer = %link.peer, %error, "connection ended");
        }
    }

    fn builder(&self, http2: bool) -> auto::Builder<TokioExecutor> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .max_buf_size(READ_AHEAD)
            .header_read_timeout(self.limits.headers);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(self.limits.headers)
            .keep_alive_timeout(self.limits.headers)
            .max_concurrent_streams(STREAMS)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_header_list_size(HEADER_BYTES);
        if http2 {
            builder.http2_only()
        } else {
            builder.http1_only()
        }
    }
}
