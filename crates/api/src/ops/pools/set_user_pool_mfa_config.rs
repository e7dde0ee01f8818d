//! Says which second factors a pool offers, and whether one is demanded. A factor left out is offered no more.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html>

use cabana_domain::pool::{MfaSettings, Pool};
use cabana_model::{
    SetUserPoolMfaConfigRequest, SetUserPoolMfaConfigResponse, SmsConfigurationType,
    SmsMfaConfigType, UserPoolMfaType,
};
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::pools::mfa;
use crate::logic::pools::tiers::{self, Feature};

pub async fn set_user_pool_mfa_config(
    cx: &Cx<'_>,
    input: SetUserPoolMfaConfigRequest,
) -> Result<SetUserPoolMfaConfigResponse, Fault> {
    let before = cx.pool(&input.user_pool_id).await?;
    if input.web_authn_configuration.is_some() {
        return Err(faults::feature_not_built(
            "Passkeys (WebAuthnConfiguration)",
        ));
    }
    if input.email_mfa_configuration.is_some() {
        tiers::demand(&before.settings, Feature::EmailMfa)?;
    }
    let mut pool = Pool {
        modified: cx.now(),
        ..(*before).clone()
    };
    if let Some(mode) = input.mfa_configuration {
        pool.settings.mfa_configuration = Some(mode);
    }
    let token = input.software_token_mfa_configuration;
    pool.mfa = MfaSettings {
        software_token: token.as_ref().is_some_and(|it| it.enabled == Some(true)),
        software_token_named: token.is_some(),
        sms: match input.sms_mfa_configuration {
            Some(sms) => Some(complete(sms, pool.settings.sms_configuration.as_ref())?),
            None => None,
        },
        email: input.email_mfa_configuration,
    };
    match (
        pool.mfa_configuration() == UserPoolMfaType::Off,
        pool.mfa.offers_any(),
    ) {
        (true, true) => return Err(faults::mfa_off_with_factor()),
        (false, false) => return Err(faults::mfa_without_factor()),
        _ => {}
    }
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
        web_authn_configuration: None,
    })
}

/// Text messages need a sender: the one given, or the one the pool has.
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
