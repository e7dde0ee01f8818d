//! The threads that send lists to the writer.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// The threads of the runtime that answers requests. While all of them are busy, a commit may wait for their lists: it
/// delays nobody and saves commits. As soon as a thread is idle, waiting would be useless.
///
/// The runtime calls [`Callers::parked`] before a thread sleeps and [`Callers::unparked`] when it wakes.
#[derive(Debug, Default)]
pub struct Callers {
    idle: AtomicUsize,
    writer: OnceLock<Thread>,
    is_waited_for: AtomicBool,
}

impl Callers {
    /// A thread is about to sleep, as it is idle.
    pub fn parked(&self) {
        self.idle.fetch_add(1, Ordering::SeqCst);
        self.call();
    }

    /// A sleeping thread wakes.
    pub fn unparked(&self) {
        self.idle.fetch_sub(1, Ordering::SeqCst);
    }

    /// Makes the writer check again whether to wait.
    pub(super) fn call(&self) {
        // The writer announces its wait before it checks, so one of both sees the other.
        if self.is_waited_for.load(Ordering::SeqCst)
            && let Some(writer) = self.writer.get()
        {
            writer.unpark();
        }
    }

    /// Waits, in the writer thread, while all callers are busy and there is not enough yet; no longer than `patience`.
    pub(super) fn wait(&self, patience: Duration, is_enough: impl Fn() -> bool) {
        self.writer.get_or_init(std::thread::current);
        let end = Instant::now() + patience;
        self.is_waited_for.store(true, Ordering::SeqCst);
        while self.idle.load(Ordering::SeqCst) == 0 && !is_enough() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            std::thread::park_timeout(left);
        }
        self.is_waited_for.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Longer than any test takes.
    const HOURS: Duration = Duration::from_secs(36_000);

    /// Waits in a thread of its own until `enough` is set; returns when that thread has begun to wait.
    fn waiting(callers: &Arc<Callers>, enough: &Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
        let (of_thread, enough) = (Arc::clone(callers), Arc::clone(enough));
        let thread = std::thread::spawn(move || {
            of_thread.wait(HOURS, || enough.load(Ordering::SeqCst));
        });
        while !callers.is_waited_for.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        thread
    }

    #[test]
    fn nobody_waits_while_a_caller_has_nothing_to_do() {
        let callers = Callers::default();
        callers.parked();
        callers.wait(HOURS, || false);
    }

    #[test]
    fn a_wait_ends_when_a_caller_has_nothing_to_do() {
        let callers = Arc::default();
        let thread = waiting(&callers, &Arc::default());
        callers.parked();
        thread.join().unwrap();
    }

    #[test]
    fn a_wait_ends_when_there_is_enough() {
        let (callers, enough) = Default::default();
        let thread = waiting(&callers, &enough);
        callers.call();
        assert!(!thread.is_finished());
        enough.store(true, Ordering::SeqCst);
        callers.call();
        thread.join().unwrap();
    }

    #[test]
    fn a_wait_has_an_end() {
        Callers::default().wait(Duration::from_millis(1), || false);
    }
}
