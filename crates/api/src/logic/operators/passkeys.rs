//! Operators' actions on the passkeys of users, for which the API has no operation. The deletion is recorded in the
//! audit log.

use cabana_domain::passkey::Passkey;
use cabana_domain::{PoolId, Sub};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::passkeys;

/// The passkeys of a user.
///
/// # Errors
/// The failure of the store.
pub async fn list(cx: &Cx<'_>, pool: &str, sub: &str) -> Result<Vec<Passkey>, Fault> {
    let (pool, sub) = (PoolId::new(pool), Sub::new(sub));
    Ok(cx.store().passkeys(&pool, &sub).await?)
}

/// Deletes a passkey of a user.
///
/// # Errors
/// If there is no such user or passkey, or the caller is read-only.
pub async fn delete(cx: &Cx<'_>, pool: &str, sub: &str, id: &str) -> Result<(), Fault> {
    cx.demand_write()?;
    let user = cx.store().user(&PoolId::new(pool), &Sub::new(sub)).await?;
    let user = user.ok_or_else(faults::no_such_user)?;
    let (pool, name) = (user.pool.clone(), user.username.clone());
    let entry = cx.audit_entry("DeletePasskey", Some(pool), Some(name), None);
    let mut changes = passkeys::deletion(cx, user, id).await?;
    changes.push(Change::RecordAudit(Box::new(entry)));
    cx.commit(changes).await
}
