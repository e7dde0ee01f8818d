//! Settings of a pool that this version cannot honour. They are refused, never stored silently.

use cabana_model::{
    AdvancedSecurityModeType, EncryptionKeyType, IssuerType, StatusType, UpdateUserPoolRequest,
};

use crate::fault::Fault;
use crate::faults::feature_not_built;

/// Refuses settings that ask for a feature that is not built.
///
/// # Errors
/// The first such setting.
pub fn refuse(wanted: &UpdateUserPoolRequest) -> Result<(), Fault> {
    let demanded = [
        (
            threat_protection(wanted),
            "Threat protection (UserPoolAddOns)",
        ),
        (
            registration(wanted),
            "Dynamic client registration (DcrConfiguration)",
        ),
        (
            customer_key(wanted),
            "A customer managed key (KeyConfiguration)",
        ),
        (
            new_issuer(wanted),
            "An issuer of type UPDATED (IssuerConfiguration)",
        ),
    ];
    match demanded.into_iter().find(|(asked, _)| *asked) {
        Some((_, feature)) => Err(feature_not_built(feature)),
        None => Ok(()),
    }
}

fn threat_protection(wanted: &UpdateUserPoolRequest) -> bool {
    wanted.user_pool_add_ons.as_ref().is_some_and(|it| {
        it.advanced_security_mode != AdvancedSecurityModeType::Off
            || it.advanced_security_additional_flows.is_some()
    })
}

/// A configuration without the member counts as enabled.
fn registration(wanted: &UpdateUserPoolRequest) -> bool {
    wanted
        .dcr_configuration
        .as_ref()
        .is_some_and(|it| it.enable_status != Some(StatusType::Disabled))
}

fn customer_key(wanted: &UpdateUserPoolRequest) -> bool {
    wanted.key_configuration.as_ref().is_some_and(|it| {
        it.kms_key_arn.is_some() || it.key_type == Some(EncryptionKeyType::CustomerManagedKey)
    })
}

fn new_issuer(wanted: &UpdateUserPoolRequest) -> bool {
    wanted
        .issuer_configuration
        .as_ref()
        .is_some_and(|it| it.r#type == Some(IssuerType::Updated))
}
