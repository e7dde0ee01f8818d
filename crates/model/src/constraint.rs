//! The form of the constraint table: the model's constraints on a value, as data for the validator.

use crate::pattern::Pattern;

/// Constraints on a value.
#[derive(Debug)]
pub struct Shape {
    pub kind: Kind,
    /// Minimum length (text, blobs), number of elements (lists, maps) or value (numbers).
    pub min: Option<i64>,
    /// Greatest length, number of elements or value.
    pub max: Option<i64>,
    /// Whether the value is kept out of messages and logs.
    pub sensitive: bool,
    /// Whether the value is kept out of logs.
    pub unlogged: bool,
}

impl Shape {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            min: None,
            max: None,
            sensitive: false,
            unlogged: false,
        }
    }

    /// Whether the value contains no other values.
    pub const fn is_simple(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Structure(_) | Kind::List(_) | Kind::Map { .. } | Kind::Document
        )
    }

    pub(crate) const fn min(self, min: i64) -> Self {
        Self {
            min: Some(min),
            ..self
        }
    }

    pub(crate) const fn max(self, max: i64) -> Self {
        Self {
            max: Some(max),
            ..self
        }
    }

    pub(crate) const fn sensitive(self) -> Self {
        Self {
            sensitive: true,
            ..self
        }
    }

    pub(crate) const fn unlogged(self) -> Self {
        Self {
            unlogged: true,
            ..self
        }
    }
}

/// The type of a value, with its parts.
#[derive(Debug)]
pub enum Kind {
    Structure(&'static [Member]),
    List(&'static Shape),
    Map {
        key: &'static Shape,
        value: &'static Shape,
    },
    Text(Option<&'static Pattern>),
    Enum(&'static [&'static str]),
    Integer,
    Long,
    Boolean,
    /// Base64 on the wire; its length counts decoded bytes.
    Blob,
    /// A number of seconds since the epoch.
    Timestamp,
    /// Any JSON.
    Document,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    pub shape: &'static Shape,
    pub required: bool,
}

pub(crate) const fn required(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        shape,
        required: true,
    }
}

pub(crate) const fn optional(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        shape,
        required: false,
    }
}
