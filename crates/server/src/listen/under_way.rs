//! Activity on one connection, so that an idle one can be closed: when the server stops, when it has been idle for
//! long, or when its address needs room for another.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::sync::watch;

/// Idle time before a connection is cut: time for a request that has just arrived.
const QUIET: Duration = Duration::from_millis(100);

/// Activity on one connection.
pub(super) struct UnderWay {
    requests: AtomicUsize,
    /// Number of requests begun so far.
    begun: AtomicUsize,
    /// Whether a response waits for the client to read it.
    is_writing: AtomicBool,
    opened: Instant,
    /// End of the last request, in milliseconds after `opened`.
    ended: AtomicU64,
    gives_way: watch::Sender<bool>,
}

impl UnderWay {
    /// A connection that has just been opened.
    pub(super) fn new() -> Self {
        Self {
            requests: AtomicUsize::default(),
            begun: AtomicUsize::default(),
            is_writing: AtomicBool::default(),
            opened: Instant::now(),
            ended: AtomicU64::default(),
            gives_way: watch::Sender::new(false),
        }
    }

    /// Time since the last activity; `None` during a request.
    pub(super) fn idle(&self) -> Option<Duration> {
        let is_idle =
            self.requests.load(Ordering::Relaxed) == 0 && !self.is_writing.load(Ordering::Relaxed);
        let ended = Duration::from_millis(self.ended.load(Ordering::Relaxed));
        is_idle.then(|| self.opened.elapsed().saturating_sub(ended))
    }

    /// Waits until the connection has been idle for this long.
    pub(super) async fn idle_for(&self, long: Duration) {
        loop {
            let left = long.saturating_sub(self.idle().unwrap_or_default());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }

    /// Closes the connection: its address needs room for another.
    pub(super) fn give_way(&self) {
        self.gives_way.send_replace(true);
    }

    /// Waits until the connection must make room.
    pub(super) async fn gives_way(&self) {
        let _ = self.gives_way.subscribe().wait_for(|it| *it).await;
    }

    /// Counts a request.
    pub(super) fn begin(self: &Arc<Self>) -> Begun {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Begun(Arc::clone(self))
    }

    /// Waits until the connection has been idle for a moment.
    pub(super) async fn quiet(&self) {
        loop {
            let begun = self.begun.load(Ordering::Relaxed);
            tokio::time::sleep(QUIET).await;
            if self.idle().is_some() && begun == self.begun.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

/// A request in progress; it ends when this is dropped.
pub(super) struct Begun(Arc<UnderWay>);

impl Drop for Begun {
    fn drop(&mut self) {
        let now = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.ended.store(now, Ordering::Relaxed);
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of a response; its end ends the request.
pub(super) struct Answering<B> {
    pub(super) body: B,
    pub(super) _request: Begun,
}

impl<B: Body + Unpin> Body for Answering<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that notes whether written bytes still wait to be sent.
pub(super) struct Watched<S> {
    pub(super) stream: S,
    pub(super) under_way: Arc<UnderWay>,
}

impl<S> Watched<S> {
    fn note<T>(&self, polled: Poll<T>, ends: bool) -> Poll<T> {
        if polled.is_pending() || ends {
            let is_writing = polled.is_pending();
            self.under_way
                .is_writing
                .store(is_writing, Ordering::Relaxed);
        }
        polled
    }
}

impl<S: Read + Unpin> Read for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: Write + Unpin> Write for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(polled, false)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.note(polled, false)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        self.note(polled, true)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
