//! Runs the cases one after another, in slices: between them the load rests, and the limits of the server's core are
//! measured.

mod awake;
mod worker;

use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::cases::Case;
use super::counters::Counters;
use super::limits::Yardstick;
use super::report::{Row, Used};
use super::world::World;
use crate::common::Outcome;
use crate::common::http::Connection;
use crate::common::usage;
use awake::Awake;
use worker::{Load, Phase};

/// Warm-up before anything is counted.
const WARM_UP: Duration = Duration::from_millis(1_000);
/// The machine's speed changes within seconds, so its limit is measured this often.
const SLICE: Duration = Duration::from_millis(250);
/// Time after a rest in which every connection gets an answer or two.
const LEAD: Duration = Duration::from_millis(75);
/// An Argon2id answer takes as long as all those before it in the queue.
const LONG_LEAD: Duration = Duration::from_millis(1_000);
/// Time in which requests may still be sent while the load is told of a new phase.
const SPARE: Duration = Duration::from_millis(500);

/// Pace of a case.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub connections: usize,
    /// Requests per second; as fast as answers come if there is none. The latency of a request that has to wait for its
    /// turn is measured from the time it was scheduled for.
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

/// Division of the measured time of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Slices {
    count: u32,
    lead: Duration,
    each: Duration,
}

impl Slices {
    /// Only cases with a limit, short answers and no fixed rate are divided.
    fn new(cases: &[(Rc<dyn Case>, Pace)], time: Duration) -> Self {
        let hashes = cases.iter().any(|(case, _)| case.hashes() > 0);
        let waits = cases.iter().map(|(case, _)| case.waits()).max();
        let waits = waits.unwrap_or_default();
        let signs = cases.iter().all(|(case, _)| case.signatures() > 0);
        let paced = cases.iter().any(|(_, pace)| pace.rate.is_some());
        let count = if signs && !hashes && !paced {
            (time.div_duration_f64(SLICE) as u32).max(1)
        } else {
            1
        };
        Self {
            count,
            lead: waits + if hashes { LONG_LEAD } else { LEAD },
            each: time / count,
        }
    }

    fn total(&self) -> Duration {
        WARM_UP + (self.lead + self.each) * self.count + SPARE
    }
}

/// Runs one case at one pace, and the case beside it.
///
/// # Errors
/// If any answer is not as expected.
pub async fn run(
    world: &Rc<World>,
    yardstick: &mut Yardstick,
    case: &Rc<dyn Case>,
    pace: Pace,
    time: Duration,
) -> Outcome<Vec<Row>> {
    let mut cases = vec![(case.clone(), pace)];
    cases.extend(case.beside());
    let slices = Slices::new(&cases, time);
    let mut loads = Vec::new();
    for (case, pace) in &cases {
        loads.push(Load::start(world, case, *pace, slices.total()).await?);
    }
    let awake = Awake::start(world.has_load_core);
    enter(&loads, Phase::Lead);
    tokio::time::sleep(WARM_UP).await;
    rest(&loads).await;
    let mut limits = vec![yardstick.answers(&cases)?];
    let mut measured = Duration::ZERO;
    let mut used = Used::default();
    for _ in 0..slices.count {
        let before = Snapshot::take(world, &loads, &awake).await?;
        enter(&loads, Phase::Lead);
        tokio::time::sleep(slices.lead).await;
        let begun = Instant::now();
        enter(&loads, Phase::Measured);
        tokio::time::sleep(slices.each).await;
        measured += begun.elapsed();
        rest(&loads).await;
        used += Snapshot::take(world, &loads, &awake).await?.since(&before);
        limits.push(yardstick.answers(&cases)?);
    }
    let is_alone = loads.len() == 1;
    let mut rows = Vec::new();
    for (number, load) in loads.into_iter().enumerate() {
        let (case, pace) = (load.case.clone(), load.pace);
        let latencies = load.finish().await?;
        if latencies.is_empty() {
            return Err(format!("{}: no answer in {time:?}", case.name()).into());
        }
        let limit = mean(
            limits
                .iter()
                .map(|limits| limits.get(number).copied().flatten()),
        );
        let row = Row::new(case.as_ref(), pace, &latencies, measured, limit);
        rows.push(if is_alone { row.with_cost(&used) } else { row });
    }
    Ok(rows)
}

fn enter(loads: &[Load], phase: Phase) {
    loads.iter().for_each(|load| load.enter(phase));
}

async fn rest(loads: &[Load]) {
    enter(loads, Phase::Rest);
    for load in loads {
        load.settle().await;
    }
}

/// The mean over slices of the measurements before the first, between any two and after the last.
fn mean(moments: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let moments: Vec<f64> = moments.collect::<Option<_>>()?;
    let slices = moments.iter().zip(moments.iter().skip(1));
    let slices: Vec<f64> = slices
        .map(|(before, after)| f64::midpoint(*before, *after))
        .collect();
    Some(slices.iter().sum::<f64>() / slices.len() as f64)
}

/// Resource usage of server and load at a moment without requests.
struct Snapshot {
    at: Instant,
    server: Duration,
    load: Duration,
    answers: u64,
    counters: Counters,
}

impl Snapshot {
    async fn take(world: &World, loads: &[Load], awake: &Awake) -> Outcome<Self> {
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
            answers: loads.iter().map(Load::answers).sum(),
            load: usage::own_cpu()?.saturating_sub(awake.idle()),
            at: Instant::now(),
        })
    }

    fn since(&self, earlier: &Self) -> Used {
        Used {
            elapsed: self.at - earlier.at,
            server: self.server - earlier.server,
            load: self.load.saturating_sub(earlier.load),
            answers: self.answers - earlier.answers,
            counters: self.counters.since(earlier.counters),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_mean_over_the_slices_between_its_measurements() {
        let mean = |moments: &[Option<f64>]| mean(moments.iter().copied());
        assert_eq!(mean(&[Some(1.0), Some(3.0)]), Some(2.0));
        assert_eq!(
            mean(&[Some(1.0), Some(3.0), Some(5.0), Some(1.0)]),
            Some(3.0)
        );
        assert_eq!(mean(&[Some(1.0), None]), None);
    }
}
