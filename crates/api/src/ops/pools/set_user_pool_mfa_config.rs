//! Sets the second factors that a pool offers, and whether it requires one. Authenticator apps and mail are switched
//! off if omitted; text messages stay until second factors are off.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html>

use cabana_domain::pool::{MfaSettings, Pool};
use cabana_model::{
    DeliveryMediumType, EmailMfaConfigType, EmailSendingAccountType, SetUserPoolMfaConfigRequest,
    SetUserPoolMfaConfigResponse, SmsConfigurationType, SmsMfaConfigType, UserPoolMfaType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::messages;
use crate::logic::pools::tiers::{self, Feature};
use crate::logic::pools::{first_factors, mfa};
use crate::logic::users::addresses;

pub async fn set_user_pool_mfa_config(
    cx: &Cx<'_>,
    input: SetUserPoolMfaConfigRequest,
) -> Result<SetUserPoolMfaConfigResponse, Fault> {
    let before = cx.pool(&input.user_pool_id).await?;
    let mut pool = Pool {
        modified: cx.now(),
        ..(*before).clone()
    };
    if let Some(mode) = input.mfa_configuration {
        pool.settings.mfa_configuration = Some(mode);
    }
    let mode = pool.mfa_configuration();
    let is_off = mode == UserPoolMfaType::Off;
    // Tools that switch both off in one step send an empty block beside OFF.
    let email = input.email_mfa_configuration;
    let email = email.filter(|it| !is_off || *it != EmailMfaConfigType::default());
    let token = input.software_token_mfa_configuration;
    let sms = input.sms_mfa_configuration;
    if is_off && (token.is_some() || sms.is_some() || email.is_some()) {
        return Err(faults::mfa_off_with_factor());
    }
    if email.is_some() {
        tiers::demand(&before.settings, Feature::EmailMfa)?;
        demand_sender(cx, &before)?;
    }
    pool.mfa = MfaSettings {
        software_token: token.as_ref().is_some_and(|it| it.enabled == Some(true)),
        software_token_named: token.is_some(),
        sms: match sms {
            Some(sms) => Some(complete(sms, pool.settings.sms_configuration.as_ref())?),
            // Text messages that are a factor stay one until second factors are off.
            None => before.mfa.sms.clone().filter(|_| !is_off),
        },
        email,
        web_authn: mfa::web_authn(&before.mfa, input.web_authn_configuration.clone())?,
    };
    if !is_off && !pool.mfa.offers_any() {
        return Err(match input.web_authn_configuration {
            Some(_) => faults::mfa_with_passkeys_only(),
            None => faults::mfa_without_factor(mode),
        });
    }
    first_factors::check_with_mfa(&pool.settings)?;
    mfa::check_passkeys(&pool.settings, &pool.mfa, faults::single_factor_passkeys)?;
    addresses::check_change(&before, &pool.settings, &pool.mfa)?;
    if let Some(sms) = &pool.mfa.sms {
        pool.settings.sms_configuration = sms.sms_configuration.clone();
        pool.settings.sms_authentication_message = sms.sms_authentication_message.clone();
    }
    let shown = mfa::shown(&pool);
    cx.commit([Change::UpdatePool(Box::new(pool))]).await?;
    Ok(SetUserPoolMfaConfigResponse {
        mfa_configuration: Some(shown.mode),
        software_token_mfa_configuration: shown.software_token,
        sms_mfa_configuration: shown.sms,
        email_mfa_configuration: shown.email,
        web_authn_configuration: shown.web_authn,
    })
}

/// Requires a mail transport for codes by mail. Cognito requires a sender of the pool's own; here the server's
/// replaces it.
fn demand_sender(cx: &Cx<'_>, pool: &Pool) -> Result<(), Fault> {
    if messages::can_send(cx, pool, DeliveryMediumType::Email) {
        return Ok(());
    }
    let email = pool.settings.email_configuration.as_ref();
    match email.and_then(|it| it.email_sending_account) {
        Some(EmailSendingAccountType::Developer) => Err(faults::email_mfa_without_transport()),
        _ => Err(faults::email_mfa_without_sender()),
    }
}

/// Completes the text message settings with a sender: the given one, or the pool's.
fn complete(
    mut sms: SmsMfaConfigType,
    pools: Option<&SmsConfigurationType>,
) -> Result<SmsMfaConfigType, Fault> {
    sms.sms_configuration = sms.sms_configuration.or_else(|| pools.cloned());
    if sms.sms_configuration.is_none() {
        return Err(faults::sms_mfa_without_configuration());
    }
    Ok(sms)
}
