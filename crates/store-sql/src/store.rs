//! The store over an engine.

use std::sync::Arc;

use async_trait::async_trait;
use cabana_store::{Change, Cursor, Page, Paged, Result, Sealer, Store, StoreError, Sweep};

use crate::cache::touched;
use crate::counts::{Counts, watched};
use crate::engine::Engine;
use crate::plan::plan;
use crate::value::{Cells, Row, Value};

/// A store that keeps everything in one SQL database.
pub struct SqlStore<E> {
    pub(crate) engine: E,
    pub(crate) sealer: Arc<Sealer>,
    counts: Counts,
}

impl<E: Engine> SqlStore<E> {
    pub(crate) fn new(engine: E, sealer: Arc<Sealer>) -> Self {
        Self {
            engine,
            sealer,
            counts: Counts::new(),
        }
    }

    async fn ask(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        self.counts.query();
        self.engine.query(sql, params).await
    }

    /// Runs a query and returns its row, if there is one.
    pub(crate) async fn one<T>(
        &self,
        table: &'static str,
        sql: &'static str,
        params: Vec<Value>,
        read: impl FnOnce(&mut Cells) -> Result<T> + Send,
    ) -> Result<Option<T>> {
        let rows = watched(self.ask(sql, params).await)?;
        let row = rows.into_iter().next();
        watched(row.map(|row| read(&mut Cells::new(table, row))).transpose())
    }

    /// Runs a query and returns all its rows.
    pub(crate) async fn many<T>(
        &self,
        table: &'static str,
        sql: &'static str,
        params: Vec<Value>,
        mut read: impl FnMut(&mut Cells) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        let rows = watched(self.ask(sql, params).await)?;
        let items = rows
            .into_iter()
            .map(|row| read(&mut Cells::new(table, row)));
        watched(items.collect())
    }

    /// Reads one page. The statement takes `params`, then the key of the row to start after (`start` for the first
    /// page), then a limit; it returns that key before the columns that `read` reads.
    pub(crate) async fn page<T>(
        &self,
        table: &'static str,
        sql: &'static str,
        mut params: Vec<Value>,
        start: Vec<Value>,
        page: &Page,
        mut read: impl FnMut(&mut Cells) -> Result<T> + Send,
    ) -> Result<Paged<T>> {
        let key_length = start.len();
        params.append(&mut match &page.after {
            None => start,
            Some(cursor) => read_cursor(cursor, &start)?,
        });
        let limit = usize::try_from(page.limit.max(1)).unwrap_or(usize::MAX);
        params.push(Value::from(i64::from(page.limit.max(1)) + 1));
        let mut rows = watched(self.ask(sql, params).await)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(write_cursor(last, key_length)),
            _ => None,
        };
        let items = rows.into_iter().map(|row| {
            let mut cells = Cells::new(table, row);
            for _ in 0..key_length {
                cells.value()?;
            }
            read(&mut cells)
        });
        Ok(Paged {
            items: watched(items.collect::<Result<_>>())?,
            next,
        })
    }
}

/// A key as JSON: numbers and texts.
fn write_cursor(row: &Row, key_length: usize) -> Cursor {
    let key = row.iter().take(key_length).map(|value| match value {
        Value::Int(number) => serde_json::Value::from(*number),
        Value::Text(text) => serde_json::Value::from(text.as_str()),
        Value::Null | Value::Blob(_) => serde_json::Value::Null,
    });
    Cursor(serde_json::Value::Array(key.collect()).to_string())
}

/// Parses a key into parameters; one of another list points nowhere.
fn read_cursor(cursor: &Cursor, like: &[Value]) -> Result<Vec<Value>> {
    let key: Vec<serde_json::Value> =
        serde_json::from_str(&cursor.0).map_err(|_| StoreError::Cursor)?;
    if key.len() != like.len() {
        return Err(StoreError::Cursor);
    }
    let values = key.iter().zip(like).map(|(part, like)| match like {
        Value::Int(_) => part.as_i64().map(Value::Int),
        _ => part.as_str().map(Value::from),
    });
    values.collect::<Option<_>>().ok_or(StoreError::Cursor)
}

#[async_trait]
impl<E: Engine> Store for SqlStore<E> {
    async fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let mut steps = plan(&self.sealer, &changes)?;
        if steps.is_empty() {
            return Ok(());
        }
        steps.append(&mut self.engine.announce(&touched(&changes)));
        self.counts.write();
        watched(self.engine.apply(steps).await)?;
        Ok(())
    }

    async fn ready(&self) -> Result<()> {
        watched(crate::migrations::is_current(&self.engine).await)
    }

    async fn sweep(&self, sweep: Sweep) -> Result<u64> {
        watched(crate::sweep::sweep(&self.engine, sweep).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::params;

    #[test]
    fn a_cursor_reads_back_and_no_other_list_takes_it() {
        let row = params![5i64, "a\"b", "rest"];
        let cursor = write_cursor(&row, 2);
        let read = |cursor: &Cursor, like: Vec<Value>| read_cursor(cursor, &like);
        let key = read(&cursor, params![0i64, ""]).unwrap();
        assert_eq!(key, params![5i64, "a\"b"]);
        for like in [params![0i64], params!["", ""], params![0i64, "", ""]] {
            assert!(matches!(read(&cursor, like), Err(StoreError::Cursor)));
        }
        let nonsense = Cursor("nonsense".to_owned());
        assert!(matches!(
            read(&nonsense, params![0i64]),
            Err(StoreError::Cursor)
        ));
    }
}
