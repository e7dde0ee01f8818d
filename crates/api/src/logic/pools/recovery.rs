//! How people get back into an account whose password they forgot.

use cabana_model::{AccountRecoverySettingType, RecoveryOptionNameType, RecoveryOptionType};

use crate::fault::Fault;
use crate::faults;

/// The setting without gaps: e-mail first and then text messages, where nothing is said.
///
/// # Errors
/// If two ways have one rank, one way two ranks, or `admin_only` stands beside another.
pub fn checked(
    wanted: Option<AccountRecoverySettingType>,
) -> Result<AccountRecoverySettingType, Fault> {
    let Some(ways) = wanted.and_then(|it| it.recovery_mechanisms) else {
        return Ok(by_default());
    };
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
    Ok(AccountRecoverySettingType {
        recovery_mechanisms: Some(ways),
    })
}

fn by_default() -> AccountRecoverySettingType {
    let way = |priority, name| RecoveryOptionType { priority, name };
    AccountRecoverySettingType {
        recovery_mechanisms: Some(vec![
            way(1, RecoveryOptionNameType::VerifiedEmail),
            way(2, RecoveryOptionNameType::VerifiedPhoneNumber),
        ]),
    }
}
