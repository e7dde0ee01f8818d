//! Buffered standard error: one write for all lines within [`GATHER`] instead of one per request. Warnings and errors
//! are written at once, with everything before them.
//!
//! A killed process loses the lines not written yet; one that ends by itself calls [`Log::flush`].

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Longest delay of a line.
const GATHER: Duration = Duration::from_millis(20);
/// Bytes at which the buffer is written at once.
const FULL: usize = 64 * 1024;

/// The log of this process.
pub static LOG: Log = Log {
    waiting: Mutex::new(Vec::new()),
    filled: Condvar::new(),
};

/// Lines not written yet.
pub struct Log {
    waiting: Mutex<Vec<u8>>,
    filled: Condvar,
}

impl Log {
    /// Starts the writer thread.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub fn start(&'static self) -> io::Result<()> {
        let thread = std::thread::Builder::new().name("cabana-log".to_owned());
        thread.spawn(|| self.run()).map(drop)
    }

    fn run(&self) {
        loop {
            let waiting = self.filled.wait_while(self.waiting(), |it| it.is_empty());
            drop(waiting.unwrap_or_else(PoisonError::into_inner));
            std::thread::sleep(GATHER);
            self.flush();
        }
    }

    /// Writes the buffered lines.
    pub fn flush(&self) {
        write_out(&mut self.waiting());
    }

    fn add(&self, line: &[u8], is_urgent: bool) {
        let mut waiting = self.waiting();
        let is_first = waiting.is_empty();
        waiting.extend_from_slice(line);
        if is_urgent || waiting.len() >= FULL {
            write_out(&mut waiting);
        } else if is_first {
            self.filled.notify_one();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<u8>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_out(waiting: &mut Vec<u8>) {
    // A log that cannot be written is no reason to stop.
    let _ = io::stderr().write_all(waiting);
    waiting.clear();
    waiting.shrink_to(2 * FULL);
}

/// An event on its way to the log.
pub struct Line {
    is_urgent: bool,
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LOG.add(line, self.is_urgent);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes a [`Line`] for each event.
pub struct Lines;

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { is_urgent: true }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line {
        Line {
            is_urgent: is_urgent(event.level()),
        }
    }
}

fn is_urgent(level: &Level) -> bool {
    *level <= Level::WARN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Log {
        Log {
            waiting: Mutex::default(),
            filled: Condvar::new(),
        }
    }

    #[test]
    fn lines_wait_for_others_until_there_are_enough() {
        let log = log();
        log.add(&vec![b'.'; FULL - 1], false);
        assert_eq!(log.waiting().len(), FULL - 1);
        log.add(b"\n", false);
        assert!(log.waiting().is_empty());
    }

    #[test]
    fn trouble_does_not_wait() {
        let log = log();
        log.add(b"before\n", false);
        log.add(b"trouble\n", true);
        assert!(log.waiting().is_empty());
    }

    #[test]
    fn warnings_and_errors_are_trouble() {
        assert!([Level::ERROR, Level::WARN].iter().all(is_urgent));
        assert!(
            ![Level::INFO, Level::DEBUG, Level::TRACE]
                .iter()
                .any(is_urgent)
        );
    }
}
