//! The standard error, with room for the lines of many requests: one write for all that come within
//! [`GATHER`] instead of one a request. Warnings and errors go out at once, with everything before them.
//!
//! What a killed process had not written yet is lost; one that ends by itself calls [`Log::flush`].

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait for others.
const GATHER: Duration = Duration::from_millis(20);
/// With so many bytes nobody waits for more.
const FULL: usize = 64 * 1024;

/// Where the log goes.
pub static LOG: Log = Log {
    waiting: Mutex::new(Vec::new()),
    filled: Condvar::new(),
};

/// Lines that are not written yet.
pub struct Log {
    waiting: Mutex<Vec<u8>>,
    filled: Condvar,
}

impl Log {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// If there can be no thread.
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

    /// Writes what waits.
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
    // A log that nobody reads is no reason to stop.
    let _ = io::stderr().write_all(waiting);
    waiting.clear();
    waiting.shrink_to(2 * FULL);
}

/// One event on its way into the log.
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
