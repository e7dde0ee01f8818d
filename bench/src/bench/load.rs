//! The load: connections that ask, wait for the answer, and ask again; or ask at fixed times.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::{JoinHandle, spawn_local};

use super::cases::Case;
use super::counters::Counters;
use super::report::{Row, Used};
use super::world::World;
use crate::common::Outcome;
use crate::common::http::Connection;
use crate::common::usage;

/// Before anything is counted.
const WARM_UP: Duration = Duration::from_millis(1_000);
/// Reading an answer and sending the next request takes longer.
const SHORTEST_WORK: Duration = Duration::from_micros(4);
/// Latencies are kept in microseconds, up to a minute.
const LONGEST: u64 = 60_000_000;

/// How a case is driven.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub connections: usize,
    /// Requests a second; as fast as answers come if there is none. A request that has to wait for its turn
    /// is measured from the time it was meant for.
    pub rate: Option<f64>,
}

impl Pace {
    pub fn full(connections: usize) -> Self {
        Self {
            connections,
            rate: None,
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rate {
            None => write!(f, "{}", self.connections),
            Some(rate) => write!(f, "{} at {rate:.0}/s", self.connections),
        }
    }
}

/// Runs one case at one pace, and what goes on beside it.
///
/// # Errors
/// If any answer is not what it should be.
pub async fn run(
    world: &Rc<World>,
    case: &Rc<dyn Case>,
    pace: Pace,
    time: Duration,
) -> Outcome<Vec<(Rc<dyn Case>, Row)>> {
    let awake = Awake::start(world.has_load_core);
    let mut loads = vec![Load::start(world, case, pace, time).await?];
    if let Some((beside, pace)) = case.beside() {
        loads.push(Load::start(world, &beside, pace, time).await?);
    }
    tokio::time::sleep(WARM_UP).await;
    let before = Snapshot::take(world, &awake).await?;
    loads.iter().for_each(|load| load.enter(Phase::Measured));
    tokio::time::sleep(time).await;
    loads.iter().for_each(|load| load.enter(Phase::Over));
    let used = Snapshot::take(world, &awake).await?.since(&before);
    let is_alone = loads.len() == 1;
    let mut rows = Vec::new();
    for load in loads {
        let (case, pace) = (load.case.clone(), load.pace);
        let latencies = load.finish().await?;
        if latencies.is_empty() {
            return Err(format!("{}: no answer in {time:?}", case.name()).into());
        }
        let used = is_alone.then_some(used);
        let row = Row::new(case.as_ref(), pace, &latencies, time, used);
        rows.push((case, row));
    }
    Ok(rows)
}

/// Keeps the load's core from falling asleep. A server that answers a sleeping client has to have its core woken, which
/// on a virtual machine takes as long as many a request; clients on machines of their own cost no server that.
struct Awake {
    /// Time in which nobody had anything to do.
    idle: Rc<Cell<Duration>>,
    task: Option<JoinHandle<()>>,
}

impl Awake {
    /// Only where the core is the load's alone.
    fn start(is_wanted: bool) -> Self {
        let idle = Rc::new(Cell::new(Duration::ZERO));
        let task = is_wanted.then(|| spawn_local(Self::turn(idle.clone())));
        Self { idle, task }
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

/// What server and load had used at one moment.
struct Snapshot {
    at: Instant,
    server: Duration,
    load: Duration,
    counters: Counters,
}

impl Snapshot {
    async fn take(world: &World, awake: &Awake) -> Outcome<Self> {
        let mut counters = Counters::default();
        let mut server = Duration::ZERO;
        for node in &world.nodes {
            let mut connection = Connection::open(node.address).await?;
            counters = counters.and(Counters::read(&mut connection, &world.requests).await?);
            server += usage::cpu(node.pid)?;
        }
        Ok(Self {
            counters,
            server,
            load: usage::own_cpu()?.saturating_sub(awake.idle.get()),
            at: Instant::now(),
        })
    }

    fn since(&self, earlier: &Self) -> Used {
        Used {
            elapsed: self.at - earlier.at,
            server: self.server - earlier.server,
            load: self.load - earlier.load,
            counters: self.counters.since(earlier.counters),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    WarmUp,
    Measured,
    Over,
}

struct State {
    phase: Cell<Phase>,
    latencies: RefCell<Histogram<u64>>,
    tickets: Cell<u64>,
    /// The first ticket that nothing was prepared for.
    end: u64,
}

/// One case under way.
struct Load {
    case: Rc<dyn Case>,
    pace: Pace,
    state: Rc<State>,
    workers: Vec<JoinHandle<Outcome<()>>>,
}

impl Load {
    async fn start(
        world: &Rc<World>,
        case: &Rc<dyn Case>,
        pace: Pace,
        time: Duration,
    ) -> Outcome<Self> {
        let seconds = (WARM_UP + time).as_secs_f64() + 0.5;
        let count = (f64::from(case.fastest()) * seconds) as u64;
        let first = world.tickets(count);
        case.prepare(world, first..first + count).await?;
        let state = Rc::new(State {
            phase: Cell::new(Phase::WarmUp),
            latencies: RefCell::new(Histogram::new_with_bounds(1, LONGEST, 3)?),
            tickets: Cell::new(first),
            end: first + count,
        });
        let worker = |number| {
            let worker = Worker {
                world: world.clone(),
                case: case.clone(),
                state: state.clone(),
                number,
                rhythm: pace
                    .rate
                    .map(|rate| Rhythm::new(rate, pace.connections, number)),
            };
            spawn_local(worker.run())
        };
        Ok(Self {
            workers: (0..pace.connections).map(worker).collect(),
            case: case.clone(),
            pace,
            state,
        })
    }

    fn enter(&self, phase: Phase) {
        self.state.phase.set(phase);
    }

    async fn finish(self) -> Outcome<Histogram<u64>> {
        for worker in self.workers {
            let why = |error| format!("{}: {error}", self.case.name());
            worker.await?.map_err(why)?;
        }
        Ok(self.state.latencies.borrow().clone())
    }
}

/// When a connection asks, if not at once.
struct Rhythm {
    next: Instant,
    between: Duration,
}

impl Rhythm {
    fn new(rate: f64, connections: usize, number: usize) -> Self {
        let between = Duration::from_secs_f64(connections as f64 / rate);
        Self {
            next: Instant::now() + between.mul_f64(number as f64 / connections as f64),
            between,
        }
    }

    /// Waits for the next turn and answers when it was meant to be.
    async fn turn(&mut self) -> Instant {
        let meant = self.next;
        tokio::time::sleep_until(meant.into()).await;
        self.next += self.between;
        meant
    }
}

struct Worker {
    world: Rc<World>,
    case: Rc<dyn Case>,
    state: Rc<State>,
    number: usize,
    rhythm: Option<Rhythm>,
}

impl Worker {
    async fn run(mut self) -> Outcome<()> {
        let mut connection = Connection::open(self.world.address(self.number)?).await?;
        while self.state.phase.get() != Phase::Over {
            let ticket = self.state.tickets.get();
            if ticket >= self.state.end {
                return Err("the server is faster than what was prepared for it".into());
            }
            self.state.tickets.set(ticket + 1);
            let meant = match &mut self.rhythm {
                Some(rhythm) => Some(rhythm.turn().await),
                None => None,
            };
            let mut request = self.case.request(&self.world, ticket)?;
            let begun = meant.unwrap_or_else(Instant::now);
            loop {
                let reply = connection.send(&request).await?;
                match self.case.answer(&self.world, ticket, &reply)? {
                    Some(next) => request = next,
                    None => break,
                }
            }
            if self.state.phase.get() == Phase::Measured {
                let micros = u64::try_from(begun.elapsed().as_micros())?;
                self.state
                    .latencies
                    .borrow_mut()
                    .saturating_record(micros.max(1));
            }
        }
        Ok(())
    }
}
