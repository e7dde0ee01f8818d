//! Single constraints: the check and its wording.

use std::fmt;

use serde_json::Value;

use crate::Blob;
use crate::constraint::{Kind, Shape};
use crate::pattern::Pattern;

/// One constraint on a value that has the right JSON type.
#[derive(Clone, Copy)]
pub enum Rule {
    AtMost(&'static Kind, i64),
    AtLeast(&'static Kind, i64),
    Matches(&'static Pattern),
    OneOf(&'static [&'static str]),
}

/// The constraints of a shape itself, without those of its contents, in the order of Cognito's messages.
pub fn rules(shape: &'static Shape) -> impl Iterator<Item = Rule> {
    let most = shape.max.map(|max| Rule::AtMost(&shape.kind, max));
    let least = shape.min.map(|min| Rule::AtLeast(&shape.kind, min));
    let text = match shape.kind {
        Kind::Text(Some(pattern)) => Some(Rule::Matches(pattern)),
        Kind::Enum(values) => Some(Rule::OneOf(values)),
        _ => None,
    };
    [most, least, text].into_iter().flatten()
}

impl Rule {
    /// Whether `value` satisfies the rule.
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Self::AtMost(kind, max) => measure(kind, value).is_some_and(|size| size <= max),
            Self::AtLeast(kind, min) => measure(kind, value).is_some_and(|size| size >= min),
            Self::Matches(pattern) => value.as_str().is_some_and(|text| pattern.matches(text)),
            Self::OneOf(values) => value.as_str().is_some_and(|text| values.contains(&text)),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(kind, max) => write!(
                f,
                "Member must have {} less than or equal to {max}",
                measured(kind)
            ),
            Self::AtLeast(kind, min) => write!(
                f,
                "Member must have {} greater than or equal to {min}",
                measured(kind)
            ),
            Self::Matches(pattern) => write!(
                f,
                "Member must satisfy regular expression pattern: {}",
                pattern.source
            ),
            Self::OneOf(values) => write!(
                f,
                "Member must satisfy enum value set: [{}]",
                values.join(", ")
            ),
        }
    }
}

fn measured(kind: &Kind) -> &'static str {
    match kind {
        Kind::Integer | Kind::Long => "value",
        _ => "length",
    }
}

fn measure(kind: &Kind, value: &Value) -> Option<i64> {
    let length = match (kind, value) {
        (Kind::Blob, value) => serde_json::from_value::<Blob>(value.clone()).ok()?.0.len(),
        (_, Value::Number(number)) => return number.as_i64(),
        (_, Value::String(text)) => text.chars().count(),
        (_, Value::Array(elements)) => elements.len(),
        (_, Value::Object(entries)) => entries.len(),
        _ => return None,
    };
    i64::try_from(length).ok()
}
