//! Who changed what: the audit log of what operators and access keys changed.

use std::net::IpAddr;

use crate::{PoolId, Span, Time};

/// How long an entry is kept.
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
    /// What was changed: a user name, a client id, a group, a domain, an identifier, a key id …
    pub target: Option<String>,
    /// Compact JSON of the request, without secrets.
    pub detail: Option<String>,
}
