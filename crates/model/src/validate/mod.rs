//! Checks a request body against the constraint table.
//!
//! Every violation is collected and reported in Cognito's own wording. Wrong JSON types are reported first and alone,
//! as parsing precedes validation. Lengths count code points.

mod rule;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

use crate::Operation;

/// The reason a body is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// A value has a JSON type that differs from its shape.
    Serialization(String),
    /// Values break constraints; never empty.
    Constraints(Vec<Violation>),
}

/// One broken constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the value, such as `userAttributes.1.member.name`.
    pub path: String,
    pub shown: Shown,
    /// The constraint, such as `Member must not be null`.
    pub constraint: String,
}

/// The value as messages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Null,
    Text(String),
    /// The value is sensitive, or has no text.
    Hidden,
}

/// Checks the body of a call of `op`.
///
/// # Errors
/// All violations, or the first value of a wrong JSON type.
pub fn validate(op: Operation, body: &Value) -> Result<(), Invalid> {
    let violations = walk::violations(op.input_shape(), body).map_err(Invalid::Serialization)?;
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Invalid::Constraints(violations))
    }
}

impl Invalid {
    /// The message of the answer.
    pub fn message(&self) -> String {
        match self {
            Self::Serialization(text) => text.clone(),
            Self::Constraints(violations) => {
                let items: Vec<String> = violations.iter().map(Violation::to_string).collect();
                let errors = if items.len() == 1 { "error" } else { "errors" };
                format!(
                    "{} validation {errors} detected: {}",
                    items.len(),
                    items.join("; ")
                )
            }
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shown {
            Shown::Null => f.write_str("Value null")?,
            Shown::Text(text) => write!(f, "Value '{text}'")?,
            Shown::Hidden => f.write_str("Value")?,
        }
        write!(
            f,
            " at '{}' failed to satisfy constraint: {}",
            self.path, self.constraint
        )
    }
}
