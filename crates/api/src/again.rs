//! Running a step again when somebody else wrote what it had read.

use std::time::Duration;

use crate::Api;
use crate::fault::Fault;

/// How often a step runs at most.
const RUNS: u32 = 8;
/// The longest wait before a second run, in microseconds; it doubles with each further run.
const FIRST_WAIT: u64 = 1_000;

/// Runs a step; after a lost race once more, with a fresh reading, up to eight times in all. The step
/// is told which run it is, the first being 1.
///
/// # Errors
/// The step's fault; the one of the last run if all of them lost.
pub async fn again<T, F>(api: &Api, step: impl Fn(u32) -> F) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let mut run = 1;
    loop {
        match step(run).await {
            Err(fault) if fault.lost_race() && run < RUNS => {
                tracing::debug!(run, "lost a race, running again");
                wait_apart(api, run).await;
                run += 1;
            }
            result => return result,
        }
    }
}

/// Waits a random while, so that those who met once do not meet again.
async fn wait_apart(api: &Api, run: u32) {
    let mut random = [0; 2];
    let share = match api.random.fill(&mut random) {
        Ok(()) => u64::from(u16::from_be_bytes(random)),
        Err(_) => u64::from(u16::MAX),
    };
    let longest = FIRST_WAIT << run.saturating_sub(1).min(RUNS);
    tokio::time::sleep(Duration::from_micros(longest * share / u64::from(u16::MAX))).await;
}
