//! Which second factors a pool offers, and whether one is demanded.

use cabana_domain::pool::{MfaSettings, Pool};
use cabana_model::{
    EmailMfaConfigType, SmsMfaConfigType, SoftwareTokenMfaConfigType, UserPoolMfaType, UserPoolType,
};

use crate::fault::Fault;
use crate::faults;

/// A pool's second factors, as Get- and SetUserPoolMfaConfig answer them.
pub struct Shown {
    pub mode: UserPoolMfaType,
    pub software_token: Option<SoftwareTokenMfaConfigType>,
    pub sms: Option<SmsMfaConfigType>,
    pub email: Option<EmailMfaConfigType>,
}

/// What a pool offers. A factor that was never configured is left out.
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

/// The factors after the pool's settings were replaced: text messages come with their
/// configuration where a factor is wanted and none other is offered, and go with it.
///
/// # Errors
/// If a second factor is demanded or optional, and none is offered.
pub fn following(before: &MfaSettings, settings: &UserPoolType) -> Result<MfaSettings, Fault> {
    let wanted = settings
        .mfa_configuration
        .is_some_and(|it| it != UserPoolMfaType::Off);
    let by_text = before.sms.is_some() || (wanted && !before.offers_any());
    let sms = settings
        .sms_configuration
        .clone()
        .filter(|_| by_text)
        .map(|configuration| SmsMfaConfigType {
            sms_authentication_message: settings.sms_authentication_message.clone(),
            sms_configuration: Some(configuration),
        });
    let after = MfaSettings {
        sms,
        ..before.clone()
    };
    if wanted && !after.offers_any() {
        return Err(faults::mfa_without_sms());
    }
    Ok(after)
}
