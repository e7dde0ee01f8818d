//! Changes of a user's attributes: loss of verification, pending verification, and the codes sent for it.

use cabana_domain::Time;
use cabana_domain::event::EventKind;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_model::{CodeDeliveryDetailsType, VerifiedAttributeType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, Writing};
use crate::logic::codes::attempts::Quota;
use crate::logic::codes::{self, Sending};
use crate::logic::federation::reserved;
use crate::logic::messages::destinations::Tally;
use crate::logic::messages::{self, Address, Wording};
use crate::logic::users::attributes::{self, Author, Wanted};
use crate::logic::users::{self, aliases, sign_up_domains};

/// Changes a user's attributes and sends a code for each address to be verified.
///
/// # Errors
/// InvalidParameterException for an attribute that may not change or be deleted; AliasExistsException for an address
/// of another account; CodeDeliveryFailureException, or its counterpart for administrators, if the server has no
/// transport for a code.
pub async fn write(
    cx: &Cx<'_>,
    pool: &Pool,
    author: Author<'_>,
    before: User,
    wanted: Wanted,
) -> Result<Vec<CodeDeliveryDetailsType>, Fault> {
    if let (Author::Client(_), Some(email)) = (author, wanted.get("email")) {
        sign_up_domains::permit_change(pool, &before, email.as_deref())?;
    }
    let mut user = before.clone();
    let renames = wanted.contains_key("preferred_username");
    let unverified = apply(pool, author, &mut user, wanted, cx.now())?;
    if let (Author::Client(_), true) = (author, renames) {
        reserved::permit_preferred(cx, pool, &user).await?;
    }
    let taken = faults::alias_taken_at_update;
    aliases::claim(cx, pool, &with_pending(pool, &user), false, taken).await?;
    let mut changes = Vec::new();
    let mut deliveries = Vec::new();
    let tally = match author {
        Author::Administrator => Tally::Administrator,
        Author::Client(_) => Tally::Unverified,
    };
    if tally == Tally::Unverified && !unverified.is_empty() {
        let subject = user.sub.as_str();
        changes.push(codes::attempts::take(cx, pool, subject, Quota::AttributeCode).await?);
    }
    for to in unverified {
        if tally == Tally::Administrator && !messages::can_send(cx, pool, to.medium()) {
            return Err(faults::not_set_up_to_send(to.medium()));
        }
        let sending = Sending {
            occasion: Occasion::UpdateUserAttribute,
            to: &to,
            link: None,
            tally,
            wording: Wording::AtOnce,
        };
        let sent = codes::send(cx, pool, &user, sending).await?;
        changes.extend(sent.changes);
        deliveries.push(sent.details);
    }
    changes.push(cx.emit(&before, EventKind::ChangeAttributes));
    changes.insert(0, users::update(pool, &before, user));
    cx.commit(changes).await?;
    Ok(deliveries)
}

/// Deletes attributes, unless the account requires them.
///
/// # Errors
/// As for [`write`].
pub async fn delete(
    cx: &Cx<'_>,
    pool: &Pool,
    author: Author<'_>,
    before: User,
    names: &[String],
) -> Result<(), Fault> {
    let blank = names.iter().map(|name| (name.as_str(), ""));
    let wanted = attributes::wanted(pool, author, Writing::Deletion, blank)?;
    keep_required(pool, Writing::Deletion, wanted.keys())?;
    write(cx, pool, author, before, wanted).await.map(drop)
}

/// Requires that none of the attributes to be deleted is required.
fn keep_required<'n>(
    pool: &Pool,
    writing: Writing,
    going: impl Iterator<Item = &'n String>,
) -> Result<(), Fault> {
    let is_required = |name: &&String| {
        attributes::definition(pool, name).is_some_and(|it| it.required == Some(true))
    };
    let mut required = going.filter(is_required).peekable();
    if required.peek().is_none() {
        return Ok(());
    }
    let required = required.map(|name| (name.as_str(), faults::REQUIRED));
    Err(faults::schema(writing, required))
}

/// Whether this attribute is a sign-in name, beside or instead of the user name.
fn signs_in(pool: &Pool, name: &str) -> bool {
    let is_username = |it: VerifiedAttributeType| it.as_str() == name && pool.username_is(it);
    pool.has_alias(name) || attributes::VERIFIABLE.into_iter().any(is_username)
}

/// Requires that every attribute may change, or be deleted.
fn permit(pool: &Pool, user: &User, wanted: &Wanted) -> Result<(), Fault> {
    if let Some(name) = wanted
        .keys()
        .find(|name| !attributes::is_mutable(pool, name))
    {
        return Err(faults::immutable_attribute(name));
    }
    let deleted = || {
        let deleted = wanted.iter().filter(|(_, value)| value.is_none());
        deleted.map(|(name, _)| name)
    };
    keep_required(pool, Writing::Update, deleted())?;
    let names: Vec<_> = deleted()
        .map(String::as_str)
        .filter(|name| user.attributes.contains_key(*name) && signs_in(pool, name))
        .collect();
    if !names.is_empty() {
        return Err(faults::cannot_delete_attributes(&names));
    }
    Ok(())
}

/// Applies checked values. Returns the addresses that need a code.
fn apply(
    pool: &Pool,
    author: Author<'_>,
    user: &mut User,
    mut wanted: Wanted,
    now: Time,
) -> Result<Vec<Address>, Fault> {
    permit(pool, user, &wanted)?;
    let mut unverified = Vec::new();
    for attribute in attributes::VERIFIABLE {
        unverified.extend(apply_address(pool, author, user, attribute, &mut wanted));
    }
    for (name, value) in wanted {
        match value {
            Some(value) => user.attributes.insert(name, value),
            None => user.attributes.remove(&name),
        };
    }
    attributes::check_flags(&mut user.attributes)?;
    user.modified = now;
    Ok(unverified)
}

/// Takes the change of an address out of `wanted`. A new one is unverified unless the same request marks it verified,
/// and stays pending beside the old one if the pool is set so.
fn apply_address(
    pool: &Pool,
    author: Author<'_>,
    user: &mut User,
    attribute: VerifiedAttributeType,
    wanted: &mut Wanted,
) -> Option<Address> {
    let (name, flag) = (attribute.as_str(), attributes::flag(attribute));
    let value = wanted.remove(name)?;
    user.pending.remove(name);
    let Some(value) = value else {
        user.attributes.remove(name);
        user.attributes.remove(flag);
        return None;
    };
    if user.attributes.get(name) == Some(&value) {
        return None;
    }
    let to = Address {
        attribute,
        value: value.clone(),
    };
    let verified = wanted.get(flag).and_then(Option::as_deref) == Some("true");
    if pool.verifies_before_update(attribute) && !verified {
        // The flag still describes the old value.
        wanted.remove(flag);
        user.pending.insert(name.to_owned(), value);
        return Some(to);
    }
    user.attributes.insert(name.to_owned(), value);
    attributes::unverify(&mut user.attributes, attribute, author);
    (pool.auto_verifies(attribute) && !verified).then_some(to)
}

/// The user as they will be once their pending addresses are verified.
fn with_pending(pool: &Pool, user: &User) -> User {
    let mut user = user.clone();
    for (name, value) in std::mem::take(&mut user.pending) {
        if attributes::VERIFIABLE
            .into_iter()
            .any(|it| it.as_str() == name && pool.username_is(it))
        {
            user.attributes.insert(name, value);
        }
    }
    user
}

/// Applies a right code for an address: it becomes verified, and takes effect if it was pending. Returns false if the
/// code proves an address that is no longer the user's.
pub fn verify(user: &mut User, attribute: VerifiedAttributeType, address: &str, now: Time) -> bool {
    let name = attribute.as_str();
    if user.pending.get(name).is_some_and(|it| it == address) {
        user.pending.remove(name);
        user.attributes.insert(name.to_owned(), address.to_owned());
    } else if user.attributes.get(name).is_none_or(|it| it != address) {
        return false;
    }
    let flag = attributes::flag(attribute).to_owned();
    user.attributes.insert(flag, "true".to_owned());
    user.modified = now;
    true
}
