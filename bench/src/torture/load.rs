//! The mixed write load. Every connection creates people and runs their scripts, one act after the other, and records
//! the acknowledgements.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, spawn_local};

use super::acts;
use super::history::{Act, Person};
use super::place::Place;
use crate::common::Outcome;
use crate::common::http::Connection;

/// Timeout of an answer.
const PATIENCE: Duration = Duration::from_secs(40);
/// Pause after a refused connection or a failed act.
const PAUSE: Duration = Duration::from_millis(250);

/// Observations of the load so far.
#[derive(Default)]
pub struct Seen {
    pub acknowledged: Cell<u64>,
    /// Requests without an answer.
    pub unanswered: Cell<u64>,
    /// Answers of 5xx with `InternalErrorException`.
    pub failed: Cell<u64>,
    /// Unexpected answers.
    pub strange: RefCell<Vec<String>>,
    /// Longest wait for an answer.
    pub longest: Cell<Duration>,
}

/// A running load.
pub struct Load {
    pub seen: Rc<Seen>,
    stop: Rc<Cell<bool>>,
    workers: Vec<JoinHandle<Vec<Person>>>,
}

impl Load {
    /// Starts it; user names begin with `round`.
    pub fn start(place: &Rc<Place>, round: &str, connections: usize) -> Self {
        let (seen, stop) = (Rc::new(Seen::default()), Rc::new(Cell::new(false)));
        let worker = |number| {
            let worker = Worker {
                place: place.clone(),
                seen: seen.clone(),
                stop: stop.clone(),
                number,
                connection: None,
            };
            spawn_local(worker.run(round.to_owned()))
        };
        let workers = (0..connections).map(worker).collect();
        Self {
            seen,
            stop,
            workers,
        }
    }

    /// Waits until this many more writes are acknowledged.
    ///
    /// # Errors
    /// If that takes longer than `limit`.
    pub async fn progress(&self, writes: u64, limit: Duration) -> Outcome<Duration> {
        let (from, begun) = (self.seen.acknowledged.get(), Instant::now());
        while self.seen.acknowledged.get() < from + writes {
            if begun.elapsed() > limit {
                return Err(format!("no {writes} writes acknowledged in {limit:?}").into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(begun.elapsed())
    }

    /// Lets every connection finish its request, and returns all people.
    ///
    /// # Errors
    /// If a connection's task failed.
    pub async fn finish(self) -> Outcome<(Vec<Person>, Rc<Seen>)> {
        self.stop.set(true);
        let mut people = Vec::new();
        for worker in self.workers {
            people.extend(worker.await?);
        }
        Ok((people, self.seen))
    }
}

struct Worker {
    place: Rc<Place>,
    seen: Rc<Seen>,
    stop: Rc<Cell<bool>>,
    number: usize,
    connection: Option<Connection>,
}

impl Worker {
    async fn run(mut self, round: String) -> Vec<Person> {
        let mut people = Vec::new();
        for count in 0.. {
            if self.stop.get() {
                break;
            }
            let number = count * 7 + self.number as u64;
            let mut person = Person::new(format!("{round}-{}-{count}", self.number), number);
            let mut done = 0;
            for act in person.script.clone() {
                if self.stop.get() || !self.act(&mut person, act).await {
                    break;
                }
                done += 1;
            }
            if done > 0 || person.pending.is_some() {
                people.push(person);
            }
        }
        people
    }

    /// Performs one act; false if it is not known to have happened.
    async fn act(&mut self, person: &mut Person, act: Act) -> bool {
        if self.connection.is_none() {
            match self.place.connect(self.number).await {
                Ok(connection) => self.connection = Some(connection),
                Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    return false;
                }
            }
        }
        let (Some(connection), Ok(request)) = (
            &mut self.connection,
            acts::request(&self.place, person, act),
        ) else {
            self.strange(format!("no request for {act:?}"));
            return false;
        };
        person.pending = Some(act);
        if act == Act::Rotate {
            person.rotation_is_known = false;
        }
        let begun = Instant::now();
        let reply = tokio::time::timeout(PATIENCE, connection.send(&request)).await;
        self.seen
            .longest
            .set(self.seen.longest.get().max(begun.elapsed()));
        let verdict = match &reply {
            Ok(Ok(reply)) if reply.status == 200 => {
                let noted = acts::acknowledge(person, act, reply.body);
                noted.map(|()| true).map_err(|error| error.to_string())
            }
            Ok(Ok(reply))
                if reply.status >= 500 && reply.text().contains("InternalErrorException") =>
            {
                self.seen.failed.set(self.seen.failed.get() + 1);
                Ok(false)
            }
            Ok(Ok(reply)) => Err(format!("{} {}", reply.status, reply.text())),
            Ok(Err(_)) => {
                self.seen.unanswered.set(self.seen.unanswered.get() + 1);
                self.connection = None;
                Ok(false)
            }
            Err(_) => Err(format!("no answer in {PATIENCE:?}")),
        };
        match verdict {
            Ok(true) => {
                person.rotation_is_known = true;
                self.seen.acknowledged.set(self.seen.acknowledged.get() + 1);
            }
            Ok(false) => tokio::time::sleep(PAUSE).await,
            Err(what) => {
                self.connection = None;
                self.strange(format!("{} {act:?}: {what}", person.name));
                return false;
            }
        }
        verdict.is_ok_and(|done| done)
    }

    fn strange(&self, what: String) {
        self.seen.strange.borrow_mut().push(what);
    }
}
