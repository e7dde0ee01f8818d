//! Use of a user's e-mail address and phone number: as a first factor; as a second factor or for account recovery, and
//! never for both; and whether they may change during a sign-in. These questions are decided here only.

use std::collections::BTreeMap;

use cabana_domain::factor::Factor;
use cabana_domain::flow::FirstFactor;
use cabana_domain::mask;
use cabana_domain::pool::{MfaSettings, Pool};
use cabana_domain::user::{Password, User};
use cabana_model::{
    AuthFactorType, RecoveryOptionNameType, UserPoolMfaType, UserPoolType, UserStatusType,
    VerifiedAttributeType,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages;
use crate::logic::passkeys;
use crate::logic::users::{attributes, recovery};

/// All factors, in Cognito's order.
const FACTORS: [Factor; 3] = [Factor::Sms, Factor::Totp, Factor::Email];

/// The attribute that a factor's codes are sent to; `None` for an authenticator app.
fn address_of(factor: Factor) -> Option<VerifiedAttributeType> {
    match factor {
        Factor::Totp => None,
        Factor::Sms => Some(VerifiedAttributeType::PhoneNumber),
        Factor::Email => Some(VerifiedAttributeType::Email),
    }
}

/// The user's masked address that a factor's codes are sent to; `None` for an authenticator app.
pub fn masked(user: &User, factor: Factor) -> Option<String> {
    let attribute = address_of(factor)?;
    let value = user.attribute(attribute.as_str())?;
    Some(match attribute {
        VerifiedAttributeType::Email => mask::email(value),
        VerifiedAttributeType::PhoneNumber => mask::phone_number(value),
    })
}

/// The second factors that a user can be asked for: those they have enabled. If one is required and none is enabled,
/// a registered authenticator app counts, and a code to an address they have works without set-up, except to the
/// address by which the pool recovers accounts first.
pub fn factors(pool: &Pool, user: &User) -> Vec<Factor> {
    let can = |factor: &Factor| {
        let holds = match address_of(*factor) {
            Some(attribute) => user.attributes.contains_key(attribute.as_str()),
            None => user.secrets.totp.is_some(),
        };
        holds && pool.offers(*factor)
    };
    let on: Vec<_> = user.mfa.enabled.iter().copied().filter(can).collect();
    if !on.is_empty() || pool.mfa_configuration() != UserPoolMfaType::On {
        return on;
    }
    let usable = |factor: &Factor| can(factor) && !recovers_first(pool, *factor);
    FACTORS.into_iter().filter(usable).collect()
}

/// The second factors that a user who has none can set up while signing in. An address is one only for a user without
/// any: otherwise the holder of the password would choose where codes go.
pub fn can_set_up(pool: &Pool, user: &User) -> Vec<Factor> {
    let has_address = attributes::VERIFIABLE
        .iter()
        .any(|attribute| user.attributes.contains_key(attribute.as_str()));
    let can = |factor: &Factor| {
        let is_app = *factor == Factor::Totp;
        pool.offers(*factor) && (is_app || !has_address && !recovers_first(pool, *factor))
    };
    FACTORS.into_iter().filter(can).collect()
}

/// Whether a factor's codes go to the address by which the pool recovers accounts first.
fn recovers_first(pool: &Pool, factor: Factor) -> bool {
    let first = match recovery::is_by_administrator(pool) {
        true => None,
        false => recovery::order(pool).first().copied(),
    };
    first.is_some() && address_of(factor) == first
}

/// The first factors that a user can choose from. An account that none fits is asked for a password, as any other.
pub fn first_factors(cx: &Cx<'_>, pool: &Pool, user: &User, has_passkey: bool) -> Vec<FirstFactor> {
    let own = own_first_factors(cx, pool, user, has_passkey);
    match own.is_empty() {
        true => passwords(pool).collect(),
        false => own,
    }
}

/// The first factors that a user has: a password, codes to their addresses, where the pool allows them and the server
/// can send them, and passkeys.
pub fn own_first_factors(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    has_passkey: bool,
) -> Vec<FirstFactor> {
    let has_password = user.secrets.password != Password::None;
    let codes = [FirstFactor::Email, FirstFactor::Sms]
        .into_iter()
        .filter(|factor| code_signs_in(cx, pool, user, *factor));
    let passwords = passwords(pool).filter(|_| has_password);
    let passkey = (has_passkey && passkey_signs_in(pool, user)).then_some(FirstFactor::Passkey);
    passwords.chain(codes).chain(passkey).collect()
}

fn passwords(pool: &Pool) -> impl Iterator<Item = FirstFactor> {
    let srp = pool.allows_srp().then_some(FirstFactor::PasswordSrp);
    srp.into_iter().chain([FirstFactor::Password])
}

/// The user's addresses to which the pool sends codes as first factors: a new user with one needs no password.
pub fn of_first_factors<'a>(
    pool: &'a Pool,
    user: &'a User,
) -> impl Iterator<Item = VerifiedAttributeType> + 'a {
    attributes::VERIFIABLE
        .into_iter()
        .filter(|it| pool.allows_first_factor(code_to(*it)))
        .filter(|it| user.attributes.contains_key(it.as_str()))
}

/// The first factor whose codes go to this attribute.
fn code_to(attribute: VerifiedAttributeType) -> AuthFactorType {
    match attribute {
        VerifiedAttributeType::Email => AuthFactorType::EmailOtp,
        VerifiedAttributeType::PhoneNumber => AuthFactorType::SmsOtp,
    }
}

/// Whether a code signs the user in by itself. The address must be verified, as it may be another person's by mistake;
/// but where there is no password to protect, the code verifies it. It never stands for a second factor, nor for a
/// temporary password.
fn code_signs_in(cx: &Cx<'_>, pool: &Pool, user: &User, factor: FirstFactor) -> bool {
    let Some(attribute) = factor.sent_as().and_then(address_of) else {
        return false;
    };
    let without_password = user.secrets.password == Password::None;
    let is_theirs = match user.status {
        UserStatusType::Confirmed => without_password || user.has_verified(attribute),
        // The code proves the address, and then the account says that it is not confirmed.
        UserStatusType::Unconfirmed => without_password && pool.auto_verifies(attribute),
        _ => false,
    };
    of_first_factors(pool, user).any(|it| it == attribute)
        && !second_is_due(pool, user)
        && is_theirs
        && messages::can_send(cx, pool, messages::medium(attribute))
}

/// Whether a passkey signs the user in by itself: not if they need a second factor, unless it is that as well.
fn passkey_signs_in(pool: &Pool, user: &User) -> bool {
    user.status == UserStatusType::Confirmed
        && (passkeys::is_second(pool, user) || !second_is_due(pool, user))
}

fn second_is_due(pool: &Pool, user: &User) -> bool {
    match pool.mfa_configuration() {
        UserPoolMfaType::Off => false,
        UserPoolMfaType::Optional => {
            passkeys::is_second(pool, user) || !factors(pool, user).is_empty()
        }
        UserPoolMfaType::On => true,
    }
}

/// Whether an address recovers the account after a forgotten password: it must be verified and no second factor of
/// the user.
pub fn recovers(pool: &Pool, user: &User, attribute: VerifiedAttributeType) -> bool {
    let is_its = |factor: &Factor| address_of(*factor) == Some(attribute);
    user.has_verified(attribute)
        && !user.mfa.enabled.iter().any(is_its)
        && !factors(pool, user).iter().any(is_its)
}

/// Requires that the holder of a temporary password cannot take the account over: they may not write an address that
/// has a value, changed or not, nor any address's flag.
///
/// # Errors
/// NotAuthorizedException for an address, InvalidParameterException for a flag.
pub fn admit_in_challenge(user: &User, given: &BTreeMap<&str, &str>) -> Result<(), Fault> {
    for attribute in attributes::VERIFIABLE {
        let (name, flag) = (attribute.as_str(), attributes::flag(attribute));
        if given.contains_key(flag) {
            return Err(faults::flag_in_challenge(flag));
        }
        if given.contains_key(name) && user.attributes.contains_key(name) {
            return Err(faults::attribute_already_provided(name));
        }
    }
    Ok(())
}

/// Requires that the holder of a temporary password adds no second factor to a user who has one: they could then
/// choose their own, and the user's would protect nothing. A user without any sets their first one this way.
///
/// # Errors
/// NotAuthorizedException.
pub fn admit_factors(pool: &Pool, before: &[Factor], user: &User) -> Result<(), Fault> {
    if before.is_empty() {
        return Ok(());
    }
    let added = factors(pool, user)
        .into_iter()
        .filter(|factor| !before.contains(factor));
    match added.filter_map(address_of).next() {
        Some(attribute) => Err(faults::factor_in_challenge(attribute.as_str())),
        None => Ok(()),
    }
}

/// Requires that a pool with mail as a second factor recovers accounts by more than mail. A pool that an earlier
/// build accepted keeps its settings until one of the two changes.
///
/// # Errors
/// InvalidParameterException.
pub fn check_change(
    before: &Pool,
    settings: &UserPoolType,
    mfa: &MfaSettings,
) -> Result<(), Fault> {
    let same = before.mfa == *mfa
        && before.settings.mfa_configuration == settings.mfa_configuration
        && before.settings.account_recovery_setting == settings.account_recovery_setting;
    if same {
        return Ok(());
    }
    let off = settings.mfa_configuration.unwrap_or(UserPoolMfaType::Off) == UserPoolMfaType::Off;
    let ways = settings.account_recovery_setting.as_ref();
    let ways = ways.and_then(|it| it.recovery_mechanisms.as_deref());
    let by_mail_alone = matches!(
        ways,
        Some([only]) if only.name == RecoveryOptionNameType::VerifiedEmail
    );
    match !off && mfa.email.is_some() && by_mail_alone {
        true => Err(faults::mail_is_factor_and_recovery()),
        false => Ok(()),
    }
}
