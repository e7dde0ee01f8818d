//! Uniqueness of sign-in names: each belongs to one user, and none equals another user's `sub` or has the form of an
//! alias. A user who wants a taken name is refused, or takes it over if Cognito lets that alias move.

use std::collections::BTreeMap;

use cabana_domain::formats;
use cabana_domain::pool::Pool;
use cabana_domain::user::{NameKind, User};
use cabana_domain::{Sub, Time};
use cabana_model::VerifiedAttributeType;
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users::{self, attributes};

/// Checks that every name `user` is about to have is free. With `force`, an alias held by another user becomes
/// unverified there. Returns the changes for that.
///
/// # Errors
/// `refusal` for the first name that stays taken.
pub async fn claim(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    force: bool,
    refusal: fn(NameKind) -> Fault,
) -> Result<Vec<Change>, Fault> {
    let mut losers: BTreeMap<Sub, (User, User)> = BTreeMap::new();
    for name in user.login_names(pool) {
        if is_sub_of_another(cx, pool, user, &name.key).await? {
            return Err(refusal(name.kind));
        }
        let holder = cx.store().user_by_name(&pool.id, &name.key).await?;
        let Some(holder) = holder.filter(|it| it.sub != user.sub) else {
            continue;
        };
        let (_, loser) = losers
            .entry(holder.sub.clone())
            .or_insert_with(|| (holder.clone(), holder));
        if !force || !gives_up(pool, loser, name.kind, cx.now()) {
            return Err(refusal(name.kind));
        }
    }
    let losers = losers.into_values();
    Ok(losers
        .map(|(before, after)| users::update(pool, &before, after))
        .collect())
}

/// Makes an alias unverified. Returns whether that frees the name.
fn gives_up(pool: &Pool, holder: &mut User, kind: NameKind, now: Time) -> bool {
    let attribute = match kind {
        NameKind::Email => VerifiedAttributeType::Email,
        NameKind::PhoneNumber => VerifiedAttributeType::PhoneNumber,
        NameKind::Username | NameKind::PreferredUsername => return false,
    };
    let flag = attributes::flag(attribute).to_owned();
    holder.attributes.insert(flag, "false".to_owned());
    holder.modified = now;
    holder.login_names(pool).iter().all(|it| it.kind != kind)
}

/// Whether a name is another user's `sub`. Administrators may name users by `sub`, so no name of any kind may equal
/// one.
async fn is_sub_of_another(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    name: &str,
) -> Result<bool, Fault> {
    if name == user.sub.as_str() {
        return Ok(false);
    }
    let holder = users::by_sub(cx, pool, name).await?;
    Ok(holder.is_some_and(|it| it.sub != user.sub))
}

/// The alias whose form a chosen name has, if the pool has that alias: a name that may be another user's address or
/// number is refused, verified or not.
pub fn looked_like(pool: &Pool, name: &str) -> Option<&'static str> {
    let email = formats::looks_like_email(name) && pool.has_alias("email");
    let phone = formats::looks_like_phone(name) && pool.has_alias("phone_number");
    match (email, phone) {
        (true, _) => Some("email"),
        (_, true) => Some("phone number"),
        _ => None,
    }
}
