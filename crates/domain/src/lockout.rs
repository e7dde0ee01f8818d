//! Failed passwords and what they cost (replaced whole by its author).

use serde::{Deserialize, Serialize};

/// How often a password was wrong, and when last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// Consecutive failures that counted.
    pub failures: u32,
    /// When the last of them happened, microseconds since the epoch.
    pub last_failure_micros: i64,
}
