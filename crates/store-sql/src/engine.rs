//! What an engine does for the store: answer one statement, or do a list of steps as a whole.

use async_trait::async_trait;
use cabana_store::{Result, StoreError};

use crate::cache::Touch;
use crate::dialect::Dialect;
use crate::value::{Row, Value};

/// One statement of a list, with what it demands.
#[derive(Clone, Debug)]
pub struct Step {
    pub sql: &'static str,
    pub params: Vec<Value>,
    pub expect: Expect,
}

/// How many rows a step must touch.
#[derive(Clone, Debug)]
pub enum Expect {
    /// Any number, also none.
    Any,
    /// One; otherwise the whole list fails for this reason.
    One(Verdict),
    /// One; otherwise the whole list fails: with [`Verdict::Gone`] if the question finds no row,
    /// else for this reason.
    OneOrAsk {
        verdict: Verdict,
        sql: &'static str,
        params: Vec<Value>,
    },
}

/// Why a step failed.
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

    /// A step that must touch one row, with a question that tells why it did not.
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

    /// Why this step fails if a constraint of the schema refuses it: a twin, or a missing parent.
    pub fn on_twin(&self) -> Verdict {
        match &self.expect {
            Expect::One(verdict) | Expect::OneOrAsk { verdict, .. } => *verdict,
            Expect::Any => Verdict::Stale,
        }
    }
}

/// A database engine.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// Which statements suit it.
    const DIALECT: Dialect;

    /// The rows a statement gives.
    async fn query(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>>;

    /// Does all steps, in order, or none; durable when it returns. Answers how many rows it touched.
    async fn apply(&self, steps: Vec<Step>) -> Result<u64>;

    /// Steps that tell other nodes what their caches must forget.
    fn announce(&self, touched: &[Touch]) -> Vec<Step>;
}

/// Trouble with the engine, not with what was asked.
pub fn unavailable(source: impl Into<cabana_store::Source>) -> StoreError {
    StoreError::Unavailable(source.into())
}
