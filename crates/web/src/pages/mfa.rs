//! The second factor: setup, choice, challenge.

use askama::Template;

use super::attributes::Asked;
use super::field::Field;
use super::frame::{Delivery, Frame, Medium, Post, Resend};
use super::qr;
use crate::texts::Markup;

/// Set up an authenticator app: QR code, secret, `software_token_mfa_code`.
#[derive(Clone, Template)]
#[template(path = "totp_setup.html")]
pub struct TotpSetup {
    pub frame: Frame,
    pub post: Post,
    /// The shared secret in Base32.
    pub secret: String,
    /// The `otpauth://` address, shown as QR code and as link.
    pub uri: String,
    /// URL for another factor to set up.
    pub other_url: Option<String>,
}

impl TotpSetup {
    fn groups(&self) -> String {
        grouped(&self.secret)
    }

    fn picture(&self) -> askama::Result<qr::Picture> {
        qr::picture(&self.uri)
    }

    fn code_field(&self) -> askama::Result<Field> {
        let hint = self.frame.say("hint-totp-code")?;
        // The code is typed last here, so the page opens at its top.
        Ok(self
            .frame
            .field("software_token_mfa_code", "label-code")?
            .typed("text", "one-time-code", Some("numeric"))
            .celled(6)
            .hint(Some(hint)))
    }
}

/// Set up codes by mail or text message: the address, `requiredAttributes[email]` or `requiredAttributes[phone_number]`.
#[derive(Clone, Template)]
#[template(path = "address_setup.html")]
pub struct AddressSetup {
    pub frame: Frame,
    pub post: Post,
    pub medium: Medium,
    /// The address typed before.
    pub typed: String,
    /// URL for another factor to set up.
    pub other_url: Option<String>,
}

impl AddressSetup {
    fn heading(&self) -> askama::Result<String> {
        self.frame.say(match self.medium {
            Medium::Email => "address-setup-title-email",
            Medium::Sms => "address-setup-title-text",
        })
    }

    fn fields(&self) -> askama::Result<Vec<Field>> {
        let name = match self.medium {
            Medium::Email => "email",
            Medium::Sms => "phone_number",
        };
        self.frame.attribute_fields(&[Asked {
            name: name.to_owned(),
            value: self.typed.clone(),
            identifies: false,
        }])
    }
}

/// New recovery codes, to be kept: `kept`, or `go` for later.
#[derive(Clone, Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodes {
    pub frame: Frame,
    pub post: Post,
    pub codes: Vec<String>,
}

impl RecoveryCodes {
    fn text(&self) -> String {
        self.codes.join("\n")
    }
}

/// A secret in groups of four, easier to type.
pub fn grouped(secret: &str) -> String {
    let chars: Vec<char> = secret.chars().collect();
    chars
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Answer a challenge with a code.
#[derive(Clone, Template)]
#[template(path = "code_challenge.html")]
pub struct CodeChallenge {
    pub frame: Frame,
    pub post: Post,
    /// The factor.
    pub kind: CodeKind,
    /// URL for another factor.
    pub other_url: Option<String>,
}

/// Source of the code in a challenge. It decides the name of the field.
#[derive(Clone)]
pub enum CodeKind {
    /// An authenticator app: `software_token_mfa_code`.
    Totp,
    /// A message: `authentication_code`.
    Sent(Delivery, Option<Resend>),
    /// Kept by the person: `recovery_code`.
    Recovery,
}

impl CodeChallenge {
    fn heading(&self) -> askama::Result<String> {
        self.frame.say(match &self.kind {
            CodeKind::Totp => "totp-title",
            CodeKind::Recovery => "recovery-title",
            CodeKind::Sent(delivery, _) if delivery.medium == Medium::Email => "code-title-email",
            CodeKind::Sent(..) => "code-title-text",
        })
    }

    fn intro(&self) -> askama::Result<Markup> {
        match &self.kind {
            CodeKind::Totp => self.of_app("totp-intro"),
            CodeKind::Recovery => self.of_app("recovery-intro"),
            CodeKind::Sent(delivery, _) => self.frame.delivered(delivery),
        }
    }

    fn of_app(&self, key: &str) -> askama::Result<Markup> {
        let app = Markup::strong(&self.frame.brand.name);
        self.frame.texts.rich(key, &[("app", app)])
    }

    fn code_field(&self) -> askama::Result<Field> {
        match &self.kind {
            CodeKind::Totp => self.frame.code_field("software_token_mfa_code", 6),
            CodeKind::Recovery => Ok(self
                .frame
                .field("recovery_code", "label-recovery-code")?
                .typed("text", "off", None)
                .focused(true)),
            // Codes by mail have eight digits, as Cognito's.
            CodeKind::Sent(delivery, _) => {
                let digits = if delivery.medium == Medium::Email {
                    8
                } else {
                    6
                };
                self.frame.code_field("authentication_code", digits)
            }
        }
    }

    fn is_sent(&self) -> bool {
        matches!(self.kind, CodeKind::Sent(..))
    }

    fn resend(&self) -> Option<&Resend> {
        match &self.kind {
            CodeKind::Sent(_, resend) => resend.as_ref(),
            CodeKind::Totp | CodeKind::Recovery => None,
        }
    }
}

/// Choose a factor: one button each, `mfa_choice`.
#[derive(Clone, Template)]
#[template(path = "choose_factor.html")]
pub struct ChooseFactor {
    pub frame: Frame,
    pub post: Post,
    pub purpose: Purpose,
    /// In the order shown.
    pub factors: Vec<Factor>,
}

/// Purpose of the choice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To continue signing in.
    SignIn,
    /// To set one up, because the pool requires it.
    SetUp,
}

/// A second factor. Its `mfa_choice` is the API's challenge name.
#[derive(Clone)]
pub enum Factor {
    /// `SOFTWARE_TOKEN_MFA`.
    Totp,
    /// `SMS_MFA`, with the masked number if one is known.
    Sms(Option<String>),
    /// `EMAIL_OTP`, with the masked address if one is known.
    Email(Option<String>),
    /// `RECOVERY_CODE`.
    Recovery,
}

impl ChooseFactor {
    fn heading(&self) -> askama::Result<String> {
        self.frame.say(if self.purpose == Purpose::SignIn {
            "choose-title"
        } else {
            "choose-set-up-title"
        })
    }

    fn intro(&self) -> askama::Result<String> {
        self.frame.say(if self.purpose == Purpose::SignIn {
            "choose-intro"
        } else {
            "choose-set-up-intro"
        })
    }

    fn choice(&self, factor: &Factor) -> askama::Result<Choice> {
        let (value, title, icon, detail) = match factor {
            Factor::Totp => ("SOFTWARE_TOKEN_MFA", "factor-totp", "phone", None),
            Factor::Sms(to) => ("SMS_MFA", "factor-text", "text", to.as_deref()),
            Factor::Email(to) => ("EMAIL_OTP", "factor-email", "mail", to.as_deref()),
            Factor::Recovery => ("RECOVERY_CODE", "factor-recovery", "key", None),
        };
        let detail = match (factor, detail) {
            (_, Some(to)) => self
                .frame
                .texts
                .with("factor-sent-to", &[("destination", to.into())])?,
            (Factor::Totp, None) => self.frame.say("factor-totp-detail")?,
            (Factor::Recovery, None) => self.frame.say("factor-recovery-detail")?,
            (_, None) => self.frame.say("factor-sent")?,
        };
        Ok(Choice {
            value,
            icon,
            title: self.frame.say(title)?,
            detail,
        })
    }
}

struct Choice {
    value: &'static str,
    icon: &'static str,
    title: String,
    detail: String,
}
