//! One function: its events that wait for a runtime, and those that a runtime has.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cabana_api::ports::FunctionError;
use tokio::sync::{Notify, oneshot};

/// Most events that runtimes are remembered to have, answered late or never.
const REMEMBERED: usize = 1024;

type Answer = Result<Vec<u8>, FunctionError>;

/// An event for a runtime.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// A UUID, by which the runtime names its answer.
    pub id: String,
    pub arn: String,
    pub event: Bytes,
    /// In milliseconds since 1970.
    pub deadline: i64,
}

/// The function.
pub struct Local {
    pub name: String,
    pub port: u16,
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Invocation, oneshot::Sender<Answer>)>,
    /// By ID; those that nobody waits for any more are kept, so that a late answer is no error.
    running: HashMap<String, oneshot::Sender<Answer>>,
    /// Whether a runtime ever asked.
    seen: bool,
    /// Runtimes that wait for an event.
    asking: usize,
    /// The message of a runtime that failed at its start, until one asks.
    broken: Option<String>,
}

/// A runtime that waits for an event, until dropped.
struct Asking<'a>(&'a Local);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.asking = state.asking.saturating_sub(1);
    }
}

impl Local {
    /// A function that no runtime has asked for yet.
    pub fn new(name: String, port: u16) -> Self {
        Self {
            name,
            port,
            state: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a runtime waits for an event or has one.
    pub fn is_served(&self) -> bool {
        let mut state = self.state();
        state.running.retain(|_, answer| !answer.is_closed());
        state.asking > 0 || !state.running.is_empty()
    }

    /// The answer of a runtime. One that was there before may be starting again, so it is awaited.
    ///
    /// # Errors
    /// If the function failed, no runtime was ever there, or there is no answer in time.
    pub async fn invoke(&self, invocation: Invocation, time: Duration) -> Answer {
        let id = invocation.id.clone();
        let answer = self.queue(invocation)?;
        match tokio::time::timeout(time, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(FunctionError::Unreachable("the server stops".to_owned())),
            Err(_) => {
                let mut state = self.state();
                let before = state.waiting.len();
                state.waiting.retain(|(waiting, _)| waiting.id != id);
                Err(match state.waiting.len() == before {
                    true => FunctionError::TimedOut,
                    false => FunctionError::Unreachable("no runtime asks for events".to_owned()),
                })
            }
        }
    }

    fn queue(&self, invocation: Invocation) -> Result<oneshot::Receiver<Answer>, FunctionError> {
        let (sender, answer) = oneshot::channel();
        let mut state = self.state();
        if let Some(message) = &state.broken {
            return Err(FunctionError::Failed(message.clone()));
        }
        if !state.seen {
            return Err(FunctionError::NotConfigured);
        }
        state.waiting.push_back((invocation, sender));
        drop(state);
        self.arrived.notify_one();
        Ok(answer)
    }

    /// The next event, for a runtime.
    pub async fn next(&self) -> Invocation {
        {
            let mut state = self.state();
            (state.seen, state.broken) = (true, None);
            state.asking += 1;
        }
        let _asking = Asking(self);
        loop {
            let arrived = self.arrived.notified();
            if let Some(invocation) = self.take() {
                return invocation;
            }
            arrived.await;
        }
    }

    fn take(&self) -> Option<Invocation> {
        let mut state = self.state();
        loop {
            let (invocation, answer) = state.waiting.pop_front()?;
            if answer.is_closed() {
                continue;
            }
            if state.running.len() >= REMEMBERED {
                state.running.retain(|_, answer| !answer.is_closed());
            }
            state.running.insert(invocation.id.clone(), answer);
            return Some(invocation);
        }
    }

    /// Passes on the answer to an event. Returns whether a runtime had it.
    pub fn answer(&self, id: &str, answer: Answer) -> bool {
        match self.state().running.remove(id) {
            Some(sender) => {
                // Nobody waits for an answer that comes too late.
                let _ = sender.send(answer);
                true
            }
            None => false,
        }
    }

    /// A runtime failed at its start: so does every event until one asks.
    pub fn fail(&self, message: &str) {
        let mut state = self.state();
        // Another runtime may be there that is well.
        if state.asking > 0 {
            return;
        }
        (state.seen, state.broken) = (true, Some(message.to_owned()));
        for (_, answer) in state.waiting.drain(..) {
            let _ = answer.send(Err(FunctionError::Failed(message.to_owned())));
        }
    }
}

#[cfg(test)]
mod tests;
