//! A core for the load that never sleeps.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, spawn_local};

/// Reading an answer and sending the next request takes longer.
const SHORTEST_WORK: Duration = Duration::from_micros(4);

/// Keeps the load's core from falling asleep. A server that answers a sleeping client has to have its core woken, which
/// on a virtual machine takes as long as many a request; clients on machines of their own cost no server that.
pub struct Awake {
    idle: Rc<Cell<Duration>>,
    task: Option<JoinHandle<()>>,
}

impl Awake {
    /// Only where the core is the load's alone.
    pub fn start(is_wanted: bool) -> Self {
        let idle = Rc::new(Cell::new(Duration::ZERO));
        let task = is_wanted.then(|| spawn_local(Self::turn(idle.clone())));
        Self { idle, task }
    }

    /// CPU time so far that was spent on staying awake.
    pub fn idle(&self) -> Duration {
        self.idle.get()
    }

    async fn turn(idle: Rc<Cell<Duration>>) {
        let mut last = Instant::now();
        loop {
            // Comes back when everybody else had a turn, and the sockets were looked at.
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
