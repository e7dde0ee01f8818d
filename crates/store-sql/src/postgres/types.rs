//! Conversion of values and errors between PostgreSQL and the store.

use std::error::Error;

use bytes::BytesMut;
use cabana_store::{Result, StoreError};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::engine::{Step, Verdict, unavailable};
use crate::value::{Row, Value};

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT8 => number.to_sql(kind, out),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Text(text) if <&str as ToSql>::accepts(kind) => text.as_str().to_sql(kind, out),
            Self::Blob(bytes) if *kind == Type::BYTEA => bytes.as_slice().to_sql(kind, out),
            _ => Err(format!("a parameter of another type than {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            Type::BYTEA => Self::Blob(raw.to_vec()),
            _ => Self::Text(String::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::INT4 | Type::BYTEA) || <&str as FromSql>::accepts(kind)
    }
}

/// Converts a row.
pub fn row(found: &tokio_postgres::Row) -> Result<Row> {
    (0..found.len())
        .map(|column| found.try_get(column).map_err(store_error))
        .collect()
}

/// Converts parameters for the driver.
pub fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

/// Converts an error of the driver.
pub fn store_error(error: tokio_postgres::Error) -> StoreError {
    match error.code() {
        Some(code) if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => {
            StoreError::Corrupt {
                table: "the database",
                source: error.into(),
            }
        }
        _ => unavailable(error),
    }
}

/// Converts a constraint violation into the error that the step's precondition would have given.
pub fn refused(step: &Step, error: tokio_postgres::Error) -> StoreError {
    match error.code() {
        Some(code) if *code == SqlState::FOREIGN_KEY_VIOLATION => Verdict::Gone.into(),
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => step.on_duplicate().into(),
        _ => store_error(error),
    }
}

/// Whether the same list may well succeed on a retry.
pub fn is_transient(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE
            || *code == SqlState::T_R_DEADLOCK_DETECTED
    )
}

/// Whether the connection was lost: a query may be repeated over a new one.
pub fn is_lost(error: &tokio_postgres::Error) -> bool {
    error.is_closed() || error.code() == Some(&SqlState::ADMIN_SHUTDOWN)
}
