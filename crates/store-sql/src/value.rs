//! Parameters and results of statements, the same for both engines.

use std::vec;

use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_store::{Result, StoreError};
use serde::de::DeserializeOwned;

/// A value of a column or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// A row, in the order of the statement's columns.
pub type Row = Vec<Value>;

/// A list of parameters, each turned into a [`Value`].
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;

/// PostgreSQL allows no NUL in a text, so none is stored anywhere: it becomes U+FFFD, both in stored values and in
/// search terms.
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(if text.contains('\0') {
            text.replace('\0', "\u{FFFD}")
        } else {
            text.to_owned()
        })
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(flag.into())
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::Int(time.micros())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<&[u8; 32]> for Value {
    fn from(hash: &[u8; 32]) -> Self {
        Self::Blob(hash.to_vec())
    }
}

impl From<&PoolId> for Value {
    fn from(id: &PoolId) -> Self {
        Self::from(id.as_str())
    }
}

impl From<&ClientId> for Value {
    fn from(id: &ClientId) -> Self {
        Self::from(id.as_str())
    }
}

impl From<&Sub> for Value {
    fn from(sub: &Sub) -> Self {
        Self::from(sub.as_str())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A value as JSON text.
pub fn json<T: serde::Serialize>(value: &T) -> Result<Value> {
    let text =
        serde_json::to_string(value).map_err(|error| StoreError::Unavailable(error.into()))?;
    Ok(Value::from(text.as_str()))
}

/// A defect of a row.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    #[error("column {0} holds another type than it should")]
    Type(usize),
    #[error("column {0} holds a value out of its range")]
    Range(usize),
    #[error("a sealed column is of a form this program does not know")]
    Form,
}

/// Reads a row column by column, from left to right.
pub struct Cells {
    table: &'static str,
    position: usize,
    row: vec::IntoIter<Value>,
}

impl Cells {
    /// `table` is named in errors.
    pub fn new(table: &'static str, row: Row) -> Self {
        Self {
            table,
            position: 0,
            row: row.into_iter(),
        }
    }

    /// The error for a row that cannot be read.
    pub fn corrupt(&self, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
        StoreError::Corrupt {
            table: self.table,
            source: source.into(),
        }
    }

    fn wrong_type(&self) -> StoreError {
        self.corrupt(Damage::Type(self.position))
    }

    /// The following columns are another table's.
    pub fn go_on_in(&mut self, table: &'static str) {
        self.table = table;
    }

    /// Whether the next column is empty.
    pub fn is_null(&self) -> bool {
        matches!(self.row.as_slice().first(), Some(Value::Null))
    }

    /// Skips columns.
    pub fn skip(&mut self, columns: usize) -> Result<()> {
        (0..columns).try_for_each(|_| self.value().map(drop))
    }

    /// The next column as it is.
    pub fn value(&mut self) -> Result<Value> {
        self.position += 1;
        self.row.next().ok_or_else(|| self.wrong_type())
    }

    pub fn text(&mut self) -> Result<String> {
        self.opt_text()?.ok_or_else(|| self.wrong_type())
    }

    pub fn opt_text(&mut self) -> Result<Option<String>> {
        match self.value()? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            _ => Err(self.wrong_type()),
        }
    }

    pub fn opt_int(&mut self) -> Result<Option<i64>> {
        match self.value()? {
            Value::Int(number) => Ok(Some(number)),
            Value::Null => Ok(None),
            _ => Err(self.wrong_type()),
        }
    }

    pub fn int(&mut self) -> Result<i64> {
        self.opt_int()?.ok_or_else(|| self.wrong_type())
    }

    /// A number of a narrower type.
    pub fn number<T: TryFrom<i64>>(&mut self) -> Result<T> {
        T::try_from(self.int()?).map_err(|_| self.corrupt(Damage::Range(self.position)))
    }

    /// A number of a narrower type, or none.
    pub fn opt_number<T: TryFrom<i64>>(&mut self) -> Result<Option<T>> {
        let Some(number) = self.opt_int()? else {
            return Ok(None);
        };
        T::try_from(number)
            .map(Some)
            .map_err(|_| self.corrupt(Damage::Range(self.position)))
    }

    pub fn flag(&mut self) -> Result<bool> {
        match self.int()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.corrupt(Damage::Range(self.position))),
        }
    }

    pub fn time(&mut self) -> Result<Time> {
        self.int().map(Time::from_micros)
    }

    pub fn opt_time(&mut self) -> Result<Option<Time>> {
        Ok(self.opt_int()?.map(Time::from_micros))
    }

    pub fn opt_blob(&mut self) -> Result<Option<Vec<u8>>> {
        match self.value()? {
            Value::Blob(bytes) => Ok(Some(bytes)),
            Value::Null => Ok(None),
            _ => Err(self.wrong_type()),
        }
    }

    pub fn blob(&mut self) -> Result<Vec<u8>> {
        self.opt_blob()?.ok_or_else(|| self.wrong_type())
    }

    pub fn opt_hash(&mut self) -> Result<Option<[u8; 32]>> {
        let Some(bytes) = self.opt_blob()? else {
            return Ok(None);
        };
        <[u8; 32]>::try_from(bytes)
            .map(Some)
            .map_err(|_| self.corrupt(Damage::Range(self.position)))
    }

    pub fn hash(&mut self) -> Result<[u8; 32]> {
        self.opt_hash()?.ok_or_else(|| self.wrong_type())
    }

    pub fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        self.opt_json()?.ok_or_else(|| self.wrong_type())
    }

    pub fn opt_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let Some(text) = self.opt_text()? else {
            return Ok(None);
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| self.corrupt(error))
    }

    /// One of a closed set of words.
    pub fn word<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let text = self.text()?;
        read(&text).ok_or_else(|| self.corrupt(Damage::Range(self.position)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_other_types_is_corrupt_and_names_its_table() {
        let row = || params!["text", 7i64, Value::Null];
        let mut cells = Cells::new("users", row());
        assert_eq!(cells.text().unwrap(), "text");
        assert_eq!(cells.int().unwrap(), 7);
        assert_eq!(cells.opt_text().unwrap(), None);
        let error = Cells::new("users", row()).int().unwrap_err();
        assert!(
            matches!(error, StoreError::Corrupt { table: "users", .. }),
            "{error:?}"
        );
        assert!(Cells::new("users", Vec::new()).int().is_err());
        assert!(Cells::new("users", params![2i64]).flag().is_err());
        assert!(Cells::new("users", params![-1i64]).number::<u32>().is_err());
        assert!(Cells::new("users", params![vec![0u8; 31]]).hash().is_err());
    }

    #[test]
    fn no_nul_gets_into_a_text() {
        assert_eq!(Value::from("a\0b"), Value::Text("a\u{FFFD}b".to_owned()));
    }
}
