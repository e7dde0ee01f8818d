//! A pool's functions (`LambdaConfig`).

use cabana_model::{
    LambdaConfigType, PreTokenGenerationLambdaVersionType as Version,
    PreTokenGenerationVersionConfigType,
};

use crate::fault::Fault;
use crate::faults;

/// Checks a configuration and completes it: the function that changes tokens has two names, and both are returned.
///
/// # Errors
/// InvalidParameterException.
pub fn checked(mut config: LambdaConfigType) -> Result<LambdaConfigType, Fault> {
    let sends = config.custom_email_sender.is_some() || config.custom_sms_sender.is_some();
    if sends && config.kms_key_id.is_none() {
        return Err(faults::sender_without_key());
    }
    match (
        &config.pre_token_generation,
        &config.pre_token_generation_config,
    ) {
        (Some(older), Some(newer)) if *older != newer.lambda_arn => {
            return Err(faults::two_token_functions());
        }
        (None, Some(newer)) => config.pre_token_generation = Some(newer.lambda_arn.clone()),
        (Some(older), None) => {
            config.pre_token_generation_config = Some(PreTokenGenerationVersionConfigType {
                lambda_arn: older.clone(),
                lambda_version: Version::V1_0,
            });
        }
        _ => {}
    }
    Ok(config)
}
