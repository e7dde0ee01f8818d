//! Connections that send a request, wait for the answer, and repeat; or send at fixed times.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_local};

use super::Pace;
use crate::bench::cases::Case;
use crate::bench::world::World;
use crate::common::Outcome;
use crate::common::http::Connection;

/// Latencies are kept in microseconds, up to a minute.
const LONGEST: u64 = 60_000_000;
/// Interval of checks whether the last answer has arrived.
const LOOK: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No requests are sent.
    Rest,
    /// Answers are not measured.
    Lead,
    Measured,
    Over,
}

struct State {
    phase: watch::Sender<Phase>,
    latencies: RefCell<Histogram<u64>>,
    answers: Cell<u64>,
    /// Connections that wait for an answer.
    busy: Cell<usize>,
    tickets: Cell<u64>,
    /// The first ticket without prepared data.
    end: u64,
}

/// A running case.
pub struct Load {
    pub case: Rc<dyn Case>,
    pub pace: Pace,
    state: Rc<State>,
    workers: Vec<JoinHandle<Outcome<()>>>,
}

impl Load {
    /// Opens its connections, which rest; prepares data for this much time.
    pub async fn start(
        world: &Rc<World>,
        case: &Rc<dyn Case>,
        pace: Pace,
        time: Duration,
    ) -> Outcome<Self> {
        let count = (f64::from(case.fastest()) * time.as_secs_f64()) as u64;
        let first = world.tickets(count);
        case.prepare(world, first..first + count).await?;
        let state = Rc::new(State {
            phase: watch::Sender::new(Phase::Rest),
            latencies: RefCell::new(Histogram::new_with_bounds(1, LONGEST, 3)?),
            answers: Cell::new(0),
            busy: Cell::new(0),
            tickets: Cell::new(first),
            end: first + count,
        });
        let worker = |number| {
            let worker = Worker {
                world: world.clone(),
                case: case.clone(),
                state: state.clone(),
                number,
                pace,
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

    pub fn enter(&self, phase: Phase) {
        self.state.phase.send_replace(phase);
    }

    /// Waits until every answer has arrived.
    pub async fn settle(&self) {
        while self.state.busy.get() > 0 {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Answers so far, measured or not.
    pub fn answers(&self) -> u64 {
        self.state.answers.get()
    }

    /// Ends the load; returns the latencies of the measured answers.
    pub async fn finish(self) -> Outcome<Histogram<u64>> {
        self.enter(Phase::Over);
        for worker in self.workers {
            let why = |error| format!("{}: {error}", self.case.name());
            worker.await?.map_err(why)?;
        }
        Ok(self.state.latencies.borrow().clone())
    }
}

/// Schedule of a connection's requests, unless they follow at once.
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

    /// Waits for the next turn and returns its scheduled time.
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
    pace: Pace,
}

impl Worker {
    async fn run(self) -> Outcome<()> {
        let mut connection = Connection::open(self.world.address(self.number)?).await?;
        let mut phase = self.state.phase.subscribe();
        loop {
            let now = *phase.wait_for(|phase| *phase != Phase::Rest).await?;
            if now == Phase::Over {
                return Ok(());
            }
            self.work(&mut connection).await?;
        }
    }

    /// Runs until the next rest.
    async fn work(&self, connection: &mut Connection) -> Outcome<()> {
        let rhythm = |rate| Rhythm::new(rate, self.pace.connections, self.number);
        let mut rhythm = self.pace.rate.map(rhythm);
        let phase = || *self.state.phase.borrow();
        loop {
            let meant = match &mut rhythm {
                Some(rhythm) => Some(rhythm.turn().await),
                None => None,
            };
            if !matches!(phase(), Phase::Lead | Phase::Measured) {
                return Ok(());
            }
            let ticket = self.state.tickets.get();
            if ticket >= self.state.end {
                return Err("the server is faster than what was prepared for it".into());
            }
            self.state.tickets.set(ticket + 1);
            let _busy = Busy::new(&self.state.busy);
            let begun = self.ask(connection, ticket, meant).await?;
            self.state.answers.set(self.state.answers.get() + 1);
            if phase() == Phase::Measured {
                let micros = u64::try_from(begun.elapsed().as_micros())?;
                let mut latencies = self.state.latencies.borrow_mut();
                latencies.saturating_record(micros.max(1));
            }
        }
    }

    /// Sends one request with its follow-ups; returns the time it began or was scheduled for.
    async fn ask(
        &self,
        connection: &mut Connection,
        ticket: u64,
        meant: Option<Instant>,
    ) -> Outcome<Instant> {
        let mut request = self.case.request(&self.world, ticket)?;
        let begun = meant.unwrap_or_else(Instant::now);
        loop {
            let reply = connection.send(&request).await?;
            match self.case.answer(&self.world, ticket, &reply)? {
                Some(next) => request = next,
                None => return Ok(begun),
            }
        }
    }
}

/// Counts a connection that waits for an answer, even if none comes.
struct Busy<'c>(&'c Cell<usize>);

impl<'c> Busy<'c> {
    fn new(count: &'c Cell<usize>) -> Self {
        count.set(count.get() + 1);
        Self(count)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}
