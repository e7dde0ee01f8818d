//! Feature plans: the features that a pool's tier lacks, and those that keep a pool from moving down a tier.

use cabana_domain::pool::Pool;
use cabana_model::{PreTokenGenerationLambdaVersionType, UserPoolTierType, UserPoolType};

use crate::fault::Fault;
use crate::faults;

/// A feature that LITE lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    ManagedLogin,
    EmailMfa,
    Passwordless,
    PasswordHistory,
    OwnLevelNames,
    StepUp,
    Sessions,
    /// Functions that change access tokens, of this version.
    TokenFunction(&'static str),
}

impl Feature {
    fn name(self) -> String {
        let name = match self {
            Feature::ManagedLogin => "Managed login (ManagedLoginVersion 2)",
            Feature::EmailMfa => "Email MFA (EmailMfaConfiguration)",
            Feature::Passwordless => "Sign-in without a password (AllowedFirstAuthFactors)",
            Feature::PasswordHistory => "Password history (PasswordHistorySize)",
            Feature::OwnLevelNames => "Own names for authentication levels (AcrConfiguration)",
            Feature::StepUp => "Step-up authentication (TARGET_ACR_VALUES)",
            Feature::Sessions => "User session management (UserSessionTracking)",
            Feature::TokenFunction(version) => {
                return format!("Token Customization with Pre-Token Generation Lambda {version}");
            }
        };
        name.to_owned()
    }
}

/// Requires that the pool's tier has the feature.
///
/// # Errors
/// FeatureUnavailableInTierException.
pub fn demand(settings: &UserPoolType, feature: Feature) -> Result<(), Fault> {
    if is_lite(settings) {
        Err(faults::not_in_tier(&feature.name()))
    } else {
        Ok(())
    }
}

/// The same for settings of a pool whose tier was `before`; `None` for a new pool.
///
/// # Errors
/// FeatureUnavailableInTierException, or TierChangeNotAllowedException if the change of the tier itself would remove
/// the feature.
pub fn demand_since(
    settings: &UserPoolType,
    before: Option<UserPoolTierType>,
    feature: Feature,
) -> Result<(), Fault> {
    let went_down = before.is_some_and(|it| it != UserPoolTierType::Lite);
    demand(settings, feature).map_err(|fault| match went_down {
        true => faults::tier_change_not_allowed(&feature.name()),
        false => fault,
    })
}

/// Requires that the tier has every feature that a pool's settings use.
///
/// # Errors
/// As for [`demand_since`].
pub fn check(settings: &UserPoolType, before: Option<UserPoolTierType>) -> Result<(), Fault> {
    let policy = settings.policies.as_ref();
    let password = policy.and_then(|it| it.password_policy.as_ref());
    if password
        .and_then(|it| it.password_history_size)
        .is_some_and(|it| it != 0)
    {
        demand_since(settings, before, Feature::PasswordHistory)?;
    }
    let functions = settings.lambda_config.as_ref();
    let tokens = functions.and_then(|it| it.pre_token_generation_config.as_ref());
    match tokens.map(|it| it.lambda_version) {
        None | Some(PreTokenGenerationLambdaVersionType::V1_0) => Ok(()),
        Some(version) => {
            let feature = Feature::TokenFunction(version.as_str());
            demand_since(settings, before, feature)
        }
    }
}

/// Requires that the pool uses no feature that its new tier lacks, unless these settings remove it themselves.
///
/// # Errors
/// TierChangeNotAllowedException.
pub fn permit_change(before: &Pool, after: &UserPoolType) -> Result<(), Fault> {
    if is_lite(after) && !is_lite(&before.settings) && before.mfa.email.is_some() {
        return Err(faults::tier_change_not_allowed(&Feature::EmailMfa.name()));
    }
    if is_lite(after) && !is_lite(&before.settings) && before.sessions.tracks {
        return Err(faults::tier_change_not_allowed(&Feature::Sessions.name()));
    }
    Ok(())
}

/// Whether the pool is in the LITE tier.
pub fn is_lite(settings: &UserPoolType) -> bool {
    settings.user_pool_tier == Some(UserPoolTierType::Lite)
}
