//! Retries of a step after a conflict with another writer.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Api;
use crate::fault::Fault;

/// Maximum number of runs of a step.
const RUNS: u32 = 8;
/// Longest wait before the second run, in microseconds; it doubles with each further run.
const FIRST_WAIT: u64 = 1_000;

/// One run of a step.
#[derive(Debug)]
pub struct Run {
    /// Counted from 1.
    pub number: u32,
    /// Shared by all runs.
    pub(crate) memory: Arc<Memory>,
}

/// Results that later runs of a step take from earlier ones: work that is expensive, or has an effect beyond the list
/// of changes, is not repeated after a conflict.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<[u8; 32], Arc<dyn Any + Send + Sync>>>);

impl Memory {
    fn answers(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Arc<dyn Any + Send + Sync>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The result kept under a key, or that of `work`, which is then kept. The key covers everything that the result
    /// depends on, its type included. A failure is not kept.
    ///
    /// # Errors
    /// Those of `work`.
    pub(crate) async fn once<T, E>(
        &self,
        key: [u8; 32],
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        T: Clone + Send + Sync + 'static,
    {
        let kept = self.answers().get(&key).cloned();
        if let Some(kept) = kept.as_deref().and_then(|kept| kept.downcast_ref::<T>()) {
            return Ok(kept.clone());
        }
        let answer = work.await?;
        self.answers().insert(key, Arc::new(answer.clone()));
        Ok(answer)
    }
}

/// Runs a step; after a conflict again, with fresh reads, up to eight times in all. All runs share one memory
/// ([`Cx::in_run`](crate::Cx::in_run)).
///
/// # Errors
/// The step's fault; that of the last run if all of them met a conflict.
pub async fn again<T, F>(api: &Api, step: impl Fn(Run) -> F) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let memory = Arc::<Memory>::default();
    let mut number = 1;
    loop {
        let memory = Arc::clone(&memory);
        match step(Run { number, memory }).await {
            Err(fault) if fault.lost_race() && number < RUNS => {
                tracing::debug!(run = number, "conflict, retrying");
                wait_apart(api, number).await;
                number += 1;
            }
            result => return result,
        }
    }
}

/// Waits for a random time, so that two conflicting steps do not collide again.
async fn wait_apart(api: &Api, run: u32) {
    let mut random = [0; 2];
    let share = match api.random.fill(&mut random) {
        Ok(()) => u64::from(u16::from_be_bytes(random)),
        Err(_) => u64::from(u16::MAX),
    };
    let longest = FIRST_WAIT << run.saturating_sub(1).min(RUNS);
    tokio::time::sleep(Duration::from_micros(longest * share / u64::from(u16::MAX))).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_kept_by_its_key_and_a_failure_is_not() {
        let memory = Memory::default();
        let give = async |key, answer| memory.once([key; 32], async move { answer }).await;
        assert_eq!(give(1, Err("no")).await, Err("no"));
        assert_eq!(give(1, Ok(7)).await, Ok(7));
        assert_eq!(give(1, Ok(8)).await, Ok(7), "kept");
        assert_eq!(give(1, Err("no")).await, Ok(7), "not asked again");
        assert_eq!(give(2, Ok(8)).await, Ok(8), "another key");
    }
}
