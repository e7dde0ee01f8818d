//! Problems with a form, and the sentence for each. The handlers decide which one applies.

use serde::{Deserialize, Serialize};

use super::attributes;
use super::frame::Frame;

/// A problem, and its field.
#[derive(Clone, Serialize, Deserialize)]
pub struct Problem {
    /// Name of the form field, such as `requiredAttributes[email]`; `None` for the page as a whole.
    pub field: Option<String>,
    /// The kind of problem.
    pub wrong: Wrong,
}

impl Problem {
    /// A problem of the page as a whole.
    pub fn general(wrong: Wrong) -> Self {
        Self { field: None, wrong }
    }

    /// A problem of one field.
    pub fn at(field: impl Into<String>, wrong: Wrong) -> Self {
        Self {
            field: Some(field.into()),
            wrong,
        }
    }
}

/// The kinds of problems.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wrong {
    IncorrectCredentials,
    /// Only if the client tells which users exist.
    NoSuchUser,
    /// None of the app's providers has the domain of the address.
    NoSuchProvider,
    CodeMismatch,
    CodeExpired,
    /// A code of an authenticator app that was used before.
    CodeUsed,
    /// A recovery code that is wrong or was used before.
    RecoveryCode,
    Limit,
    /// A passkey that does not sign in.
    PasskeyRefused,
    PasskeyNotAdded,
    TooManyPasskeys,
    PasswordTooShort {
        min: u32,
    },
    PasswordUppercase,
    PasswordLowercase,
    PasswordNumber,
    PasswordSymbol,
    PasswordSpace,
    PasswordReused,
    /// Breaks the policy in a way that has no sentence of its own.
    PasswordPolicy,
    PasswordsDiffer,
    UsernameExists,
    /// With a space in it, or too long.
    InvalidUsername,
    /// An email address or a phone number, if those are aliases.
    UsernameIsAlias,
    AliasExists,
    UserDisabled,
    UserNotConfirmed,
    ResetRequired,
    LockedOut,
    SessionExpired,
    DeliveryFailed,
    /// The server has no way to send a code.
    CannotSend,
    SignUpClosed,
    /// Empty.
    Required,
    InvalidEmail,
    InvalidPhone,
    /// An email address outside the domains that may sign up, which are listed here.
    ForeignEmail(String),
    /// More characters than an attribute can have.
    TooLong,
    /// Any other value that the field does not accept.
    InvalidValue,
    /// A temporary password that was not used in time.
    TemporaryPasswordExpired,
    /// A second factor is required, and the user has none that can be used.
    NoSecondFactor,
    AlreadyConfirmed,
    /// The user cannot reset the password.
    NoRecovery,
    /// A message of a Lambda trigger.
    Said(String),
    /// Nothing that the person could do better.
    Refused,
    Generic,
}

impl Wrong {
    fn key(&self) -> &'static str {
        match self {
            Self::IncorrectCredentials => "error-incorrect-credentials",
            Self::NoSuchUser => "error-no-such-user",
            Self::NoSuchProvider => "error-no-such-provider",
            Self::CodeMismatch => "error-code-mismatch",
            Self::CodeExpired => "error-code-expired",
            Self::CodeUsed => "error-code-used",
            Self::RecoveryCode => "error-recovery-code",
            Self::Limit => "error-limit",
            Self::PasskeyRefused => "error-passkey-refused",
            Self::PasskeyNotAdded => "error-passkey-not-added",
            Self::TooManyPasskeys => "error-too-many-passkeys",
            Self::PasswordTooShort { .. } => "error-password-too-short",
            Self::PasswordUppercase => "error-password-uppercase",
            Self::PasswordLowercase => "error-password-lowercase",
            Self::PasswordNumber => "error-password-number",
            Self::PasswordSymbol => "error-password-symbol",
            Self::PasswordSpace => "error-password-space",
            Self::PasswordReused => "error-password-reused",
            Self::PasswordPolicy => "error-password-policy",
            Self::PasswordsDiffer => "error-passwords-differ",
            Self::UsernameExists => "error-username-exists",
            Self::InvalidUsername => "error-invalid-username",
            Self::UsernameIsAlias => "error-username-is-alias",
            Self::AliasExists => "error-alias-exists",
            Self::UserDisabled => "error-user-disabled",
            Self::UserNotConfirmed => "error-user-not-confirmed",
            Self::ResetRequired => "error-reset-required",
            Self::LockedOut => "error-locked-out",
            Self::SessionExpired => "error-session-expired",
            Self::DeliveryFailed => "error-delivery-failed",
            Self::CannotSend => "error-cannot-send",
            Self::SignUpClosed => "error-sign-up-closed",
            Self::Required => "error-required",
            Self::InvalidEmail => "error-invalid-email",
            Self::InvalidPhone => "error-invalid-phone",
            Self::ForeignEmail(_) => "error-foreign-email",
            Self::TooLong => "error-too-long",
            Self::InvalidValue => "error-invalid-value",
            Self::TemporaryPasswordExpired => "error-temporary-password-expired",
            Self::NoSecondFactor => "error-no-second-factor",
            Self::AlreadyConfirmed => "error-already-confirmed",
            Self::NoRecovery => "error-no-recovery",
            Self::Refused => "error-refused",
            Self::Said(_) | Self::Generic => "error-generic",
        }
    }
}

impl Frame {
    /// The sentence for a problem.
    pub(super) fn explain(&self, problem: &Problem) -> askama::Result<String> {
        let key = problem.wrong.key();
        match &problem.wrong {
            Wrong::Said(sentence) => Ok(sentence.clone()),
            // An authenticator app shows the next code by itself; there is none to request.
            Wrong::CodeMismatch if problem.field.as_deref() == Some("software_token_mfa_code") => {
                self.say("error-code-mismatch-totp")
            }
            Wrong::PasswordTooShort { min } => self.texts.with(key, &[("min", (*min).into())]),
            Wrong::ForeignEmail(domains) => {
                let domains = [("domains", domains.as_str().into())];
                self.texts.with(key, &domains)
            }
            Wrong::IncorrectCredentials => {
                let names = self.identifier.label();
                let values = [("names", names.into()), ("label", self.say(names)?.into())];
                self.texts.with(key, &values)
            }
            Wrong::Required | Wrong::TooLong | Wrong::InvalidValue => {
                let label = self.label_of(problem.field.as_deref().unwrap_or_default())?;
                self.texts.with(key, &[("label", label.into())])
            }
            _ => self.say(key),
        }
    }

    /// Whether a problem belongs to a field; then that field, and no other, has the focus.
    pub(super) fn blames_a_field(&self) -> bool {
        self.problems.iter().any(|problem| problem.field.is_some())
    }

    /// The label of a form field, for sentences that name it.
    fn label_of(&self, field: &str) -> askama::Result<String> {
        if let Some(name) = attributes::in_field(field) {
            return attributes::label(self, name);
        }
        self.say(match field {
            "password" => "label-password",
            "new_password" => "label-new-password",
            "confirm_password" => "label-confirm-password",
            "recovery_code" => "label-recovery-code",
            "username" => self.identifier.label(),
            "provider_address" => "label-work-address",
            _ => "label-code",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{Brand, Identifier};
    use crate::texts::Texts;

    fn explain(problem: Problem) -> String {
        Frame::new(Texts::english(), Brand::default())
            .explain(&problem)
            .unwrap()
    }

    #[test]
    fn a_missing_value_is_named_by_its_label() {
        assert!(
            explain(Problem::at(
                "requiredAttributes[given_name]",
                Wrong::Required
            ))
            .contains("Given name")
        );
        assert!(explain(Problem::at("username", Wrong::Required)).contains("Username"));
    }

    #[test]
    fn whatever_people_sign_in_with_is_named_in_one_breath() {
        for (identifier, sentence) in [
            (Identifier::Email, "Email or password is incorrect."),
            (
                Identifier::UserNameOrEmail,
                "Username, email or password is incorrect.",
            ),
            (
                Identifier::UserNameEmailOrPhone,
                "Username, email, phone number or password is incorrect.",
            ),
        ] {
            let mut frame = Frame::new(Texts::english(), Brand::default());
            frame.identifier = identifier;
            let problem = Problem::general(Wrong::IncorrectCredentials);
            assert_eq!(frame.explain(&problem).unwrap(), sentence);
        }
    }

    #[test]
    fn values_reach_the_sentence_and_foreign_sentences_stay_as_they_are() {
        assert!(explain(Problem::general(Wrong::PasswordTooShort { min: 12 })).contains("12"));
        assert_eq!(
            explain(Problem::general(Wrong::Said("Not <today>".into()))),
            "Not <today>"
        );
    }
}
