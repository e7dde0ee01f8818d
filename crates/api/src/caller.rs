//! The caller of an operation, and what is known of the request.

use cabana_domain::Sub;

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular; only public operations.
    Anonymous,
    /// The holder of an access key. What they change of the configuration is written down in the audit log.
    AccessKey(String),
    /// Any well-formed or missing signature, where the server is an emulator.
    Unchecked,
    /// The hosted pages or the server itself, in this process.
    InProcess,
    /// Somebody at the console. What they change is written down in the audit log.
    Operator(Operator),
}

/// Somebody who works with the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// User name in the operators' pool.
    pub name: String,
    pub sub: Sub,
    /// Whether they may look at everything and change nothing.
    pub read_only: bool,
}

/// What is known of a request besides its body.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// A UUID, echoed as `x-amzn-RequestId`.
    pub id: String,
    pub source_ip: Option<std::net::IpAddr>,
    pub user_agent: Option<String>,
    /// Whether nothing may change: HEAD is safe, also where GET is not (RFC 9110, 9.2.1).
    pub reads_only: bool,
}
