//! The second factors that a pool offers, and whether it requires one.

use cabana_domain::pool::{MfaSettings, Pool};
use cabana_model::{
    EmailMfaConfigType, SmsMfaConfigType, SoftwareTokenMfaConfigType, UserPoolMfaType, UserPoolType,
};

use crate::fault::Fault;
use crate::faults;

/// A pool's second factors, as Get- and SetUserPoolMfaConfig return them.
pub struct Shown {
    pub mode: UserPoolMfaType,
    pub software_token: Option<SoftwareTokenMfaConfigType>,
    pub sms: Option<SmsMfaConfigType>,
    pub email: Option<EmailMfaConfigType>,
}

/// The factors that a pool offers. One that was never configured is left out.
pub fn shown(pool: &Pool) -> Shown {
    let enabled = pool.mfa.software_token;
    Shown {
        mode: pool.mfa_configuration(),
        software_token: (enabled || pool.mfa.software_token_named).then_some(
            SoftwareTokenMfaConfigType {
                enabled: Some(enabled),
            },
        ),
        sms: pool.mfa.sms.clone(),
        email: pool.mfa.email.clone(),
    }
}

/// The factors of a new pool: CreateUserPool supports text messages only.
///
/// # Errors
/// If a second factor is required or optional, and none is offered.
pub fn of_new_pool(settings: &UserPoolType) -> Result<MfaSettings, Fault> {
    let factors = with_texts(&MfaSettings::default(), settings);
    if mode(settings) != UserPoolMfaType::Off && !factors.offers_any() {
        return Err(faults::mfa_without_sms());
    }
    Ok(factors)
}

/// The factors after the pool's settings were updated.
///
/// # Errors
/// If a second factor is required or optional, and none is offered.
pub fn following(before: &MfaSettings, settings: &UserPoolType) -> Result<MfaSettings, Fault> {
    let factors = with_texts(before, settings);
    match mode(settings) {
        UserPoolMfaType::On if !factors.offers_any() => Err(faults::mfa_turned_on_late()),
        UserPoolMfaType::Optional if !factors.offers_any() => Err(faults::mfa_without_sms()),
        _ => Ok(factors),
    }
}

fn mode(settings: &UserPoolType) -> UserPoolMfaType {
    settings.mfa_configuration.unwrap_or(UserPoolMfaType::Off)
}

/// Adds text messages, configured from the pool's settings, if they were there before, or if a factor is wanted and
/// no other is offered.
fn with_texts(before: &MfaSettings, settings: &UserPoolType) -> MfaSettings {
    let wanted = mode(settings) != UserPoolMfaType::Off;
    let by_text = before.sms.is_some() || (wanted && !before.offers_any());
    let sms = settings
        .sms_configuration
        .clone()
        .filter(|_| by_text)
        .map(|configuration| SmsMfaConfigType {
            sms_authentication_message: settings.sms_authentication_message.clone(),
            sms_configuration: Some(configuration),
        });
    MfaSettings {
        sms,
        ..before.clone()
    }
}
