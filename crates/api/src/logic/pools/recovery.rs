//! How people get back into an account whose password they forgot.

use cabana_model::{AccountRecoverySettingType, RecoveryOptionNameType, RecoveryOptionType};

use crate::fault::Fault;
use crate::faults;

/// The requested setting. An empty one brings back the older way: a text message, else a mail.
///
/// # Errors
/// If two ways have one rank, one way two ranks, or `admin_only` stands beside another.
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

/// The setting of a new pool that says nothing: e-mail first and then text messages.
pub fn by_default() -> AccountRecoverySettingType {
    let way = |priority, name| RecoveryOptionType { priority, name };
    AccountRecoverySettingType {
        recovery_mechanisms: Some(vec![
            way(1, RecoveryOptionNameType::VerifiedEmail),
            way(2, RecoveryOptionNameType::VerifiedPhoneNumber),
        ]),
    }
}
