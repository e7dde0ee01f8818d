//! Messages to people about the API's faults: the one table. The API's own texts are for programs, and in English; only
//! what a Lambda trigger says is shown as it is.

use cabana_api::Fault;
use cabana_api::faults::{Reason, reason};
use cabana_domain::password::policy::{PasswordPolicy, Rule};
use cabana_domain::pool::Pool;
use cabana_model::ErrorKind as K;

use super::sign_up_fields;
use crate::pages::{PasswordRules, Problem, Wrong};

/// Form fields of a page that a fault can be shown at.
#[derive(Clone, Copy, Default)]
pub struct Fields {
    pub code: Option<&'static str>,
    pub password: Option<&'static str>,
    pub username: Option<&'static str>,
}

/// The problem to show for a fault; `None` if the person can do nothing about it.
pub fn problem(fault: &Fault, fields: Fields) -> Option<Problem> {
    let wrong = wrong(fault)?;
    let field = match &wrong {
        Wrong::CodeMismatch | Wrong::CodeExpired | Wrong::CodeUsed | Wrong::RecoveryCode => {
            fields.code
        }
        Wrong::PasswordPolicy | Wrong::PasswordReused => fields.password,
        Wrong::UsernameExists | Wrong::InvalidUsername | Wrong::UsernameIsAlias => fields.username,
        Wrong::InvalidEmail => Some("requiredAttributes[email]"),
        Wrong::InvalidPhone => Some("requiredAttributes[phone_number]"),
        _ => None,
    };
    let field = match (&wrong, fault.members.first()) {
        (Wrong::InvalidValue, Some(name)) => Some(sign_up_fields::field(name)),
        _ => field.map(str::to_owned),
    };
    Some(Problem { field, wrong })
}

fn wrong(fault: &Fault) -> Option<Wrong> {
    known(fault.reason).or_else(|| of_kind(fault))
}

/// Faults whose kind alone is too vague.
fn known(reason: Reason) -> Option<Wrong> {
    Some(match reason {
        reason::wrong_password => Wrong::IncorrectCredentials,
        reason::wrong_passkey => Wrong::PasskeyRefused,
        reason::too_many_passkeys => Wrong::TooManyPasskeys,
        reason::known_credential
        | reason::refused_credential
        | reason::no_pending_registration
        | reason::other_relying_party
        | reason::passkeys_not_enabled => Wrong::PasskeyNotAdded,
        reason::totp_reused => Wrong::CodeUsed,
        reason::recovery_code_mismatch => Wrong::RecoveryCode,
        reason::locked_out => Wrong::LockedOut,
        reason::user_disabled => Wrong::UserDisabled,
        // The session between two steps has ended: sign-in must start again.
        reason::session_expired | reason::session_used | reason::session_foreign => {
            Wrong::SessionExpired
        }
        reason::temporary_password_expired => Wrong::TemporaryPasswordExpired,
        reason::no_second_factor => Wrong::NoSecondFactor,
        reason::already_confirmed => Wrong::AlreadyConfirmed,
        reason::no_recovery_channel
        | reason::recovery_by_administrator
        | reason::cannot_reset_in_state => Wrong::NoRecovery,
        reason::nothing_to_resend_to | reason::no_attribute_for => Wrong::DeliveryFailed,
        reason::not_set_up_to_send => Wrong::CannotSend,
        reason::sign_up_not_permitted | reason::sign_up_domains_unproven => Wrong::SignUpClosed,
        reason::username_looks_like_alias => Wrong::UsernameIsAlias,
        _ => return None,
    })
}

fn of_kind(fault: &Fault) -> Option<Wrong> {
    let is_about = |name: &str| fault.members.iter().any(|it| it == name);
    Some(match fault.kind {
        K::UserNotFoundException => Wrong::IncorrectCredentials,
        K::UserNotConfirmedException => Wrong::UserNotConfirmed,
        K::PasswordResetRequiredException => Wrong::ResetRequired,
        K::CodeMismatchException | K::EnableSoftwareTokenMFAException => Wrong::CodeMismatch,
        // Too many wrong codes for this one: only a new code helps, and it can be requested at once.
        K::ExpiredCodeException | K::TooManyFailedAttemptsException => Wrong::CodeExpired,
        // Too many requests have a page of their own.
        K::LimitExceededException => Wrong::Limit,
        K::InvalidPasswordException => Wrong::PasswordPolicy,
        K::PasswordHistoryPolicyViolationException => Wrong::PasswordReused,
        K::UsernameExistsException => Wrong::UsernameExists,
        K::AliasExistsException => Wrong::AliasExists,
        K::CodeDeliveryFailureException => Wrong::DeliveryFailed,
        // Broken model constraints: the message is for programs.
        K::InvalidParameterException if fault.reason == reason::constraints_broken => {
            if is_about("username") {
                Wrong::InvalidUsername
            } else if is_about("confirmationCode") {
                Wrong::CodeMismatch
            } else if is_about("password") {
                Wrong::PasswordPolicy
            } else {
                Wrong::Generic
            }
        }
        K::InvalidParameterException if is_about("email") => Wrong::InvalidEmail,
        K::InvalidParameterException if is_about("phone_number") => Wrong::InvalidPhone,
        // Other attributes, by their names.
        K::InvalidParameterException if !fault.members.is_empty() => Wrong::InvalidValue,
        K::UserLambdaValidationException => Wrong::Said(fault.message.clone().into_owned()),
        // Settings of the app that do not fit, or a form that was tampered with.
        K::InvalidParameterException | K::NotAuthorizedException => {
            tracing::info!(reason = fault.reason.as_str(), "refused on a hosted page");
            Wrong::Refused
        }
        // A function that cannot be called, or whose answer is of no use: nothing to tell people.
        K::UnexpectedLambdaException | K::InvalidLambdaResponseException => Wrong::Generic,
        _ => return None,
    })
}

/// The first rule of the pool's policy that a new password breaks, as a problem of its field.
pub fn password_problem(pool: &Pool, field: &'static str, password: &str) -> Option<Problem> {
    let policy = PasswordPolicy::from(&pool.password_policy_settings());
    let wrong = match policy.check(password).err()? {
        Rule::MinimumLength(min) => Wrong::PasswordTooShort {
            min: u32::try_from(min).unwrap_or(u32::MAX),
        },
        Rule::MaximumLength => Wrong::PasswordPolicy,
        Rule::Lowercase => Wrong::PasswordLowercase,
        Rule::Uppercase => Wrong::PasswordUppercase,
        Rule::Number => Wrong::PasswordNumber,
        Rule::Symbol => Wrong::PasswordSymbol,
        Rule::NoOuterSpace => Wrong::PasswordSpace,
    };
    Some(Problem::at(field, wrong))
}

/// The pool's password policy as pages list it.
pub fn password_rules(pool: &Pool) -> PasswordRules {
    let policy = PasswordPolicy::from(&pool.password_policy_settings());
    PasswordRules {
        min_length: u32::try_from(policy.minimum_length).unwrap_or(u32::MAX),
        uppercase: policy.require_uppercase,
        lowercase: policy.require_lowercase,
        number: policy.require_numbers,
        symbol: policy.require_symbols,
        history: u32::try_from(pool.password_history_size()).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use cabana_api::faults::{self, REQUIRED, Writing};
    use cabana_model::DeliveryMediumType;

    use super::*;

    fn shown(fault: &Fault) -> Problem {
        let fields = Fields {
            username: Some("username"),
            ..Fields::default()
        };
        problem(fault, fields).unwrap()
    }

    #[test]
    fn people_read_the_pages_words_and_not_the_apis() {
        for (fault, wrong) in [
            (
                faults::temporary_password_expired(),
                Wrong::TemporaryPasswordExpired,
            ),
            (faults::no_second_factor(), Wrong::NoSecondFactor),
            (faults::already_confirmed(), Wrong::AlreadyConfirmed),
            (faults::no_recovery_channel(), Wrong::NoRecovery),
            (faults::recovery_by_administrator(), Wrong::NoRecovery),
            (faults::cannot_reset_in_state(), Wrong::NoRecovery),
            (faults::nothing_to_resend_to(), Wrong::DeliveryFailed),
            (
                faults::no_attribute_for(DeliveryMediumType::Email),
                Wrong::DeliveryFailed,
            ),
            (
                faults::not_set_up_to_send(DeliveryMediumType::Sms),
                Wrong::CannotSend,
            ),
            (faults::sign_up_not_permitted(), Wrong::SignUpClosed),
            (
                faults::username_looks_like_alias("email"),
                Wrong::UsernameIsAlias,
            ),
            (faults::unauthorized_attribute(), Wrong::Refused),
            (faults::feature_not_built("X"), Wrong::Refused),
        ] {
            assert!(shown(&fault).wrong == wrong, "{}", fault.reason.as_str());
        }
    }

    #[test]
    fn an_attribute_that_breaks_a_rule_is_blamed_at_its_field() {
        let fault = faults::schema(Writing::NewUser, [("custom:team", REQUIRED)]);
        let problem = shown(&fault);
        assert!(problem.wrong == Wrong::InvalidValue);
        let field = problem.field.as_deref();
        assert_eq!(field, Some("requiredAttributes[custom:team]"));
    }
}
