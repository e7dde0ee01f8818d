//! The caller of an operation, and the metadata of the request.

use cabana_domain::Sub;

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Unauthenticated; only public operations.
    Anonymous,
    /// An access key. Its changes of the configuration are recorded in the audit log.
    AccessKey(String),
    /// Any well-formed or missing signature, if the server is an emulator.
    Unchecked,
    /// The hosted pages or the server itself, in this process.
    InProcess,
    /// An operator at the console. Their changes are recorded in the audit log.
    Operator(Operator),
}

/// An operator who works with the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// User name in the operators' pool.
    pub name: String,
    pub sub: Sub,
    /// Whether they may read everything and change nothing.
    pub read_only: bool,
}

/// Metadata of a request.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// A UUID, echoed as `x-amzn-RequestId`.
    pub id: String,
    pub source_ip: Option<std::net::IpAddr>,
    pub user_agent: Option<String>,
    /// `x-amz-user-agent`, in which SDKs in browsers name themselves.
    pub sdk_agent: Option<String>,
    /// The host of the page of ours that asks. The passkeys of other hosts cannot be used there.
    pub page_host: Option<String>,
    /// Whether nothing may change: HEAD is safe, even if GET is not (RFC 9110, 9.2.1).
    pub reads_only: bool,
}
