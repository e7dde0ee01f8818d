//! The second factors that a pool offers, and whether it requires one.

use cabana_domain::pool::{MfaSettings, Pool};
use cabana_domain::webauthn::is_relying_party;
use cabana_model::{
    AuthFactorType, EmailMfaConfigType, SmsMfaConfigType, SoftwareTokenMfaConfigType,
    UserPoolMfaType, UserPoolType, WebAuthnConfigurationType,
    WebAuthnFactorConfigurationType as FactorConfiguration,
};

use super::first_factors;
use crate::fault::Fault;
use crate::faults;

/// A pool's second factors, as Get- and SetUserPoolMfaConfig return them.
pub struct Shown {
    pub mode: UserPoolMfaType,
    pub software_token: Option<SoftwareTokenMfaConfigType>,
    pub sms: Option<SmsMfaConfigType>,
    pub email: Option<EmailMfaConfigType>,
    pub web_authn: Option<WebAuthnConfigurationType>,
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
        web_authn: pool.mfa.web_authn.clone(),
    }
}

/// The settings of passkeys after SetUserPoolMfaConfig. Those of the relying party stay if the block is omitted, so that
/// a call about second factors strands nobody's passkeys; whether they are two factors has to be said each time.
///
/// # Errors
/// If the relying party is no domain name.
pub fn web_authn(
    before: &MfaSettings,
    wanted: Option<WebAuthnConfigurationType>,
) -> Result<Option<WebAuthnConfigurationType>, Fault> {
    let factor = wanted.as_ref().and_then(|it| it.factor_configuration);
    let id = wanted.as_ref().and_then(|it| it.relying_party_id.as_ref());
    if id.is_some_and(|id| !is_relying_party(id)) {
        return Err(faults::passkeys::bad_relying_party());
    }
    let settings = wanted.or_else(|| before.web_authn.clone());
    Ok(settings.map(|settings| WebAuthnConfigurationType {
        factor_configuration: Some(factor.unwrap_or(FactorConfiguration::SingleFactor)),
        ..settings
    }))
}

/// Requires that passkeys are two factors if the pool requires two and people sign in with passkeys.
///
/// # Errors
/// The given fault.
pub fn check_passkeys(
    settings: &UserPoolType,
    factors: &MfaSettings,
    fault: impl FnOnce() -> Fault,
) -> Result<(), Fault> {
    let passkeys = factors.web_authn.as_ref();
    let are_two = passkeys.and_then(|it| it.factor_configuration)
        == Some(FactorConfiguration::MultiFactorWithUserVerification);
    let allowed = first_factors::allowed(settings).contains(&AuthFactorType::WebAuthn);
    match mode(settings) == UserPoolMfaType::On && allowed && !are_two {
        true => Err(fault()),
        false => Ok(()),
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
    check_passkeys(settings, &factors, faults::passkeys_beside_required_mfa)?;
    Ok(factors)
}

/// The factors after the pool's settings were updated.
///
/// # Errors
/// If a second factor is required or optional, and none is offered.
pub fn following(before: &MfaSettings, settings: &UserPoolType) -> Result<MfaSettings, Fault> {
    let factors = with_texts(before, settings);
    check_passkeys(settings, &factors, faults::passkeys_beside_required_mfa)?;
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
