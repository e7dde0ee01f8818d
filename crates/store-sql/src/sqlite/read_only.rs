//! A database file opened read-only.

use std::path::PathBuf;

use async_trait::async_trait;
use cabana_store::Result;

use super::readers::Readers;
use crate::cache::Touch;
use crate::dialect::Dialect;
use crate::engine::{Engine, Step, unavailable};
use crate::value::{Row, Value};

/// An engine that refuses to write.
pub struct ReadOnly(Readers);

impl ReadOnly {
    pub fn new(path: PathBuf) -> Self {
        Self(Readers::new(path))
    }
}

#[async_trait]
impl Engine for ReadOnly {
    const DIALECT: Dialect = Dialect::Sqlite;

    async fn query(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        self.0.query(sql, &params)
    }

    async fn apply(&self, _steps: Vec<Step>) -> Result<u64> {
        Err(unavailable("the database was opened read-only"))
    }

    fn announce(&self, _touched: &[Touch]) -> Vec<Step> {
        Vec::new()
    }
}
