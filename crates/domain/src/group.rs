//! A group of users.

use crate::{PoolId, Time};

/// A group. Lower precedence values rank higher; none ranks last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub pool: PoolId,
    pub name: String,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    pub precedence: Option<i32>,
    pub created: Time,
    pub modified: Time,
}
