//! The wire of the `cognito-idp` API: shapes, operations, error kinds and constraints.
//!
//! `gen/` is generated from the AWS model by `cargo xtask codegen`; the rest is written by hand: the few scalar types,
//! the validator that walks the constraint table, and redaction.

mod blob;
pub mod constraint;
#[path = "gen/mod.rs"]
mod generated;
mod marker;
pub mod pattern;
mod redact;
mod secret;
mod string_enum;
#[cfg(test)]
mod tests;
mod timestamp;
pub mod validate;

pub use blob::Blob;
pub use generated::*;
pub use marker::{Nothing, OperationMarker};
pub use redact::{redact, redact_output};
pub use secret::Secret;
pub use string_enum::UnknownValue;
pub use timestamp::Timestamp;
pub use validate::{Invalid, Shown, Violation, validate};

impl Operation {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        self.as_str()
    }

    /// The operation with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

impl ErrorKind {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        self.as_str()
    }
}
