//! User look-up by the names that users and administrators use.

use cabana_domain::Sub;
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::user::{User, UserSummary};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// Finds a user by a sign-in name: the user name or an alias. One query, whatever the form of the name, so that
/// timing reveals nothing.
///
/// # Errors
/// A failure of the store.
pub async fn find(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    let key = pool.login_key(name);
    Ok(cx.store().user_by_name(&pool.id, &key).await?)
}

/// Finds a user by a sign-in name, with their passkeys. One query.
///
/// # Errors
/// A failure of the store.
pub async fn find_with_passkeys(
    cx: &Cx<'_>,
    pool: &Pool,
    name: &str,
) -> Result<Option<(User, Vec<Passkey>)>, Fault> {
    let key = pool.login_key(name);
    Ok(cx.store().user_with_passkeys(&pool.id, &key).await?)
}

/// Finds a user by `sub`.
///
/// # Errors
/// A failure of the store.
pub async fn by_sub(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    match uuid::Uuid::try_parse(name) {
        Ok(sub) => {
            let sub = Sub::new(sub.hyphenated().to_string());
            Ok(cx.store().user(&pool.id, &sub).await?)
        }
        Err(_) => Ok(None),
    }
}

/// The user name for a `sub`, for administrators' operations that continue by name.
///
/// # Errors
/// A failure of the store.
pub async fn name_of_sub(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<String>, Fault> {
    Ok(by_sub(cx, pool, name).await?.map(|user| user.username))
}

/// Finds the user that an administrator names: by `sub`, which takes precedence, or by a sign-in name.
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

/// Finds the displayable part of a user, for operations that need no secret.
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

/// The change that updates a user, with the sign-in names if those changed too.
pub fn update(pool: &Pool, before: &User, after: User) -> Change {
    let names = after.login_names(pool);
    let changed = names != before.login_names(pool);
    Change::UpdateUser {
        user: Box::new(after),
        names: changed.then_some(names),
    }
}
