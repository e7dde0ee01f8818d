//! What is under way on one connection, so that one without anything can be cut when the server stops.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};

/// How long nothing may have been under way before a connection is cut: time for a request that has just arrived.
const QUIET: Duration = Duration::from_millis(100);

/// What is under way on one connection.
#[derive(Default)]
pub(super) struct UnderWay {
    requests: AtomicUsize,
    /// Requests that have begun, ever.
    begun: AtomicUsize,
    /// Whether an answer waits for the client to take it.
    is_writing: AtomicBool,
}

impl UnderWay {
    /// One more request.
    pub(super) fn begin(self: &Arc<Self>) -> Begun {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Begun(Arc::clone(self))
    }

    /// Waits until nothing was under way for a moment.
    pub(super) async fn quiet(&self) {
        loop {
            let begun = self.begun.load(Ordering::Relaxed);
            tokio::time::sleep(QUIET).await;
            let is_idle = self.requests.load(Ordering::Relaxed) == 0
                && !self.is_writing.load(Ordering::Relaxed);
            if is_idle && begun == self.begun.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

/// A request under way; it ends when this is dropped.
pub(super) struct Begun(Arc<UnderWay>);

impl Drop for Begun {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of an answer, with which its request ends.
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

/// A stream that notes whether something written waits for the other side.
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
