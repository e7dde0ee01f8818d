//! Keeps the last administrator: an operator's change that takes an administrator's rights away is committed together
//! with a change that only one of two concurrent lists can make.

use cabana_domain::pool::OPERATORS_POOL;
use cabana_domain::user::User;
use cabana_store::{Change, Page};

use super::ADMINISTRATORS;
use crate::caller::Caller;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// Members read at once.
const PAGE: u32 = 60;

/// The change to commit together with one that removes this user as an administrator who can sign in. Of two lists
/// that were judged by the same members one conflicts, and its call is retried and judged anew. `None` for users of
/// other pools, for users without these rights, and for callers who are not operators: an access key has full access
/// and can create another administrator.
///
/// # Errors
/// If no other administrator is left.
pub async fn give_up(cx: &Cx<'_>, user: &User) -> Result<Option<Change>, Fault> {
    let is_operator = matches!(cx.caller, Caller::Operator(_));
    if !is_operator || user.pool.as_str() != OPERATORS_POOL || !user.enabled {
        return Ok(None);
    }
    // Read before the members: a change of the members after that changes its version too.
    let Some(group) = cx.store().group(&user.pool, ADMINISTRATORS).await? else {
        return Ok(None);
    };
    let mut page = Page {
        limit: PAGE,
        after: None,
    };
    let (mut is_member, mut others) = (false, false);
    loop {
        let found = cx.store().members(&user.pool, ADMINISTRATORS, page).await?;
        for member in found.items.iter().filter(|it| it.enabled) {
            match member.sub == user.sub {
                true => is_member = true,
                false => others = true,
            }
        }
        match found.next {
            Some(next) if !(is_member && others) => {
                page = Page {
                    limit: PAGE,
                    after: Some(next),
                };
            }
            _ => break,
        }
    }
    match (is_member, others) {
        (false, _) => Ok(None),
        (true, true) => Ok(Some(Change::UpdateGroup(group))),
        (true, false) => Err(faults::last_administrator()),
    }
}
