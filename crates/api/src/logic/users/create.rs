//! The part that SignUp and AdminCreateUser share: a new user's names and initial state.

use std::collections::BTreeMap;

use cabana_domain::Sub;
use cabana_domain::formats;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_model::{AttributeType, UserStatusType, VerifiedAttributeType};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, Writing};
use crate::logic::users::aliases;
use crate::logic::users::attributes::{self, Author};

const PREFERRED: &str = "preferred_username";

/// A new user without a password, under the given name: the user name, or the address that takes its place.
///
/// # Errors
/// InvalidParameterException if the pool does not allow such a name, or an attribute contradicts it; otherwise as
/// [`attributes::wanted`].
pub async fn build(
    cx: &Cx<'_>,
    pool: &Pool,
    author: Author<'_>,
    given: &str,
    attributes: Option<&[AttributeType]>,
    status: UserStatusType,
) -> Result<User, Fault> {
    let address = address(pool, given)?;
    let given_attributes = attributes::pairs(attributes)?;
    let wanted = attributes::wanted(pool, author, Writing::NewUser, given_attributes)?;
    let is_alias = wanted.contains_key(PREFERRED) && pool.has_alias(PREFERRED);
    if is_alias && matches!(author, Author::Client(_)) {
        return Err(faults::alias_before_confirmation());
    }
    // The same in every run of the request: functions have seen it.
    let sub = cx.once(&[b"sub of a new user"], async { cx.uuid() });
    let sub = Sub::new(sub.await?);
    let given = pool.login_key(given);
    let mut own: BTreeMap<String, String> = wanted
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let username = match address {
        None => given,
        Some(attribute) => {
            let name = attribute.as_str();
            if own.get(name).is_some_and(|value| *value != given) {
                return Err(faults::username_differs_from(name));
            }
            own.insert(name.to_owned(), given);
            sub.as_str().to_owned()
        }
    };
    if matches!(author, Author::Client(_)) {
        for attribute in attributes::VERIFIABLE {
            if own.contains_key(attribute.as_str()) {
                attributes::unverify(&mut own, attribute, author);
            }
        }
    }
    attributes::check_flags(&mut own)?;
    let mut user = User::new(pool.id.clone(), sub, username, status, cx.now());
    user.attributes = own;
    Ok(user)
}

/// The attribute that a user name represents, if addresses are user names.
fn address(pool: &Pool, given: &str) -> Result<Option<VerifiedAttributeType>, Fault> {
    use VerifiedAttributeType as V;
    let (email, phone) = (
        formats::looks_like_email(given),
        formats::looks_like_phone(given),
    );
    if !pool.has_username_attributes() {
        return match aliases::looked_like(pool, given) {
            Some(alias) => Err(faults::username_looks_like_alias(alias)),
            None => Ok(None),
        };
    }
    match (pool.username_is(V::Email), pool.username_is(V::PhoneNumber)) {
        (true, _) if email => Ok(Some(V::Email)),
        (_, true) if phone => Ok(Some(V::PhoneNumber)),
        (true, true) => Err(faults::username_should_be(&[V::Email, V::PhoneNumber])),
        (true, false) => Err(faults::username_should_be(&[V::Email])),
        (false, _) => Err(faults::username_should_be(&[V::PhoneNumber])),
    }
}

/// The changes that create a new user. A pool's first user fixes its issuer: apps identify people by issuer and
/// `sub`.
pub fn insert(cx: &Cx<'_>, pool: &Pool, user: &User) -> Vec<Change> {
    let mut changes = vec![Change::InsertUser {
        names: user.login_names(pool),
        user: Box::new(user.clone()),
    }];
    if pool.kept_issuer.is_none() {
        changes.push(Change::KeepIssuer {
            pool: pool.id.clone(),
            issuer: pool.issuer_at(&cx.api.settings.public_url),
        });
    }
    changes
}
