//! The first factors that a pool allows.

use cabana_model::{AuthFactorType, UserPoolMfaType, UserPoolTierType, UserPoolType};

use super::tiers::{self, Feature};
use crate::fault::Fault;
use crate::faults;

/// The first factors of these settings.
pub fn allowed(settings: &UserPoolType) -> &[AuthFactorType] {
    let policy = settings.policies.as_ref();
    let policy = policy.and_then(|it| it.sign_in_policy.as_ref());
    let factors = policy.and_then(|it| it.allowed_first_auth_factors.as_deref());
    factors.unwrap_or(&[AuthFactorType::Password])
}

/// Requires a password among them, no authenticator app, what text messages need, and a tier that has them.
///
/// # Errors
/// InvalidParameterException, or as for [`tiers::demand_since`].
pub fn check(settings: &UserPoolType, before: Option<UserPoolTierType>) -> Result<(), Fault> {
    let factors = allowed(settings);
    if !factors.contains(&AuthFactorType::Password) {
        return Err(faults::password_is_no_first_factor());
    }
    if factors.contains(&AuthFactorType::SoftwareToken) {
        return Err(faults::totp_is_no_first_factor());
    }
    if factors.contains(&AuthFactorType::SmsOtp) && settings.sms_configuration.is_none() {
        return Err(faults::first_factor_without_sms());
    }
    if factors.iter().any(|it| *it != AuthFactorType::Password) {
        tiers::demand_since(settings, before, Feature::Passwordless)?;
    }
    check_with_mfa(settings)
}

/// Requires that codes which sign in by themselves do not go with a required second factor.
///
/// # Errors
/// InvalidParameterException.
pub fn check_with_mfa(settings: &UserPoolType) -> Result<(), Fault> {
    let is_code =
        |it: &AuthFactorType| matches!(it, AuthFactorType::EmailOtp | AuthFactorType::SmsOtp);
    let required = settings.mfa_configuration == Some(UserPoolMfaType::On);
    match required && allowed(settings).iter().any(is_code) {
        true => Err(faults::code_with_required_mfa()),
        false => Ok(()),
    }
}
