//! Finding users by what people and administrators call them.

use cabana_domain::Sub;
use cabana_domain::pool::Pool;
use cabana_domain::user::{User, UserSummary};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// The user of a name that signs in: the user name or an alias. One query, whatever the name looks like, so that timing
/// tells nothing.
///
/// # Errors
/// If the store does not answer.
pub async fn find(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    let key = pool.login_key(name);
    Ok(cx.store().user_by_name(&pool.id, &key).await?)
}

/// The user whose `sub` a name is.
///
/// # Errors
/// If the store does not answer.
pub async fn by_sub(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    match uuid::Uuid::try_parse(name) {
        Ok(sub) => {
            let sub = Sub::new(sub.hyphenated().to_string());
            Ok(cx.store().user(&pool.id, &sub).await?)
        }
        Err(_) => Ok(None),
    }
}

/// The user name behind a `sub`, for operations of administrators that go on by name.
///
/// # Errors
/// If the store does not answer.
pub async fn name_of_sub(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<String>, Fault> {
    Ok(by_sub(cx, pool, name).await?.map(|user| user.username))
}

/// The user whom an administrator names: by `sub`, which takes precedence over every name, or by a
/// name that signs in.
///
/// # Errors
/// UserNotFoundException.
pub async fn get(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<User, Fault> {
    let user = match by_sub(cx, pool, name).await? {
        Some(user) => Some(user),
        None => find(cx, pool, name).await?,
    };
    user.ok_or_else(faults::no_such_user)
}

/// What may be shown of the user, for operations that need no secret.
///
/// # Errors
/// UserNotFoundException.
pub async fn get_summary(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<UserSummary, Fault> {
    let summary = match by_sub(cx, pool, name).await? {
        Some(user) => Some(user.into()),
        None => {
            let key = pool.login_key(name);
            cx.store().summary_by_name(&pool.id, &key).await?
        }
    };
    summary.ok_or_else(faults::no_such_user)
}

/// The write of a changed user, with the names that sign them in where those changed too.
pub fn update(pool: &Pool, before: &User, after: User) -> Change {
    let names = after.login_names(pool);
    let changed = names != before.login_names(pool);
    Change::UpdateUser {
        user: Box::new(after),
        names: changed.then_some(names),
    }
}
