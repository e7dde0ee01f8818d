//! Samples of the server's resource usage, and whether it stays constant.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::super::report::Report;
use crate::common::Outcome;
use crate::common::server::Setup;
use crate::common::usage;

const MIB: f64 = 1024.0 * 1024.0;

/// One sample.
pub struct Sample {
    /// Share of a core used since the last sample, by the server and this process.
    pub cpu: f64,
    /// Names and values that must stay constant.
    values: BTreeMap<String, f64>,
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cpu {:.2}", self.cpu)?;
        for (name, value) in &self.values {
            write!(f, ", {name} {value:.0}")?;
        }
        Ok(())
    }
}

/// Takes the samples.
pub struct Sampler {
    pid: u32,
    files: [PathBuf; 2],
    database: Connection,
    tables: Vec<String>,
    last: (Instant, Duration),
}

impl Sampler {
    /// # Errors
    /// If the server's file cannot be opened.
    pub fn open(setup: &Setup, pid: u32) -> Outcome<Self> {
        let path = setup.data().join("cabana.db");
        let database = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        database.busy_timeout(Duration::from_secs(5))?;
        let tables = {
            let sql =
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
            let mut names = database.prepare(sql)?;
            let names = names.query_map([], |row| row.get(0))?;
            names.collect::<Result<_, _>>()?
        };
        Ok(Self {
            pid,
            files: [path.clone(), path.with_extension("db-wal")],
            database,
            tables,
            last: (Instant::now(), spent(pid)?),
        })
    }

    /// Takes a sample.
    ///
    /// # Errors
    /// If the server is gone.
    pub fn look(&mut self) -> Outcome<Sample> {
        let (then, before) = self.last;
        self.last = (Instant::now(), spent(self.pid)?);
        let cpu = (self.last.1 - before).as_secs_f64() / (self.last.0 - then).as_secs_f64();
        let sizes = self
            .files
            .iter()
            .map(|file| fs::metadata(file).map_or(0, |it| it.len()));
        let mut values = BTreeMap::from([
            ("file MiB".to_owned(), sizes.sum::<u64>() as f64 / MIB),
            (
                "memory MiB".to_owned(),
                usage::memory(self.pid)?.own as f64 / MIB,
            ),
            ("threads".to_owned(), count(self.pid, "task", "")?),
            ("open files".to_owned(), count(self.pid, "fd", "")?),
            ("sockets".to_owned(), count(self.pid, "fd", "socket:")?),
        ]);
        for table in &self.tables {
            let sql = format!("SELECT count(*) FROM {table}");
            let rows: u32 = self.database.query_row(&sql, [], |row| row.get(0))?;
            values.insert(format!("rows of {table}"), f64::from(rows));
        }
        Ok(Sample { cpu, values })
    }
}

fn spent(pid: u32) -> Outcome<Duration> {
    Ok(usage::cpu(pid)? + usage::own_cpu()?)
}

/// Number of entries in a folder of the process that link to something of this kind.
fn count(pid: u32, folder: &str, kind: &str) -> Outcome<f64> {
    let entries = fs::read_dir(format!("/proc/{pid}/{folder}"))?.flatten();
    let is_one = |path: PathBuf| {
        kind.is_empty()
            || fs::read_link(path).is_ok_and(|it| it.to_string_lossy().starts_with(kind))
    };
    Ok(entries.filter(|it| is_one(it.path())).count() as f64)
}

/// All samples.
#[derive(Default)]
pub struct Series(Vec<Sample>);

impl Series {
    pub fn push(&mut self, sample: Sample) {
        self.0.push(sample);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The usual value in the middle third and in the last.
    fn usual(&self, value: impl Fn(&Sample) -> f64) -> (f64, f64) {
        let third = self.0.len() / 3;
        let of = |from: usize| {
            let mut values: Vec<f64> = self.0.iter().skip(from).take(third).map(&value).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        (of(third), of(self.0.len() - third))
    }

    /// Records the usual values, and fails if the last third has more than the middle one. In a run too short to tell,
    /// only values that do not grow at the start are judged.
    pub fn judge(&self, tells: bool, report: &mut Report) {
        let cpu = self.usual(|it| it.cpu);
        report
            .notes
            .push(format!("share of a core: {:.2}, then {:.2}", cpu.0, cpu.1));
        let names = self.0.last().map(|it| it.values.keys());
        for name in names.into_iter().flatten() {
            let (middle, end) = self.usual(|it| it.values.get(name).copied().unwrap_or_default());
            if middle > 0.0 || end > 0.0 {
                report
                    .notes
                    .push(format!("{name}: {middle:.1}, then {end:.1}"));
            }
            let is_flat = end <= middle + room(name, middle);
            let has_beginning = name.starts_with("rows") || name.ends_with("MiB");
            report.demand(is_flat || (has_beginning && !tells), || {
                format!("{name} grows: {middle:.1}, then {end:.1}")
            });
        }
    }
}

/// Permitted growth: sweeps come once a minute, and an allocator takes several MiB at a time. A third of 20 minutes has
/// some 140,000 requests, so a leak of 60 bytes per request exceeds it.
fn room(name: &str, middle: f64) -> f64 {
    match name {
        "memory MiB" => 8.0,
        "file MiB" => 4.0,
        "threads" | "open files" | "sockets" => 4.0,
        _ => middle * 0.1 + 50.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(value: impl Fn(usize) -> f64) -> Series {
        let sample = |at| Sample {
            cpu: 0.1,
            values: BTreeMap::from([("memory MiB".to_owned(), value(at))]),
        };
        Series((0..90).map(sample).collect())
    }

    #[test]
    fn what_grows_is_noticed_and_what_only_swings_is_not() {
        let judged = |series: Series, tells| {
            let mut report = Report::new(String::new());
            series.judge(tells, &mut report);
            report.is_clean()
        };
        assert!(judged(series(|at| 50.0 + (at % 7) as f64), true));
        assert!(judged(
            series(|at| if at < 25 { at as f64 } else { 50.0 }),
            true
        ));
        assert!(!judged(series(|at| 50.0 + at as f64), true));
        assert!(judged(series(|at| 50.0 + at as f64), false));
    }

    #[test]
    fn this_process_has_files_and_threads() {
        let pid = std::process::id();
        assert!(count(pid, "task", "").unwrap() >= 1.0);
        let all = count(pid, "fd", "").unwrap();
        assert!(all >= 3.0 && count(pid, "fd", "socket:").unwrap() <= all);
    }
}
