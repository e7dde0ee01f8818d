//! The challenges that have pages.

use cabana_api::Fault;
use cabana_api::logic::sign_in::Issued;
use cabana_model::ChallengeNameType as Name;
use serde::{Deserialize, Serialize};

use super::{
    choose_factor, choose_first, choose_set_up, new_password, recovery_code, sent_code,
    set_up_address, set_up_factor, totp, web_authn,
};

/// A challenge that has a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The choice of a first factor, the password among them.
    First,
    /// A code by mail as first factor.
    FirstEmail,
    /// A code by text message as first factor.
    FirstSms,
    /// A passkey.
    Passkey,
    NewPassword,
    Totp,
    Sms,
    Email,
    Choose,
    /// An authenticator app.
    SetUp,
    SetUpText,
    SetUpEmail,
    ChooseSetUp,
    /// New recovery codes.
    RecoveryCodes,
    /// A recovery code in place of a second factor.
    Recovery,
}

impl Kind {
    pub(super) fn of(issued: &Issued) -> Result<Self, Fault> {
        // The API has one name for codes by mail.
        let is_first = !issued.available.is_empty();
        Ok(match issued.name {
            Name::SelectChallenge | Name::Password | Name::PasswordSrp => Self::First,
            Name::EmailOtp if is_first => Self::FirstEmail,
            Name::SmsOtp => Self::FirstSms,
            Name::WebAuthn => Self::Passkey,
            Name::NewPasswordRequired => Self::NewPassword,
            Name::SoftwareTokenMfa => Self::Totp,
            Name::SmsMfa => Self::Sms,
            Name::EmailOtp => Self::Email,
            Name::SelectMfaType => Self::Choose,
            // Challenges of functions and of devices do not come up on pages.
            other => return Err(Fault::internal(format!("no page for {}", other.as_str()))),
        })
    }

    /// Name of the challenge in the API.
    pub(super) fn name(self) -> Name {
        match self {
            Self::First => Name::SelectChallenge,
            Self::NewPassword => Name::NewPasswordRequired,
            Self::Totp => Name::SoftwareTokenMfa,
            Self::Sms => Name::SmsMfa,
            Self::FirstSms => Name::SmsOtp,
            Self::Passkey => Name::WebAuthn,
            Self::Email | Self::FirstEmail => Name::EmailOtp,
            Self::Choose => Name::SelectMfaType,
            // The last two are no challenges of the API.
            Self::SetUp
            | Self::SetUpText
            | Self::SetUpEmail
            | Self::ChooseSetUp
            | Self::RecoveryCodes
            | Self::Recovery => Name::MfaSetup,
        }
    }

    /// Path of the page and its form.
    pub fn path(self) -> &'static str {
        match self {
            Self::First => choose_first::PATH,
            Self::FirstEmail => sent_code::FIRST_EMAIL_PATH,
            Self::FirstSms => sent_code::FIRST_SMS_PATH,
            Self::Passkey => web_authn::PATH,
            Self::NewPassword => new_password::PATH,
            Self::Totp => totp::PATH,
            Self::Sms => sent_code::SMS_PATH,
            Self::Email => sent_code::EMAIL_PATH,
            Self::Choose => choose_factor::PATH,
            Self::SetUp => set_up_factor::PATH,
            Self::SetUpText | Self::SetUpEmail => set_up_address::PATH,
            Self::ChooseSetUp => choose_set_up::PATH,
            Self::RecoveryCodes => recovery_code::CODES_PATH,
            Self::Recovery => recovery_code::PATH,
        }
    }

    /// Whether nothing has been shown yet.
    pub(super) fn is_first(self) -> bool {
        matches!(
            self,
            Self::First | Self::FirstEmail | Self::FirstSms | Self::Passkey
        )
    }

    /// Path and field of the choice between this and other factors.
    pub(super) fn choice(self) -> (&'static str, &'static str) {
        match self.is_first() {
            true => (choose_first::PATH, choose_first::FIELD),
            false => (choose_factor::PATH, choose_factor::FIELD),
        }
    }

    /// The field that shows a wrong code.
    pub(super) fn code_field(self) -> Option<&'static str> {
        match self {
            Self::Sms | Self::Email | Self::FirstSms | Self::FirstEmail => Some(sent_code::FIELD),
            Self::Totp | Self::SetUp => Some(totp::FIELD),
            Self::Recovery => Some(recovery_code::FIELD),
            _ => None,
        }
    }

    /// The choice that sends a new code for it, if one was sent.
    pub(super) fn resend(self) -> Option<&'static str> {
        match self {
            Self::Sms => Some("SMS_MFA"),
            Self::FirstSms => Some("SMS_OTP"),
            Self::Email | Self::FirstEmail => Some("EMAIL_OTP"),
            _ => None,
        }
    }
}
