//! Account recovery: the ways back in after a forgotten password.

use cabana_model::{AccountRecoverySettingType, RecoveryOptionNameType, RecoveryOptionType};

use crate::fault::Fault;
use crate::faults;

/// Checks the requested setting. An empty one restores Cognito's legacy behaviour: a text message, else a mail.
///
/// # Errors
/// If two ways have one priority, one way two priorities, or `admin_only` is combined with another.
pub fn checked(wanted: AccountRecoverySettingType) -> Result<AccountRecoverySettingType, Fault> {
    let ways = wanted.recovery_mechanisms.as_deref().unwrap_or_default();
    let repeats = ways.iter().enumerate().any(|(index, way)| {
        ways.iter()
            .take(index)
            .any(|other| other.priority == way.priority || other.name == way.name)
    });
    if repeats {
        return Err(faults::recovery_repeats());
    }
    if ways.len() > 1
        && ways
            .iter()
            .any(|way| way.name == RecoveryOptionNameType::AdminOnly)
    {
        return Err(faults::recovery_admin_only());
    }
    Ok(wanted)
}

/// Default of a new pool: e-mail first, then text messages.
pub fn by_default() -> AccountRecoverySettingType {
    let way = |priority, name| RecoveryOptionType { priority, name };
    AccountRecoverySettingType {
        recovery_mechanisms: Some(vec![
            way(1, RecoveryOptionNameType::VerifiedEmail),
            way(2, RecoveryOptionNameType::VerifiedPhoneNumber),
        ]),
    }
}
