//! The audit log: changes made by operators and access keys.

use std::net::IpAddr;

use crate::{PoolId, Span, Time};

/// Retention of an entry.
pub const KEPT: Span = Span::days(400);

/// One change by an operator or an access key. It outlives whatever it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// A UUID.
    pub id: String,
    pub at: Time,
    /// User name of the operator, or the id of the access key.
    pub operator: String,
    pub source_ip: Option<IpAddr>,
    /// Name of the operation, such as `CreateUserPool`, or of an action of the console, such as
    /// `CreateAccessKey`.
    pub action: String,
    pub pool: Option<PoolId>,
    /// The object of the change: a user name, client ID, group, domain, identifier, key ID …
    pub target: Option<String>,
    /// Compact JSON of the request, without secrets.
    pub detail: Option<String>,
}
