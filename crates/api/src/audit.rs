//! Permissions of operators, and the audit log of changes by operators and access keys.
//!
//! A change and its entry in the audit log are one list of changes, so that neither is stored without the other.
//! [`Cx::try_commit`] assembles the list.

use cabana_domain::PoolId;
use cabana_domain::audit::AuditEntry;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{Operation, redact};
use cabana_store::Change;
use serde_json::Value;

use crate::caller::Caller;
use crate::cx::Cx;
use crate::dispatch::{Access, row};
use crate::fault::Fault;
use crate::faults;

/// Places in answers that hold a secret.
const SECRETS: [&str; 2] = [
    "/UserPoolClient/ClientSecret",
    "/IdentityProvider/ProviderDetails/client_secret",
];

/// Members of requests that name the target of a change, the most specific first.
const TARGETS: [&str; 14] = [
    "Username",
    "GroupName",
    "ManagedLoginBrandingId",
    "TermsId",
    "ClientId",
    "ClientName",
    "Domain",
    "Identifier",
    "ProviderName",
    "JobId",
    "JobName",
    "TermsName",
    "RegionName",
    "PoolName",
];

/// Maximum JSON size of one member in an entry, in bytes.
const LONGEST_MEMBER: usize = 2_048;

/// Whether an operation only reads, as an administrator.
pub fn reads(operation: Operation) -> bool {
    row(operation).access == Access::Read
}

/// Whether the caller may call this operation at all, as far as their role decides it.
pub(crate) fn admit(caller: &Caller, operation: Operation) -> Result<(), Fault> {
    match caller {
        Caller::Operator(operator) if operator.read_only && !reads(operation) => {
            Err(faults::operator_read_only())
        }
        _ => Ok(()),
    }
}

/// Replaces secrets in an answer to a read-only operator; their presence still shows.
pub(crate) fn without_secrets(caller: &Caller, output: Vec<u8>) -> Result<Vec<u8>, Fault> {
    if !matches!(caller, Caller::Operator(operator) if operator.read_only) {
        return Ok(output);
    }
    let mut output: Value = serde_json::from_slice(&output).map_err(Fault::internal)?;
    for path in SECRETS {
        if let Some(secret) = output.pointer_mut(path) {
            *secret = Value::from("***");
        }
    }
    serde_json::to_vec(&output).map_err(Fault::internal)
}

/// The caller's name in the log.
pub(crate) fn name_of(caller: &Caller) -> &str {
    match caller {
        Caller::Operator(operator) => &operator.name,
        Caller::AccessKey(id) => id,
        Caller::Anonymous | Caller::Unchecked | Caller::InProcess => "cabana",
    }
}

/// Whether a call of this operation is recorded, if it changes something. For access keys, changes of configuration
/// and of operators are: the changes that programs make to single users all day (the `Admin…` operations) would hide
/// those, and each would cost another row.
fn is_recorded(caller: &Caller, operation: Operation, body: &Value) -> bool {
    match caller {
        Caller::Operator(_) => !reads(operation),
        Caller::AccessKey(_) => {
            let of_one_user = operation.name().starts_with("Admin");
            let of_operators =
                body.get("UserPoolId").and_then(Value::as_str) == Some(OPERATORS_POOL);
            !reads(operation) && !operation.is_public() && (!of_one_user || of_operators)
        }
        Caller::Anonymous | Caller::Unchecked | Caller::InProcess => false,
    }
}

/// The entry for a call that may change something.
pub(crate) fn entry(cx: &Cx<'_>, operation: Operation, body: &Value) -> Option<AuditEntry> {
    if !is_recorded(&cx.caller, operation, body) {
        return None;
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let pool = text("UserPoolId").or_else(|| {
        let arn = text("ResourceArn")?;
        arn.rsplit_once('/').map(|(_, pool)| pool.to_owned())
    });
    let target = TARGETS.into_iter().find_map(text);
    let detail = detail(operation, body);
    Some(cx.audit_entry(
        operation.name(),
        pool.map(PoolId::new),
        target,
        Some(detail),
    ))
}

/// The request without sensitive members, and without members that are too long to read.
fn detail(operation: Operation, body: &Value) -> String {
    let mut shown = redact(operation, body);
    for member in shown
        .as_object_mut()
        .into_iter()
        .flat_map(|it| it.values_mut())
    {
        let length = member.to_string().len();
        if length > LONGEST_MEMBER {
            *member = Value::from(format!("({length} bytes)"));
        }
    }
    shown.to_string()
}

/// The entry as a change, completed from the list of changes: the id of a new resource.
pub(crate) fn record(entry: &AuditEntry, changes: &[Change]) -> Change {
    let mut entry = entry.clone();
    for change in changes {
        match change {
            Change::InsertPool { pool, .. } => entry.pool = Some(pool.id.clone()),
            Change::InsertClient(client) => entry.target = Some(client.id.to_string()),
            Change::InsertUser { user, .. } | Change::UpdateUser { user, .. } => {
                entry.pool.get_or_insert_with(|| user.pool.clone());
            }
            _ => {}
        }
    }
    Change::RecordAudit(Box::new(entry))
}
