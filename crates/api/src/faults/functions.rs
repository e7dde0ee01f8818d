//! Faults of the functions of pools (AWS's Lambda triggers).

use cabana_domain::trigger::{BadAnswer, Trigger};
use cabana_model::ErrorKind as K;

use super::{faults, invalid_parameter, said};
use crate::ports::FunctionError;

faults! {
    /// Observed for a function that failed, that took too long, and that may not be called; guessed for the others.
    pub fn function_failed(trigger: Trigger, error: &FunctionError) {
        let name = trigger.name();
        match error {
            FunctionError::Failed(message) => said(
                K::UserLambdaValidationException,
                format!("{name} failed with error {message}."),
            ),
            FunctionError::TimedOut => said(
                K::UnexpectedLambdaException,
                format!("{name} invocation failed due to error Socket timeout while invoking Lambda function."),
            ),
            FunctionError::NotConfigured => said(
                K::UnexpectedLambdaException,
                format!("{name} invocation failed due to error ResourceNotFoundException"),
            ),
            FunctionError::Unreachable(_) => said(
                K::UnexpectedLambdaException,
                format!("{name} invocation failed due to error Error in calling lambda"),
            ),
            FunctionError::TooLarge => said(K::InvalidLambdaResponseException, UNRECOGNIZABLE),
        }
    }

    /// Documented rule, guessed words.
    pub fn two_token_functions() {
        invalid_parameter(
            "PreTokenGeneration and PreTokenGenerationConfig must name the same function.",
        )
    }

    /// Guessed: the rule is documented.
    pub fn cannot_migrate(reason: &str) {
        invalid_parameter(reason.to_owned())
    }

    /// Guessed: the server does not have the key under which the function gets codes.
    pub fn no_key(trigger: Trigger) {
        said(
            K::UnexpectedLambdaException,
            format!("{} invocation failed due to error NotFoundException", trigger.name()),
        )
    }

    /// Documented rule, guessed words.
    pub fn sender_without_key() {
        invalid_parameter("KMSKeyID is required with CustomEmailSender and CustomSMSSender.")
    }

    /// Observed.
    pub fn message_empty() {
        invalid_parameter("The message is empty.")
    }

    /// Observed for the pattern of the code.
    pub fn message_lacks(member: &str, pattern: &str) {
        let any = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*";
        invalid_parameter(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: {any}{pattern}{any}"
        ))
    }

    /// Guessed.
    pub fn message_too_long(member: &str, longest: usize) {
        invalid_parameter(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: \
             Member must have length less than or equal to {longest}"
        ))
    }

    /// Observed.
    pub fn bad_answer(bad: BadAnswer) {
        said(
            K::InvalidLambdaResponseException,
            match bad {
                BadAnswer::NoJson => "Invalid lambda function output : Invalid JSON",
                BadAnswer::Unrecognizable => UNRECOGNIZABLE,
                BadAnswer::OtherUser => "Invalid user name. User name in Lambda mismatches the actual username.",
            },
        )
    }
}

const UNRECOGNIZABLE: &str = "Unrecognizable lambda output";
