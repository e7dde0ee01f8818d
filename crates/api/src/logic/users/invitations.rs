//! Invitations of users created by an administrator.

use cabana_domain::password::PasswordPolicy;
use cabana_domain::password::generate::temporary_password;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_model::{DeliveryMediumType, VerifiedAttributeType};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages::{self, Address};
use crate::logic::users::attributes::VERIFIABLE;

/// Destinations of an invitation. By default the phone, or else the e-mail address, if the user has it and the server
/// has a transport; a user without either gets none.
///
/// # Errors
/// InvalidParameterException if the user lacks the address for a requested medium; CodeDeliveryFailureException if
/// the server has no transport for it.
pub fn addresses(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    asked: Option<&[DeliveryMediumType]>,
) -> Result<Vec<Address>, Fault> {
    let own = VERIFIABLE
        .into_iter()
        .filter_map(|it| Address::of(user, it));
    match asked {
        None | Some([]) => {
            let own: Vec<_> = own.collect();
            let reachable = own
                .iter()
                .find(|it| messages::can_send(cx, pool, it.medium()));
            Ok(reachable.or(own.first()).cloned().into_iter().collect())
        }
        Some(asked) => {
            let address = |medium: &DeliveryMediumType| {
                let attribute = match medium {
                    DeliveryMediumType::Email => VerifiedAttributeType::Email,
                    DeliveryMediumType::Sms => VerifiedAttributeType::PhoneNumber,
                };
                Address::of(user, attribute).ok_or_else(|| faults::no_attribute_for(*medium))
            };
            asked.iter().map(address).collect()
        }
    }
}

/// The messages that invite a user under the name they were given, with a temporary password if they need one.
///
/// # Errors
/// CodeDeliveryFailureException if the server has no transport for one.
pub async fn send(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    to: &[Address],
    (username, password): (&str, Option<&str>),
) -> Result<Vec<Change>, Fault> {
    let mut changes = Vec::new();
    for to in to {
        changes.extend(messages::invitation(cx, pool, user, to, (username, password)).await?);
    }
    Ok(changes)
}

/// The messages that welcome a user who was migrated and has a password already: by text message unless media are
/// named, as far as the user has addresses for them and the server transports. The pool's own invitation is used if it
/// asks for no password.
///
/// # Errors
/// Those of the pool's function for texts.
pub async fn welcome(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    media: &[DeliveryMediumType],
    username: &str,
) -> Result<Vec<Change>, Fault> {
    let media = match media {
        [] => &[DeliveryMediumType::Sms],
        media => media,
    };
    let own = VERIFIABLE
        .into_iter()
        .filter_map(|it| Address::of(user, it))
        .filter(|it| media.contains(&it.medium()) && messages::can_send(cx, pool, it.medium()));
    let mut changes = Vec::new();
    for to in own {
        changes.extend(messages::invitation(cx, pool, user, &to, (username, None)).await?);
    }
    Ok(changes)
}

/// A random temporary password that meets the pool's policy.
///
/// # Errors
/// If the system has no randomness.
pub fn new_password(cx: &Cx<'_>, pool: &Pool) -> Result<String, Fault> {
    let policy = PasswordPolicy::from(&pool.password_policy_settings());
    Ok(temporary_password(policy.minimum_length, cx.random()?))
}
