//! Default message texts, for pools without their own.

use super::Placeholder;
use crate::message::Purpose;

/// Purpose and channel of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// A message before its placeholders are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Empty for text messages, which have none.
    pub subject: &'static str,
    /// HTML for mails, plain for text messages.
    pub body: &'static str,
}

impl MessageKind {
    pub const ALL: [MessageKind; 11] = [
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
        }
    }

    /// Whether this is a text message.
    pub fn is_sms(self) -> bool {
        use MessageKind as K;
        match self {
            K::SmsVerification
            | K::SmsForgotPassword
            | K::SmsInvitation
            | K::SmsInvitationWithoutPassword
            | K::SmsSignIn => true,
            K::EmailVerification
            | K::EmailVerificationLink
            | K::EmailForgotPassword
            | K::EmailInvitation
            | K::EmailInvitationWithoutPassword
            | K::EmailSignIn => false,
        }
    }
}

/// The default text of a message.
pub fn defaults(kind: MessageKind) -> Template {
    use MessageKind as K;
    let (subject, body) = match kind {
        K::EmailVerification => (
            "Confirm your email address",
            "Enter this code to confirm your email address: {####}",
        ),
        K::EmailVerificationLink => (
            "Confirm your email address",
            "Follow this link to confirm your email address: {##Confirm##}",
        ),
        K::EmailForgotPassword => (
            "Reset your password",
            "Enter this code to choose a new password: {####}",
        ),
        K::EmailInvitation => (
            "Your new account",
            "An account was made for you. Sign in as {username} with the temporary password {####}",
        ),
        K::EmailInvitationWithoutPassword => (
            "Your new account",
            "An account was made for you. Sign in as {username}",
        ),
        K::EmailSignIn => ("Your code to sign in", "Enter this code to sign in: {####}"),
        K::SmsVerification => ("", "Enter this code to confirm your phone number: {####}"),
        K::SmsForgotPassword => ("", "Enter this code to choose a new password: {####}"),
        K::SmsInvitation => (
            "",
            "Sign in as {username} with the temporary password {####}",
        ),
        K::SmsInvitationWithoutPassword => {
            ("", "An account was made for you. Sign in as {username}")
        }
        K::SmsSignIn => ("", "Enter this code to sign in: {####}"),
    };
    Template { subject, body }
}

#[cfg(test)]
mod tests {
    use super::super::missing;
    use super::*;

    #[test]
    fn every_default_holds_what_its_kind_needs() {
        for kind in MessageKind::ALL {
            assert_eq!(missing(defaults(kind).body, kind.needs()), [], "{kind:?}");
        }
    }

    #[test]
    fn every_default_keeps_to_the_limits_of_its_medium() {
        for kind in MessageKind::ALL {
            let Template { subject, body } = defaults(kind);
            if kind.is_sms() {
                assert!(
                    subject.is_empty() && (6..=140).contains(&body.len()),
                    "{kind:?}"
                );
            } else {
                assert!(
                    (1..=140).contains(&subject.len()) && body.len() >= 6,
                    "{kind:?}"
                );
            }
        }
    }

    #[test]
    fn no_default_reveals_a_code_in_its_subject() {
        for kind in MessageKind::ALL {
            assert_eq!(
                missing(defaults(kind).subject, &[Placeholder::Code]),
                [Placeholder::Code]
            );
        }
    }
}
