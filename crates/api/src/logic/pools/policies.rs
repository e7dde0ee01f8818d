//! A pool's policies, and their effect on users that administrators create.

use cabana_model::{
    AdminCreateUserConfigType, AuthFactorType, PasswordPolicyType, SignInPolicyType,
    UserPoolPolicyType,
};

use crate::fault::Fault;
use crate::faults;

/// Default validity of a temporary password, in days.
const TEMPORARY_PASSWORD_DAYS: i32 = 7;
/// Default minimum length of a password.
const MINIMUM_LENGTH: i32 = 8;

/// Completes the policies. Each half that a request omits is kept. The validity of a temporary password has two names
/// in the API: one may be given, both are returned.
///
/// # Errors
/// If both names are given.
pub fn updated(
    before: Option<UserPoolPolicyType>,
    wanted: Option<UserPoolPolicyType>,
    admin: Option<AdminCreateUserConfigType>,
) -> Result<(UserPoolPolicyType, AdminCreateUserConfigType), Fault> {
    let before = before.unwrap_or_default();
    let wanted = wanted.unwrap_or_default();
    let mut admin = admin.unwrap_or_default();
    let newer = wanted.password_policy.as_ref();
    let newer = said(newer.and_then(|it| it.temporary_password_validity_days));
    let older = said(admin.unused_account_validity_days);
    if newer.is_some() && older.is_some() {
        return Err(faults::two_lives_of_temporary_passwords());
    }
    let mut password = password(before.password_policy, wanted.password_policy);
    let days = newer
        .or(older)
        .or(said(password.temporary_password_validity_days))
        .unwrap_or(TEMPORARY_PASSWORD_DAYS);
    password.temporary_password_validity_days = Some(days);
    admin.unused_account_validity_days = Some(days);
    admin.allow_admin_create_user_only.get_or_insert(false);
    let policies = UserPoolPolicyType {
        password_policy: Some(password),
        sign_in_policy: Some(sign_in(before.sign_in_policy, wanted.sign_in_policy)),
    };
    Ok((policies, admin))
}

/// Zero days count as absent: some SDKs send zero for a missing value.
fn said(days: Option<i32>) -> Option<i32> {
    days.filter(|days| *days > 0)
}

/// A rule that a given policy omits is off: some SDKs cannot send `false`. Without a policy all rules are on.
fn password(
    before: Option<PasswordPolicyType>,
    wanted: Option<PasswordPolicyType>,
) -> PasswordPolicyType {
    let demanded = wanted.is_none() && before.is_none();
    let mut policy = wanted.or(before).unwrap_or_default();
    policy.minimum_length.get_or_insert(MINIMUM_LENGTH);
    for needs in [
        &mut policy.require_uppercase,
        &mut policy.require_lowercase,
        &mut policy.require_numbers,
        &mut policy.require_symbols,
    ] {
        needs.get_or_insert(demanded);
    }
    policy
}

fn sign_in(before: Option<SignInPolicyType>, wanted: Option<SignInPolicyType>) -> SignInPolicyType {
    let named =
        |policy: Option<SignInPolicyType>| policy.and_then(|it| it.allowed_first_auth_factors);
    let factors = named(wanted).or_else(|| named(before));
    let factors = factors.unwrap_or_else(|| vec![AuthFactorType::Password]);
    SignInPolicyType {
        allowed_first_auth_factors: Some(factors),
    }
}
