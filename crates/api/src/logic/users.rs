//! Finding users by what people and administrators call them.

use cabana_domain::Sub;
use cabana_domain::pool::Pool;
use cabana_domain::user::{User, UserSummary};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// The user of a name: user name, alias, or `sub`.
///
/// # Errors
/// If the store does not answer.
pub async fn find(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    if let Some(user) = cx
        .store()
        .user_by_name(&pool.id, &pool.login_key(name))
        .await?
    {
        return Ok(Some(user));
    }
    by_sub(cx, pool, name).await
}

/// The user whose `sub` a name is.
async fn by_sub(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Option<User>, Fault> {
    if uuid::Uuid::try_parse(name).is_err() {
        return Ok(None);
    }
    Ok(cx.store().user(&pool.id, &Sub::new(name)).await?)
}

/// The same for operations that demand the user.
///
/// # Errors
/// UserNotFoundException.
pub async fn get(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<User, Fault> {
    find(cx, pool, name).await?.ok_or_else(faults::no_such_user)
}

/// What may be shown of the user, for operations that need no secret.
///
/// # Errors
/// UserNotFoundException.
pub async fn get_summary(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<UserSummary, Fault> {
    let key = pool.login_key(name);
    let summary = match cx.store().summary_by_name(&pool.id, &key).await? {
        Some(summary) => Some(summary),
        None => by_sub(cx, pool, name).await?.map(UserSummary::from),
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
