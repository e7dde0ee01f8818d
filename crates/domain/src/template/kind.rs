//! The kinds of messages.

use super::{Markup, Placeholder, Values, render};
use crate::message::Purpose;

/// Purpose and channel of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MessageKind {
    /// A confirmation code for a new user or a changed e-mail address.
    EmailVerification,
    /// The same with a link; only for new users.
    EmailVerificationLink,
    EmailForgotPassword,
    /// Welcomes a user created by an administrator, with a temporary password.
    EmailInvitation,
    /// The same for users who sign in without a password.
    EmailInvitationWithoutPassword,
    /// A code that is a second factor, or the only one.
    EmailSignIn,
    SmsVerification,
    SmsForgotPassword,
    SmsInvitation,
    SmsInvitationWithoutPassword,
    SmsSignIn,
    /// Tells that a recovery code was used.
    EmailRecoveryCode,
    SmsRecoveryCode,
    /// Tells that new recovery codes were kept.
    EmailNewRecoveryCodes,
    SmsNewRecoveryCodes,
    /// Tells that a passkey was added.
    EmailNewPasskey,
    SmsNewPasskey,
}

impl MessageKind {
    pub const ALL: [MessageKind; 17] = [
        MessageKind::EmailVerification,
        MessageKind::EmailVerificationLink,
        MessageKind::EmailForgotPassword,
        MessageKind::EmailInvitation,
        MessageKind::EmailInvitationWithoutPassword,
        MessageKind::EmailSignIn,
        MessageKind::SmsVerification,
        MessageKind::SmsForgotPassword,
        MessageKind::SmsInvitation,
        MessageKind::SmsInvitationWithoutPassword,
        MessageKind::SmsSignIn,
        MessageKind::EmailRecoveryCode,
        MessageKind::SmsRecoveryCode,
        MessageKind::EmailNewRecoveryCodes,
        MessageKind::SmsNewRecoveryCodes,
        MessageKind::EmailNewPasskey,
        MessageKind::SmsNewPasskey,
    ];

    /// Placeholders the body must contain to be of use.
    pub fn needs(self) -> &'static [Placeholder] {
        use MessageKind as K;
        match self {
            K::EmailVerification | K::EmailForgotPassword | K::EmailSignIn => &[Placeholder::Code],
            K::SmsVerification | K::SmsForgotPassword | K::SmsSignIn => &[Placeholder::Code],
            K::EmailVerificationLink => &[Placeholder::Link],
            K::EmailInvitation | K::SmsInvitation => &[Placeholder::Username, Placeholder::Code],
            K::EmailInvitationWithoutPassword | K::SmsInvitationWithoutPassword => {
                &[Placeholder::Username]
            }
            K::EmailRecoveryCode
            | K::SmsRecoveryCode
            | K::EmailNewRecoveryCodes
            | K::SmsNewRecoveryCodes
            | K::EmailNewPasskey
            | K::SmsNewPasskey => &[],
        }
    }

    /// What the message is for, whatever its medium.
    pub fn purpose(self) -> Purpose {
        use MessageKind as K;
        match self {
            K::EmailVerification | K::EmailVerificationLink | K::SmsVerification => {
                Purpose::Verification
            }
            K::EmailForgotPassword | K::SmsForgotPassword => Purpose::PasswordReset,
            K::EmailInvitation
            | K::EmailInvitationWithoutPassword
            | K::SmsInvitation
            | K::SmsInvitationWithoutPassword => Purpose::Invitation,
            K::EmailSignIn | K::SmsSignIn => Purpose::SignIn,
            K::EmailRecoveryCode
            | K::SmsRecoveryCode
            | K::EmailNewRecoveryCodes
            | K::SmsNewRecoveryCodes
            | K::EmailNewPasskey
            | K::SmsNewPasskey => Purpose::Notice,
        }
    }

    /// A subject with its placeholders replaced.
    pub fn subject(self, template: &str, values: Values<'_>) -> String {
        render(template, values, Markup::Plain)
    }

    /// A body with its placeholders replaced: HTML in mails.
    pub fn body(self, template: &str, values: Values<'_>) -> String {
        let markup = match self.is_sms() {
            true => Markup::Plain,
            false => Markup::Html,
        };
        render(template, values, markup)
    }

    /// Whether this is a text message.
    pub fn is_sms(self) -> bool {
        use MessageKind as K;
        match self {
            K::SmsVerification
            | K::SmsForgotPassword
            | K::SmsInvitation
            | K::SmsInvitationWithoutPassword
            | K::SmsSignIn
            | K::SmsRecoveryCode
            | K::SmsNewRecoveryCodes
            | K::SmsNewPasskey => true,
            K::EmailVerification
            | K::EmailVerificationLink
            | K::EmailForgotPassword
            | K::EmailInvitation
            | K::EmailInvitationWithoutPassword
            | K::EmailSignIn
            | K::EmailRecoveryCode
            | K::EmailNewRecoveryCodes
            | K::EmailNewPasskey => false,
        }
    }
}
