//! Measures how many requests one core of the server answers, and the cost of each.
//!
//! The server runs on one core, the load (and PostgreSQL, if it is the store) on another. Each case runs at 1 and at 32
//! connections after a warm-up. For cases that sign or hash, the limit of the server's core is measured before and
//! after, and those that only sign are cut into slices for it: machines differ, and the same one from second to second.
//! CPU time is read from the kernel (`/proc/<pid>/stat`), queries and writes from the server's own counters
//! (`/metrics`).

mod cases;
mod counters;
mod crowd;
mod fill;
mod functions;
mod limits;
mod load;
mod people;
mod pools;
mod provider;
mod report;
mod serving;
mod srp;
mod ways;
mod world;

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::common::Outcome;
use crate::common::postgres::Postgres;
use crate::common::program::pin_self;
use crate::common::server::{Server, Setup};
use limits::Yardstick;
use load::Pace;
use report::{Machine, Report};
use world::{Node, World};

/// The server's core; the load has the next one.
const SERVER_CORE: usize = 0;
const LOAD_CORE: usize = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StoreKind {
    Sqlite,
    Postgres,
}

#[derive(clap::Args)]
pub struct Options {
    /// The release server
    #[arg(long, value_name = "FILE")]
    binary: PathBuf,
    /// Database of the server
    #[arg(long, value_enum, default_value = "sqlite")]
    store: StoreKind,
    /// Servers on one PostgreSQL; they share the server's core, so that only the cost of a request can change
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    nodes: u8,
    /// Users in the pool
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    users: u32,
    /// Cases whose names contain one of these words
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    only: Vec<String>,
    /// Seconds that each case is measured
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// Numbers of connections
    #[arg(long, value_delimiter = ',', default_values_t = [1, 32])]
    connections: Vec<usize>,
    /// Write the numbers to a JSON file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Measures, and prints a table.
///
/// # Errors
/// The reason it failed.
pub fn run(options: &Options) -> Outcome<()> {
    if std::thread::available_parallelism()?.get() <= LOAD_CORE {
        return Err("two cores are needed: one for the server, one for the load".into());
    }
    if options.nodes > 1 && options.store == StoreKind::Sqlite {
        return Err("several nodes need --store postgres".into());
    }
    pin_self(LOAD_CORE)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = tokio::task::LocalSet::new().block_on(&runtime, measure(options))?;
    print!("{}", report.table());
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

async fn measure(options: &Options) -> Outcome<Report> {
    let mut yardstick = Yardstick::new()?;
    let limits = yardstick.limits()?;
    let postgres = match options.store {
        StoreKind::Sqlite => None,
        StoreKind::Postgres => Some(Postgres::start(Some(LOAD_CORE))?),
    };
    let database = postgres.as_ref().map(Postgres::url);
    let mut setup = Setup::new(&options.binary, Some(SERVER_CORE), database)?;
    setup.functions = Some(functions::serve().await?);
    let provider = provider::serve().await?;
    setup.certificate = Some(provider.certificate);
    // The first start creates the database; the second is a typical start.
    setup.start().await?.stop()?;
    let server = setup.start().await?;
    let machine = Machine::new(&server, &options.binary)?;
    let mut nodes = vec![node(&setup, &server)];
    let mut others = Vec::new();
    for _ in 1..options.nodes {
        let setup = setup.twin()?;
        let server = setup.start().await?;
        nodes.push(node(&setup, &server));
        others.push((setup, server));
    }
    let world = World::make(&setup, nodes, options.users).await?;
    world.ways.issuer.replace(provider.issuer);
    let mut report = Report::new(options, limits, machine);
    for case in cases::all() {
        if !is_wanted(options, case.name()) {
            continue;
        }
        for pace in paces(options, case.pace(&report)) {
            eprintln!("{}, {pace}", case.name());
            report.add(load::run(&world, &mut yardstick, &case, pace, seconds(options)).await?);
        }
    }
    report.finish(&server)?;
    drop(world);
    for (_folder, other) in others {
        other.stop()?;
    }
    server.stop()?;
    Ok(report)
}

fn node(setup: &Setup, server: &Server) -> Node {
    Node {
        address: setup.address(),
        pid: server.pid(),
    }
}

fn is_wanted(options: &Options, name: &str) -> bool {
    let name = name.to_lowercase();
    let asked = |word: &String| name.contains(&word.to_lowercase());
    options.only.is_empty() || options.only.iter().any(asked)
}

fn paces(options: &Options, own: Option<Pace>) -> Vec<Pace> {
    match own {
        Some(pace) => vec![pace],
        None => options
            .connections
            .iter()
            .map(|it| Pace::full(*it))
            .collect(),
    }
}

fn seconds(options: &Options) -> Duration {
    Duration::from_secs_f64(options.seconds)
}
