//! The names of the levels of authentication (`acr`): Cognito's, or the pool's own.

use std::collections::BTreeMap;

use cabana_domain::pool::Pool;
use cabana_model::{AcrLevelConfigType, UserPoolTierType, UserPoolType};

use super::tiers::{self, Feature};
use crate::fault::Fault;
use crate::faults;

/// By `Level1` to `Level4`.
pub type Levels = BTreeMap<String, AcrLevelConfigType>;

/// The names that count: Cognito's own, with `named` in their place.
pub fn effective(named: Option<&Levels>) -> Levels {
    let mut levels: Levels = (1..=4)
        .map(|level| {
            let acr_value = format!("urn:cognito:loa:{level}");
            (key(level), AcrLevelConfigType { acr_value })
        })
        .collect();
    levels.extend(
        named
            .into_iter()
            .flatten()
            .map(|(level, name)| (level.clone(), name.clone())),
    );
    levels
}

/// What a pool calls a level.
pub fn name(pool: &Pool, level: u8) -> Option<String> {
    let levels = effective(pool.settings.acr_configuration.as_ref());
    levels.get(&key(level)).map(|it| it.acr_value.clone())
}

/// Whether a value is the pool's name for one of its levels.
pub fn is_named(pool: &Pool, value: &str) -> bool {
    let levels = effective(pool.settings.acr_configuration.as_ref());
    levels.values().any(|it| it.acr_value == value)
}

fn key(level: u8) -> String {
    format!("Level{level}")
}

/// Demands that names differ, from Cognito's own for other levels too, and that the pool's tier has
/// names of its own.
///
/// # Errors
/// InvalidParameterException, or as for [`tiers::demand_since`].
pub fn check(settings: &UserPoolType, before: Option<UserPoolTierType>) -> Result<(), Fault> {
    let Some(named) = &settings.acr_configuration else {
        return Ok(());
    };
    let usual = effective(None);
    if named
        .iter()
        .any(|(level, name)| usual.get(level) != Some(name))
    {
        tiers::demand_since(settings, before, Feature::OwnLevelNames)?;
    }
    for (level, name) in named {
        let others = usual
            .iter()
            .chain(named)
            .filter(|(other, _)| *other != level);
        if others.into_iter().any(|(_, other)| other == name) {
            return Err(faults::level_name_taken(&name.acr_value));
        }
    }
    Ok(())
}
