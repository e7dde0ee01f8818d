//! The API's access keys, as operators manage them. The root key comes from the configuration: it is listed here, and
//! changed there.

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Time;
use cabana_domain::ids;
use cabana_domain::keys::{AccessKey, ROOT_KEY_NAME};
use cabana_store::{Change, StoreError};
use serde_json::{Value, json};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// Maximum length of a key's name, in characters.
const LONGEST_NAME: usize = 64;

/// An access key in a list: without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    /// The name that the operator gave it.
    pub name: String,
    pub enabled: bool,
    pub created: Time,
    /// Whether it is the key from the configuration.
    pub root: bool,
}

/// Creates a key. Its secret is never shown again.
///
/// # Errors
/// If the name is not valid, the caller is read-only, or the store fails.
pub async fn create(cx: &Cx<'_>, name: &str) -> Result<AccessKey, Fault> {
    cx.demand_write()?;
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME || name.contains(char::is_control) {
        return Err(faults::access_key_name(LONGEST_NAME));
    }
    if name.eq_ignore_ascii_case(ROOT_KEY_NAME) {
        return Err(faults::access_key_named_root());
    }
    let key = AccessKey {
        id: ids::access_key_id(cx.random()?),
        secret: BASE64_STANDARD.encode(cx.random::<30>()?).into(),
        enabled: true,
        name: name.to_owned(),
        created: cx.now(),
    };
    let detail = json!({ "Name": name });
    let entry = entry(cx, "CreateAccessKey", &key.id, Some(detail));
    cx.commit([Change::InsertAccessKey(key.clone()), entry])
        .await?;
    Ok(key)
}

/// Enables or disables a key, effective from the next call.
///
/// # Errors
/// If there is no such key, it is the root key, or the caller is read-only.
pub async fn set_enabled(cx: &Cx<'_>, id: &str, enabled: bool) -> Result<(), Fault> {
    changeable(cx, id).await?;
    let action = match enabled {
        true => "EnableAccessKey",
        false => "DisableAccessKey",
    };
    let set = Change::SetAccessKeyEnabled {
        id: id.to_owned(),
        enabled,
    };
    write(cx, id, [set, entry(cx, action, id, None)]).await
}

/// Deletes a key.
///
/// # Errors
/// As for [`set_enabled`].
pub async fn delete(cx: &Cx<'_>, id: &str) -> Result<(), Fault> {
    let key = changeable(cx, id).await?;
    let detail = json!({ "Name": key.name });
    let delete = Change::DeleteAccessKey { id: id.to_owned() };
    let entry = entry(cx, "DeleteAccessKey", id, Some(detail));
    write(cx, id, [delete, entry]).await
}

/// All keys, oldest first.
///
/// # Errors
/// A failure of the store.
pub async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Fault> {
    let keys = cx.store().access_keys().await?;
    let listed = keys.into_iter().map(|key| Listed {
        root: is_root(&key),
        id: key.id,
        name: key.name,
        enabled: key.enabled,
        created: key.created,
    });
    Ok(listed.collect())
}

fn is_root(key: &AccessKey) -> bool {
    key.name == ROOT_KEY_NAME
}

/// Finds a key that the caller may change.
async fn changeable(cx: &Cx<'_>, id: &str) -> Result<AccessKey, Fault> {
    cx.demand_write()?;
    match cx.store().access_key(id).await? {
        Some(key) if is_root(&key) => Err(faults::access_key_is_root()),
        Some(key) => Ok(key),
        None => Err(faults::no_such_access_key(id)),
    }
}

fn entry(cx: &Cx<'_>, action: &str, id: &str, detail: Option<Value>) -> Change {
    let detail = detail.map(|it| it.to_string());
    let entry = cx.audit_entry(action, None, Some(id.to_owned()), detail);
    Change::RecordAudit(Box::new(entry))
}

/// Commits changes of a key that another operator may delete at the same time.
async fn write(cx: &Cx<'_>, id: &str, changes: [Change; 2]) -> Result<(), Fault> {
    match cx.try_commit(changes).await {
        Err(StoreError::Gone) => Err(faults::no_such_access_key(id)),
        outcome => Ok(outcome?),
    }
}
