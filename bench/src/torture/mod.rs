//! Fault injection under load.
//!
//! A load writes, and keeps a history of its requests and the server's acknowledgements. Then a fault is injected: the
//! server is killed, its database goes away, its disk is full, a hundred people race for the same thing. Afterwards the
//! history is checked item by item. Acknowledged writes must be there with exactly their values; unanswered ones must
//! have happened whole or not at all.

mod acts;
mod check;
mod disk;
mod flood;
mod history;
mod kill;
mod load;
mod mail;
mod outage;
mod page;
mod place;
mod races;
mod report;
mod rude;
mod sink;
mod soak;
mod versions;

use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;

use crate::common::Outcome;
use report::Report;

/// The fault to inject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// Kill -9 amid writes, on SQLite
    KillSqlite,
    /// Kill -9 amid writes, on PostgreSQL
    KillPostgres,
    /// A hundred requests for what only one may have, on one node
    Races,
    /// The same on two nodes with one PostgreSQL, one of which dies
    RacesOfNodes,
    /// PostgreSQL stopped and crashed under load, and started again
    Outage,
    /// PostgreSQL dies under load, its synchronous standby takes over
    Failover,
    /// A disk that is full under load (needs root, for a small file system)
    DiskFull,
    /// A mail server that is away for a while
    MailAway,
    /// An older server beside a newer one on one PostgreSQL
    TwoVersions,
    /// A flood of sign-ins, beside other requests
    Flood,
    /// Clients that are too slow, too many, too large or too deep
    Rude,
    /// Ordinary use for a while: memory, files, threads and tables stay constant (not in a short run)
    Soak,
}

#[derive(clap::Args)]
pub struct Options {
    /// The server
    #[arg(long, value_name = "FILE")]
    binary: PathBuf,
    /// A server with an older schema, for two-versions [default: this one, on a schema made one version newer]
    #[arg(long, value_name = "FILE")]
    older: Option<PathBuf>,
    /// Scenarios to run [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Scenario>,
    /// A few rounds of each: about a minute
    #[arg(long)]
    short: bool,
    /// Rounds of kill -9 for each store [default: 200, or 5 in a short run]
    #[arg(long)]
    rounds: Option<u32>,
    /// Minutes of soak [default: 20 if it runs alone, else 1]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    minutes: Option<u32>,
    /// Write the results to a JSON file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Options {
    fn wants(&self, scenario: Scenario) -> bool {
        match scenario {
            Scenario::Soak if self.only.is_empty() => !self.short,
            _ => self.only.is_empty() || self.only.contains(&scenario),
        }
    }

    fn kills(&self) -> u32 {
        self.rounds.unwrap_or(if self.short { 5 } else { 200 })
    }

    fn soak_minutes(&self) -> u32 {
        let default = if self.only == [Scenario::Soak] { 20 } else { 1 };
        self.minutes.unwrap_or(default)
    }

    fn outages(&self) -> u32 {
        if self.short { 1 } else { 5 }
    }

    fn races(&self) -> u32 {
        if self.short { 1 } else { 20 }
    }
}

/// Runs the scenarios, and prints the results.
///
/// # Errors
/// If anything was lost, half done or unclear, or a scenario could not be run.
pub fn run(options: &Options) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let reports = tokio::task::LocalSet::new().block_on(&runtime, run_all(options));
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&reports)?)?;
    }
    let failed = reports.iter().filter(|it| !it.is_clean()).count();
    if failed > 0 {
        return Err(format!("{failed} of {} scenarios failed", reports.len()).into());
    }
    Ok(())
}

async fn run_all(options: &Options) -> Vec<Report> {
    let mut reports = Vec::new();
    for scenario in Scenario::value_variants() {
        if !options.wants(*scenario) {
            continue;
        }
        let name = scenario.to_possible_value();
        let name = name.map_or_else(String::new, |it| it.get_name().to_owned());
        let (mut report, begun) = (Report::new(name), Instant::now());
        if let Err(why) = run_one(*scenario, options, &mut report).await {
            report.fail(format!("could not be run to its end: {why}"));
        }
        report.seconds = begun.elapsed().as_secs();
        print!("{report}");
        reports.push(report);
    }
    reports
}

async fn run_one(scenario: Scenario, options: &Options, report: &mut Report) -> Outcome<()> {
    match scenario {
        Scenario::KillSqlite => kill::run(options, None, report).await,
        Scenario::KillPostgres => kill::on_postgres(options, report).await,
        Scenario::Races => races::on_one_node(options, report).await,
        Scenario::RacesOfNodes => races::on_two_nodes(options, report).await,
        Scenario::Outage => outage::run(options, report).await,
        Scenario::Failover => outage::fail_over(options, report).await,
        Scenario::DiskFull => disk::run(options, report).await,
        Scenario::MailAway => mail::run(options, report).await,
        Scenario::TwoVersions => versions::run(options, report).await,
        Scenario::Flood => flood::run(options, report).await,
        Scenario::Rude => rude::run(options, report).await,
        Scenario::Soak => soak::run(options, report).await,
    }
}
