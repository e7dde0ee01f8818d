//! A resource server: an API and the scopes an access token may carry for it.

use serde::{Deserialize, Serialize};

use crate::PoolId;

/// A resource server. On the wire a scope is `<identifier>/<scope name>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceServer {
    pub pool: PoolId,
    pub identifier: String,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    pub name: String,
    pub scopes: Vec<Scope>,
}

/// One scope of a resource server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    pub name: String,
    pub description: String,
}
