//! The address for recovering an account with a forgotten password, and the answer for users without one.

use cabana_domain::formats;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_model::{RecoveryOptionNameType, UserStatusType, VerifiedAttributeType};

use crate::cx::Cx;
use crate::logic::messages::Address;
use crate::logic::users::{addresses, attributes};

/// Whether only administrators reset passwords in this pool.
pub fn is_by_administrator(pool: &Pool) -> bool {
    mechanisms(pool) == Some(vec![])
}

/// Whether the user has a password of their own to reset: not a temporary one, nor that of an identity provider.
pub fn has_own_password(user: &User) -> bool {
    !matches!(
        user.status,
        UserStatusType::ForceChangePassword | UserStatusType::ExternalProvider
    )
}

/// The verified address to use: the first in the pool's order that is no second factor of the user.
pub fn address(pool: &Pool, user: &User) -> Option<Address> {
    order(pool)
        .into_iter()
        .filter(|attribute| addresses::recovers(pool, user, *attribute))
        .find_map(|attribute| Address::of(user, attribute))
}

/// The attributes by which a pool recovers accounts, best first.
pub fn order(pool: &Pool) -> Vec<VerifiedAttributeType> {
    mechanisms(pool)
        .filter(|it| !it.is_empty())
        .unwrap_or_else(|| attributes::VERIFIABLE.to_vec())
}

/// The pool's own order; empty if only administrators reset passwords, `None` if unset.
fn mechanisms(pool: &Pool) -> Option<Vec<VerifiedAttributeType>> {
    let setting = pool.settings.account_recovery_setting.as_ref()?;
    let mut options = setting.recovery_mechanisms.clone()?;
    if options.is_empty() {
        return None;
    }
    options.sort_by_key(|it| it.priority);
    let options = options.iter().filter_map(|it| match it.name {
        RecoveryOptionNameType::VerifiedEmail => Some(VerifiedAttributeType::Email),
        RecoveryOptionNameType::VerifiedPhoneNumber => Some(VerifiedAttributeType::PhoneNumber),
        RecoveryOptionNameType::AdminOnly => None,
    });
    Some(options.collect())
}

/// An address for a user who has none: the name itself if it is one, else made up, stable per name, of the kind that
/// the pool prefers.
pub fn simulated(
    cx: &Cx<'_>,
    pool: &Pool,
    name: &str,
    preferred: Option<VerifiedAttributeType>,
) -> Address {
    let name = pool.login_key(name);
    let attribute = if formats::looks_like_email(&name) {
        VerifiedAttributeType::Email
    } else if formats::looks_like_phone(&name) {
        VerifiedAttributeType::PhoneNumber
    } else {
        let attribute = preferred.unwrap_or(VerifiedAttributeType::Email);
        return Address {
            attribute,
            value: made_up(cx, pool, &name, attribute),
        };
    };
    Address {
        attribute,
        value: name,
    }
}

/// A made-up address of this kind, stable per name.
pub fn made_up(cx: &Cx<'_>, pool: &Pool, name: &str, attribute: VerifiedAttributeType) -> String {
    let hash = cx.api.sealer.keyed_hash(&[
        b"simulated_address",
        pool.id.as_str().as_bytes(),
        name.as_bytes(),
    ]);
    let [a, b, c, d, ..] = hash;
    match attribute {
        VerifiedAttributeType::Email => {
            let letter = |byte: u8| char::from(b'a' + byte % 26);
            format!("{}@{}", letter(a), letter(b))
        }
        VerifiedAttributeType::PhoneNumber => {
            let number = u32::from_be_bytes([a, b, c, d]) % 10_000;
            format!("+1555555{number:04}")
        }
    }
}
