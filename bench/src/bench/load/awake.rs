//! Keeps the load's core awake.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, spawn_local};

/// Handling an answer and sending the next request takes longer than this.
const SHORTEST_WORK: Duration = Duration::from_micros(4);

/// Keeps the load's core from falling asleep. A server that answers a sleeping client has to have its core woken, which
/// on a virtual machine takes as long as many a request; clients on other machines cost the server nothing of the kind.
pub struct Awake {
    idle: Rc<Cell<Duration>>,
    task: Option<JoinHandle<()>>,
}

impl Awake {
    /// Starts only if the core belongs to the load alone.
    pub fn start(is_wanted: bool) -> Self {
        let idle = Rc::new(Cell::new(Duration::ZERO));
        let task = is_wanted.then(|| spawn_local(Self::turn(idle.clone())));
        Self { idle, task }
    }

    /// CPU time spent on staying awake.
    pub fn idle(&self) -> Duration {
        self.idle.get()
    }

    async fn turn(idle: Rc<Cell<Duration>>) {
        let mut last = Instant::now();
        loop {
            // Returns when all other tasks had a turn, and the sockets were polled.
            tokio::task::yield_now().await;
            let now = Instant::now();
            if now - last < SHORTEST_WORK {
                idle.set(idle.get() + (now - last));
            }
            last = now;
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
