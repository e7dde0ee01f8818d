//! Ordinary use for a while: does resource usage stay constant? Memory, open files, threads, connections and the rows
//! of every table are sampled every few seconds; the usual values of the last third must equal those of the middle
//! third.
//!
//! Much of the server's data lives for an hour, a month or longer. So that it expires within the run, its rows are
//! moved into the past, directly in the file; deleting them is left to the server.

mod aging;
mod journey;
mod sample;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, spawn_local};

use super::Options;
use super::place::Place;
use super::report::Report;
use crate::common::Outcome;
use crate::common::server::Setup;
use aging::Aging;
use journey::Traveller;
use sample::{Sample, Sampler, Series};

/// Time between two samples.
const LOOK: Duration = Duration::from_secs(5);
/// Number of concurrent travellers.
const TRAVELLERS: usize = 4;
/// Journeys per second: at first, and at most.
const PACE: (f64, f64) = (4.0, 20.0);
/// Share of a core that the server and this process may use together.
const SHARE: f64 = 0.35;
/// A shorter run proves nothing about memory and sweeping: too much of it is the start.
const TELLING: Duration = Duration::from_secs(8 * 60);

/// State shared by the travellers.
#[derive(Default)]
struct Crowd {
    stop: Cell<bool>,
    /// Pause between two journeys of one traveller.
    pause: Cell<Duration>,
    journeys: Cell<u64>,
    answers: Cell<u64>,
    strange: RefCell<Vec<String>>,
}

impl Crowd {
    fn set_pace(&self, journeys: f64) {
        self.pause
            .set(Duration::from_secs_f64(TRAVELLERS as f64 / journeys));
    }
}

/// # Errors
/// If the server does not start, or cannot be sampled.
pub async fn run(options: &Options, report: &mut Report) -> Outcome<()> {
    let length = Duration::from_secs(u64::from(options.soak_minutes()) * 60);
    let setup = Setup::new(&options.binary, None, None)?;
    let server = setup.start().await?;
    let place = Rc::new(Place::make(&setup).await?);
    let crowd = Rc::new(Crowd::default());
    let mut pace = PACE.0;
    crowd.set_pace(pace);
    let travellers: Vec<_> = (0..TRAVELLERS)
        .map(|number| depart(place.clone(), crowd.clone(), number))
        .collect();
    let mut sampler = Sampler::open(&setup, server.pid())?;
    let aging = Aging::open(&setup)?;
    let (mut series, begun) = (Series::default(), Instant::now());
    while begun.elapsed() < length {
        tokio::time::sleep(LOOK).await;
        aging.step()?;
        let sample = sampler.look()?;
        // The pace is adjusted in the first third, and constant from then on.
        if begun.elapsed() < length / 3 {
            pace = (pace * (SHARE / sample.cpu.max(0.01)).clamp(0.8, 1.1)).min(PACE.1);
            crowd.set_pace(pace);
        }
        progress(&series, &sample, crowd.journeys.get());
        series.push(sample);
    }
    crowd.stop.set(true);
    for traveller in travellers {
        traveller.await?;
    }
    report.rounds = u32::try_from(crowd.journeys.get())?;
    report.acknowledged = crowd.answers.get();
    for what in crowd.strange.borrow().iter() {
        report.fail(what.clone());
    }
    series.judge(length >= TELLING, report);
    let swept = swept(&place).await?;
    report.notes.push(format!(
        "{pace:.1} journeys a second; {} rows aged by hand, {swept} swept",
        aging.rows.get()
    ));
    report.demand(length < TELLING || swept >= aging.rows.get() / 2, || {
        "what expired was not swept".to_owned()
    });
    server.stop()
}

/// A traveller who goes from journey to journey until all stop.
fn depart(place: Rc<Place>, crowd: Rc<Crowd>, number: usize) -> JoinHandle<()> {
    spawn_local(async move {
        let mut traveller = Traveller::new(place, number);
        while !crowd.stop.get() {
            let begun = Instant::now();
            match traveller.journey().await {
                Ok(answers) => crowd.answers.set(crowd.answers.get() + answers),
                Err(what) => crowd.strange.borrow_mut().push(what.to_string()),
            }
            crowd.journeys.set(crowd.journeys.get() + 1);
            tokio::time::sleep(crowd.pause.get().saturating_sub(begun.elapsed())).await;
        }
    })
}

/// Prints a line per minute.
fn progress(series: &Series, sample: &Sample, journeys: u64) {
    if series.len().is_multiple_of(12) {
        eprintln!("soak: {journeys} journeys; {sample}");
    }
}

/// Rows that the server reports as swept.
async fn swept(place: &Place) -> Outcome<u64> {
    let connection = &mut place.connect(0).await?;
    let reply = connection
        .send(&place.requests.get("/metrics", ""))
        .await?
        .text();
    let line = reply
        .lines()
        .find_map(|line| line.strip_prefix("cabana_rows_swept_total "));
    Ok(line.map_or(Ok(0), str::parse)?)
}
