//! The writer thread. It takes every list that is queued and commits once for all of them: a burst of lists costs one
//! wait for the disk. Each list is still applied whole or not at all, and no caller gets an answer before the data is
//! on disk. If a list of a group fails, the group is run again with a savepoint for each.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use cabana_store::{Result, StoreError};
use rusqlite::{Connection, ffi};
use tokio::sync::{mpsc, oneshot};

use super::callers::Callers;
use super::connection::{execute, query, store_error};
use crate::engine::{Expect, Step, Verdict, unavailable};

/// Lists that may queue before callers have to wait.
const QUEUE: usize = 1024;
/// Most lists in one commit.
const GROUP: usize = 256;
/// Lists with which a commit no longer waits for more.
const ENOUGH: usize = 16;
/// Longest wait of a commit for more lists.
const PATIENCE: Duration = Duration::from_millis(10);

pub struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    callers: Option<Arc<Callers>>,
}

struct Job {
    steps: Vec<Step>,
    answer: oneshot::Sender<Result<u64>>,
}

impl Writer {
    /// With callers that report when they are busy, a commit may wait for more lists.
    pub fn start(connection: Connection, callers: Option<Arc<Callers>>) -> Result<Self> {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("cabana-writer".to_owned())
            .spawn({
                let callers = callers.clone();
                move || run(&connection, waiting, callers.as_deref())
            })
            .map_err(unavailable)?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            callers,
        })
    }

    /// Applies all steps or none. Once queued, it runs even if the caller goes away.
    pub async fn apply(&self, steps: Vec<Step>) -> Result<u64> {
        let stopped = || unavailable("the writer has stopped");
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        let (answer, done) = oneshot::channel();
        jobs.send(Job { steps, answer })
            .await
            .map_err(|_| stopped())?;
        if let Some(callers) = &self.callers
            && jobs.max_capacity() - jobs.capacity() >= ENOUGH
        {
            callers.call();
        }
        done.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    /// Waits until everything queued is written and the file is closed.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, mut waiting: mpsc::Receiver<Job>, callers: Option<&Callers>) {
    let mut had_company = false;
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        match callers {
            Some(callers) if had_company => {
                callers.wait(PATIENCE, || waiting.len() + group.len() >= ENOUGH)
            }
            // On an idle core this takes no time; otherwise callers go first, for a slice of the scheduler.
            _ => std::thread::yield_now(),
        }
        while group.len() < GROUP {
            let Ok(job) = waiting.try_recv() else { break };
            group.push(job);
        }
        had_company = group.len() > 1;
        write_group(connection, group);
    }
}

/// Answers for lists that are applied but not committed.
type Done = Vec<(oneshot::Sender<Result<u64>>, Result<u64>)>;

fn write_group(connection: &Connection, group: Vec<Job>) {
    if let Err(error) = run_cached(connection, "BEGIN IMMEDIATE") {
        // If a transaction is still open, the next group may find it closed.
        let _ = give_up(connection);
        return refuse(group, &error);
    }
    let lists = group.iter().map(|job| write_steps(connection, &job.steps));
    match lists.collect::<Result<Vec<u64>>>() {
        Ok(rows) => {
            let done = group.into_iter().zip(rows);
            let done = done.map(|(job, rows)| (job.answer, Ok(rows))).collect();
            answer(done, commit(connection));
        }
        Err(error) => match (give_up(connection), <[Job; 1]>::try_from(group)) {
            (Err(still_open), Ok(group)) => refuse(group.into(), &still_open),
            (Err(still_open), Err(group)) => refuse(group, &still_open),
            (Ok(()), Ok([job])) => drop(job.answer.send(Err(error))),
            (Ok(()), Err(group)) => write_each(connection, group),
        },
    }
}

fn refuse(group: Vec<Job>, error: &rusqlite::Error) {
    let nothing_done = group.into_iter().map(|job| (job.answer, Ok(0)));
    answer(nothing_done.collect(), Err(error.to_string()));
}

/// The same for a group in which a list fails: each has a savepoint to roll back to.
fn write_each(connection: &Connection, group: Vec<Job>) {
    let mut done = Done::with_capacity(group.len());
    for job in group {
        let outcome = begin(connection).and_then(|()| write_list(connection, &job.steps));
        // A full disk may have ended the whole transaction: then nothing before this was applied either.
        if connection.is_autocommit() && !done.is_empty() {
            answer(
                std::mem::take(&mut done),
                Err("the transaction was given up".to_owned()),
            );
        }
        done.push((job.answer, outcome));
    }
    let committed = if connection.is_autocommit() {
        Ok(())
    } else {
        commit(connection)
    };
    answer(done, committed);
}

fn commit(connection: &Connection) -> std::result::Result<(), String> {
    let committed = run_cached(connection, "COMMIT").map_err(|error| error.to_string());
    if committed.is_err() {
        // If this fails, too, so does the next BEGIN.
        let _ = give_up(connection);
    }
    committed
}

fn give_up(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() {
        return Ok(());
    }
    run_cached(connection, "ROLLBACK")
}

/// Answers all callers; a list succeeded only if the commit did. Callers that are gone get no answer.
fn answer(done: Done, committed: std::result::Result<(), String>) {
    for (caller, outcome) in done {
        let outcome = match (&committed, outcome) {
            (Err(reason), Ok(_)) => Err(unavailable(reason.clone())),
            (_, outcome) => outcome,
        };
        let _ = caller.send(outcome);
    }
}

fn begin(connection: &Connection) -> Result<()> {
    if connection.is_autocommit() {
        run_cached(connection, "BEGIN IMMEDIATE").map_err(store_error)?;
    }
    Ok(())
}

fn write_list(connection: &Connection, steps: &[Step]) -> Result<u64> {
    run_cached(connection, "SAVEPOINT list").map_err(store_error)?;
    let outcome = write_steps(connection, steps);
    if connection.is_autocommit() {
        return outcome;
    }
    let closed = match outcome {
        Ok(_) => Ok(()),
        Err(_) => run_cached(connection, "ROLLBACK TO list"),
    }
    .and_then(|()| run_cached(connection, "RELEASE list"));
    if let Err(error) = closed {
        // Better nothing of the group than half of a list.
        let _ = give_up(connection);
        return Err(store_error(error));
    }
    outcome
}

fn write_steps(connection: &Connection, steps: &[Step]) -> Result<u64> {
    steps
        .iter()
        .try_fold(0, |sum, step| Ok(sum + write_step(connection, step)?))
}

fn write_step(connection: &Connection, step: &Step) -> Result<u64> {
    let rows = execute(connection, step.sql, &step.params).map_err(|error| refused(step, error))?;
    match &step.expect {
        Expect::One(verdict) if rows != 1 => Err((*verdict).into()),
        Expect::OneOrAsk {
            verdict,
            sql,
            params,
        } if rows != 1 => {
            let found = query(connection, sql, params).map_err(store_error)?;
            Err(if found.is_empty() {
                Verdict::Gone
            } else {
                *verdict
            }
            .into())
        }
        _ => Ok(rows),
    }
}

/// Converts a constraint violation into the error that the step's precondition would have given.
fn refused(step: &Step, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error().map(|it| it.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Verdict::Gone.into(),
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            step.on_duplicate().into()
        }
        _ => store_error(error),
    }
}

fn run_cached(connection: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.raw_execute().map(drop)
}

#[cfg(test)]
mod tests;
