//! The results: as a table to read, as JSON to keep.

use std::fmt::Write;
use std::ops::AddAssign;
use std::path::Path;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::cases::Case;
use super::counters::Counters;
use super::limits::Limits;
use super::load::Pace;
use super::{Options, StoreKind};
use crate::common::Outcome;
use crate::common::server::Server;
use crate::common::usage::{self, Memory};

/// Busy share of a core from which on it is the bottleneck.
const FULL: f64 = 0.9;
const MIB: f64 = 1_048_576.0;

/// Resources used by one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    pub elapsed: Duration,
    pub server: Duration,
    pub load: Duration,
    pub answers: u64,
    pub counters: Counters,
}

impl AddAssign for Used {
    fn add_assign(&mut self, other: Self) {
        self.elapsed += other.elapsed;
        self.server += other.server;
        self.load += other.load;
        self.answers += other.answers;
        self.counters = self.counters.and(other.counters);
    }
}

/// One case at one pace.
#[derive(Debug, Serialize)]
pub struct Row {
    case: String,
    connections: usize,
    /// Requested rate, per second; `None` if unlimited.
    rate: Option<f64>,
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// Answers per second if the core only signed or hashed.
    limit_per_second: Option<f64>,
    #[serde(flatten)]
    cost: Option<Cost>,
}

/// Cost of an answer for the server; unknown if two cases ran at once.
#[derive(Clone, Copy, Debug, Serialize)]
struct Cost {
    cpu_us: f64,
    queries: f64,
    writes: f64,
    /// Busy shares of the server's and the load's core.
    server_busy: f64,
    load_busy: f64,
}

impl Row {
    pub fn new(
        case: &dyn Case,
        pace: Pace,
        latencies: &Histogram<u64>,
        time: Duration,
        limit_per_second: Option<f64>,
    ) -> Self {
        let count = latencies.len() as f64;
        let ms = |quantile| latencies.value_at_quantile(quantile) as f64 / 1_000.0;
        Self {
            case: case.name().to_owned(),
            connections: pace.connections,
            rate: pace.rate,
            per_second: count / time.as_secs_f64(),
            p50_ms: ms(0.5),
            p99_ms: ms(0.99),
            limit_per_second,
            cost: None,
        }
    }

    /// Adds the cost.
    #[must_use]
    pub fn with_cost(mut self, used: &Used) -> Self {
        self.cost = Some(Cost::new(used));
        self
    }

    /// The part of the server's CPU time that its signatures or hashes take by themselves; if two cases ran at once, the
    /// part of the limit that its answers came to.
    fn limit_share(&self) -> Option<f64> {
        let limit = self.limit_per_second?;
        Some(match self.cost {
            Some(cost) => 1e6 / limit / cost.cpu_us,
            None => self.per_second / limit,
        })
    }

    fn bound(&self) -> &'static str {
        let Some(cost) = self.cost else {
            return "shared";
        };
        match (self.rate, self.connections) {
            (Some(_), _) => "the pace",
            _ if cost.server_busy >= FULL => "server",
            _ if cost.load_busy >= FULL => "load",
            (_, 1) => "round trip",
            _ if cost.writes >= 0.5 => "disk",
            _ => "waiting",
        }
    }
}

impl Cost {
    fn new(used: &Used) -> Self {
        let (elapsed, count) = (used.elapsed.as_secs_f64(), used.answers as f64);
        let per_answer = |total: f64| (total / count * 100.0).round() / 100.0;
        Self {
            cpu_us: used.server.as_secs_f64() * 1e6 / count,
            queries: per_answer(used.counters.queries),
            writes: per_answer(used.counters.writes),
            server_busy: used.server.as_secs_f64() / elapsed,
            load_busy: used.load.as_secs_f64() / elapsed,
        }
    }
}

/// The idle server: size, memory, start.
#[derive(Debug, Serialize)]
pub struct Machine {
    ready_ms: f64,
    idle: Memory,
    full: Option<Memory>,
    binary_bytes: u64,
    load_average: Vec<String>,
}

impl Machine {
    /// Measures a server that has just started.
    ///
    /// # Errors
    /// If it is gone.
    pub fn new(server: &Server, binary: &Path) -> Outcome<Self> {
        // Spare signing keys are generated first.
        std::thread::sleep(Duration::from_secs(2));
        Ok(Self {
            ready_ms: server.took.as_secs_f64() * 1e3,
            idle: usage::memory(server.pid())?,
            full: None,
            binary_bytes: std::fs::metadata(binary)?.len(),
            load_average: vec![usage::load_average()],
        })
    }
}

/// All results.
#[derive(Debug, Serialize)]
pub struct Report {
    store: &'static str,
    nodes: u8,
    users: u32,
    seconds: f64,
    limits: Limits,
    machine: Machine,
    rows: Vec<Row>,
}

impl Report {
    pub fn new(options: &Options, limits: Limits, machine: Machine) -> Self {
        Self {
            store: match options.store {
                StoreKind::Sqlite => "SQLite",
                StoreKind::Postgres => "PostgreSQL",
            },
            nodes: options.nodes,
            users: options.users,
            seconds: options.seconds,
            limits,
            machine,
            rows: Vec::new(),
        }
    }

    pub fn add(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
    }

    /// The highest rate measured for a case, in requests per second.
    pub fn most(&self, case: &str) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| row.case == case);
        rows.map(|row| row.per_second).reduce(f64::max)
    }

    /// Adds the server's memory at the end.
    ///
    /// # Errors
    /// If it is gone.
    pub fn finish(&mut self, server: &Server) -> Outcome<()> {
        self.machine.full = Some(usage::memory(server.pid())?);
        self.machine.load_average.push(usage::load_average());
        Ok(())
    }

    /// The table, in Markdown.
    pub fn table(&self) -> String {
        let mut text = self.head();
        text.push_str(
            "| case | connections | requests/s | p50 ms | p99 ms | server CPU µs | queries | writes | of the limit | bound by |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n",
        );
        for row in &self.rows {
            let pace = Pace {
                connections: row.connections,
                rate: row.rate,
            };
            let share = row.limit_share();
            let limit = share.map_or("–".to_owned(), |it| format!("{:.0} %", it * 100.0));
            let cost = row.cost.map_or("– | – | –".to_owned(), |cost| {
                format!("{:.0} | {} | {}", cost.cpu_us, cost.queries, cost.writes)
            });
            let _ = writeln!(
                text,
                "| {} | {pace} | {:.0} | {:.2} | {:.2} | {cost} | {limit} | {} |",
                row.case,
                row.per_second,
                row.p50_ms,
                row.p99_ms,
                row.bound()
            );
        }
        text
    }

    fn head(&self) -> String {
        let machine = &self.machine;
        let mib = |bytes: u64| bytes as f64 / MIB;
        let memory = |memory: &Memory| {
            format!(
                "{:.0} MiB ({:.0} with mapped files)",
                mib(memory.own),
                mib(memory.resident)
            )
        };
        let full = machine.full.as_ref().map(memory).unwrap_or_default();
        format!(
            "{}, {}, {} users, {} s a case; load average {}\n\n\
             One core: {:.0} RS256 signatures/s, {:.1} Argon2id hashes/s. Server: ready after {:.0} ms, \
             {} idle, {full} at the end, program {:.1} MB.\n\n",
            self.store,
            match self.nodes {
                1 => "one node".to_owned(),
                several => format!("{several} nodes"),
            },
            self.users,
            self.seconds,
            machine.load_average.join(" to "),
            self.limits.signatures,
            self.limits.argon2,
            machine.ready_ms,
            memory(&machine.idle),
            machine.binary_bytes as f64 / 1e6,
        )
    }
}
