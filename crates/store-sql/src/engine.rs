//! The interface between the store and an engine: run one statement, or apply a list of steps as a whole.

use async_trait::async_trait;
use cabana_store::{Result, StoreError};

use crate::cache::Touch;
use crate::dialect::Dialect;
use crate::value::{Row, Value};

/// One statement of a list, with its expectation.
#[derive(Clone, Debug)]
pub struct Step {
    pub sql: &'static str,
    pub params: Vec<Value>,
    pub expect: Expect,
}

/// Number of rows a step must touch.
#[derive(Clone, Debug)]
pub enum Expect {
    /// Any number, also none.
    Any,
    /// One; otherwise the whole list fails for this reason.
    One(Verdict),
    /// One; otherwise the whole list fails: with [`Verdict::Gone`] if the query finds no row, else for this reason.
    OneOrAsk {
        verdict: Verdict,
        sql: &'static str,
        params: Vec<Value>,
    },
}

/// The reason a step failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Conflict(&'static str),
    Stale,
    Gone,
}

impl From<Verdict> for StoreError {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Conflict(what) => Self::Conflict(what),
            Verdict::Stale => Self::Stale,
            Verdict::Gone => Self::Gone,
        }
    }
}

impl Step {
    /// A step that may touch any number of rows.
    pub fn any(sql: &'static str, params: Vec<Value>) -> Self {
        Self {
            sql,
            params,
            expect: Expect::Any,
        }
    }

    /// A step that must touch one row.
    pub fn one(sql: &'static str, params: Vec<Value>, verdict: Verdict) -> Self {
        Self {
            sql,
            params,
            expect: Expect::One(verdict),
        }
    }

    /// A step that must touch one row, with a query that finds out why it did not.
    pub fn ask(
        sql: &'static str,
        params: Vec<Value>,
        verdict: Verdict,
        (question, about): (&'static str, Vec<Value>),
    ) -> Self {
        Self {
            sql,
            params,
            expect: Expect::OneOrAsk {
                verdict,
                sql: question,
                params: about,
            },
        }
    }

    /// The reason this step fails if a constraint of the schema refuses it: a duplicate key, or a missing parent.
    pub fn on_duplicate(&self) -> Verdict {
        match &self.expect {
            Expect::One(verdict) | Expect::OneOrAsk { verdict, .. } => *verdict,
            Expect::Any => Verdict::Stale,
        }
    }
}

/// A database engine.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// The engine's SQL dialect.
    const DIALECT: Dialect;

    /// Runs a statement and returns its rows.
    async fn query(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>>;

    /// Applies all steps, in order, or none; durable when it returns. Returns the number of rows touched.
    async fn apply(&self, steps: Vec<Step>) -> Result<u64>;

    /// Steps that announce invalidations to other nodes' caches.
    fn announce(&self, touched: &[Touch]) -> Vec<Step>;
}

/// An error of the engine itself, not of the request.
pub fn unavailable(source: impl Into<cabana_store::Source>) -> StoreError {
    StoreError::Unavailable(source.into())
}
