//! The names of the levels of authentication (`acr`): Cognito's, or the pool's own.

use std::collections::BTreeMap;

use cabana_domain::pool::Pool;
use cabana_model::{AcrLevelConfigType, UserPoolTierType, UserPoolType};

use super::tiers::{self, Feature};
use crate::fault::Fault;
use crate::faults;

/// Names by `Level1` to `Level4`.
pub type Levels = BTreeMap<String, AcrLevelConfigType>;

/// The effective names: Cognito's defaults, overridden by `named`.
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

/// The pool's name of a level.
pub fn name(pool: &Pool, level: u8) -> Option<String> {
    let levels = effective(pool.settings.acr_configuration.as_ref());
    levels.get(&key(level)).map(|it| it.acr_value.clone())
}

/// The levels that `acr_values` name in this pool, in that order, each once; other values are ignored.
pub fn named(pool: &Pool, values: &str) -> Vec<u8> {
    let mut levels = Vec::new();
    for value in values.split_ascii_whitespace() {
        let is_called = |level: &u8| name(pool, *level).as_deref() == Some(value);
        let level = (1..=4).find(is_called);
        levels.extend(level.filter(|it| !levels.contains(it)));
    }
    levels
}

fn key(level: u8) -> String {
    format!("Level{level}")
}

/// Requires that names differ, also from Cognito's defaults for other levels, and that the pool's tier allows own
/// names.
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
