//! Runs a list of steps on one connection, in as few round trips as its meaning allows: one for a single step, two for
//! more. All steps go out with the `BEGIN` without waiting for one another's answers; once all answers are in, the list
//! is committed or rolled back.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use cabana_store::StoreError;
use deadpool_postgres::ClientWrapper;
use futures_util::future::{MaybeDone, maybe_done};
use tokio_postgres::{Error, Statement};

use super::types::{borrowed, is_lost, is_transient, refused, store_error};
use crate::dialect::{BEGIN, BEGIN_IN_TURN};
use crate::engine::{Expect, Step, Verdict};
use crate::value::Value;

/// The reason a list was not applied.
pub enum Failure {
    /// It may be retried as it is.
    Again(StoreError),
    Final(StoreError),
    /// The connection is lost, or may still be within the transaction: it must not be used again.
    Broken(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if is_transient(&error) {
            Self::Again(store_error(error))
        } else if is_lost(&error) {
            Self::Broken(store_error(error))
        } else {
            Self::Final(store_error(error))
        }
    }
}

/// Whether a list has met a conflict before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    First,
    /// Retries run one after the other.
    Retry,
}

/// Applies all steps or none; returns the number of rows they touched.
pub async fn run(client: &ClientWrapper, steps: &[Step], attempt: Attempt) -> Result<u64, Failure> {
    let mut statements = Vec::with_capacity(steps.len());
    for step in steps {
        statements.push(client.prepare_cached(step.sql).await?);
    }
    if let ([step], [statement], Attempt::First) = (steps, statements.as_slice(), attempt) {
        // A single statement is a transaction of its own.
        let rows = execute(client, statement, &step.params).await;
        return judge(client, step, rows).await;
    }
    let begin = match attempt {
        Attempt::First => BEGIN,
        Attempt::Retry => BEGIN_IN_TURN,
    };
    let outcome = all_at_once(client, begin, steps, &statements).await;
    match outcome {
        Ok(rows) => match client.batch_execute("COMMIT").await {
            Ok(()) => Ok(rows),
            // A failed commit has rolled back.
            Err(error) if is_transient(&error) => Err(error.into()),
            Err(error) => Err(Failure::Broken(store_error(error))),
        },
        Err(failure) => match client.batch_execute("ROLLBACK").await {
            Ok(()) => Err(failure),
            Err(error) => Err(Failure::Broken(store_error(error))),
        },
    }
}

async fn all_at_once(
    client: &ClientWrapper,
    begin: &str,
    steps: &[Step],
    statements: &[Statement],
) -> Result<u64, Failure> {
    // If it fails, no step takes effect either: the connection is lost, or the transaction is aborted.
    let mut begin = pin!(maybe_done(client.batch_execute(begin)));
    send(begin.as_mut()).await;
    let mut answers = Vec::with_capacity(steps.len());
    for (step, statement) in steps.iter().zip(statements) {
        let mut answer = Box::pin(maybe_done(execute(client, statement, &step.params)));
        send(answer.as_mut()).await;
        answers.push(answer);
    }
    begin.as_mut().await;
    begin.take_output().unwrap_or(Ok(()))?;
    let mut sum = 0;
    let mut failure = None;
    for (step, mut answer) in steps.iter().zip(answers) {
        answer.as_mut().await;
        let (None, Some(rows)) = (&failure, answer.as_mut().take_output()) else {
            continue;
        };
        // The first failure gives the reason; later ones only follow from it.
        match judge(client, step, rows).await {
            Ok(rows) => sum += rows,
            Err(why) => failure = Some(why),
        }
    }
    failure.map_or(Ok(sum), Err)
}

/// Polls once, which puts the request on the wire.
async fn send<F: Future>(mut request: Pin<&mut MaybeDone<F>>) {
    poll_fn(|context| {
        let _ = request.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

async fn execute(
    client: &ClientWrapper,
    statement: &Statement,
    params: &[Value],
) -> Result<u64, Error> {
    client.execute(statement, &borrowed(params)).await
}

/// Checks that a step touched the rows it had to.
async fn judge(
    client: &ClientWrapper,
    step: &Step,
    rows: Result<u64, Error>,
) -> Result<u64, Failure> {
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) if is_transient(&error) || is_lost(&error) => return Err(error.into()),
        Err(error) => return Err(Failure::Final(refused(step, error))),
    };
    match &step.expect {
        Expect::One(verdict) if rows != 1 => Err(Failure::Final((*verdict).into())),
        Expect::OneOrAsk {
            verdict,
            sql,
            params,
        } if rows != 1 => {
            let verdict = ask(client, *verdict, sql, params).await?;
            Err(Failure::Final(verdict.into()))
        }
        _ => Ok(rows),
    }
}

async fn ask(
    client: &ClientWrapper,
    verdict: Verdict,
    sql: &'static str,
    params: &[Value],
) -> Result<Verdict, Error> {
    let statement = client.prepare_cached(sql).await?;
    let found = client.query(&statement, &borrowed(params)).await?;
    Ok(if found.is_empty() {
        Verdict::Gone
    } else {
        verdict
    })
}
