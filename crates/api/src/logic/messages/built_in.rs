//! The built-in texts of messages, from `i18n/<language>/messages.ftl`. There is English only; a language of the user or
//! the app would be chosen here.

use std::sync::LazyLock;

use cabana_domain::template::MessageKind;
use fluent_bundle::FluentArgs;

use crate::fault::Fault;
use crate::texts::Language;

const EN: &str = include_str!("../../../i18n/en/messages.ftl");

static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language::load("en", &[EN]));

/// A message before its placeholders are replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// Empty for text messages, which have none.
    pub subject: String,
    /// HTML for mails, plain for text messages.
    pub body: String,
}

/// The built-in text of a message.
///
/// # Errors
/// If the text is missing: a blank message would help nobody, and a subject alone would not carry its code.
pub fn built_in(kind: MessageKind) -> Result<Template, Fault> {
    let name = name(kind);
    let mut values = FluentArgs::new();
    values.set("code", "{####}");
    values.set("username", "{username}");
    if kind == MessageKind::EmailVerificationLink {
        let label = say("mail-link-label", None)?;
        values.set("link", format!("{{##{label}##}}"));
    }
    let subject = match kind.is_sms() {
        true => String::new(),
        false => say(&format!("{name}-subject"), None)?,
    };
    let body = say(&format!("{name}-body"), Some(&values))?;
    Ok(Template { subject, body })
}

/// The text of an operator's test mail.
///
/// # Errors
/// If the text is missing.
pub fn test_mail(url: &str) -> Result<Template, Fault> {
    let mut values = FluentArgs::new();
    values.set("url", url);
    Ok(Template {
        subject: say("mail-test-subject", None)?,
        body: say("mail-test-body", Some(&values))?,
    })
}

/// The part of a message's keys before `-subject` and `-body`.
fn name(kind: MessageKind) -> &'static str {
    use MessageKind as K;
    match kind {
        K::EmailVerification => "mail-verification",
        K::EmailVerificationLink => "mail-link",
        K::EmailForgotPassword => "mail-forgot-password",
        K::EmailInvitation => "mail-invitation",
        K::EmailInvitationWithoutPassword => "mail-invitation-without-password",
        K::EmailSignIn => "mail-sign-in",
        K::SmsVerification => "sms-verification",
        K::SmsForgotPassword => "sms-forgot-password",
        K::SmsInvitation => "sms-invitation",
        K::SmsInvitationWithoutPassword => "sms-invitation-without-password",
        K::SmsSignIn => "sms-sign-in",
        K::EmailRecoveryCode => "mail-recovery-code",
        K::SmsRecoveryCode => "sms-recovery-code",
        K::EmailNewRecoveryCodes => "mail-new-recovery-codes",
        K::SmsNewRecoveryCodes => "sms-new-recovery-codes",
        K::EmailNewPasskey => "mail-new-passkey",
        K::SmsNewPasskey => "sms-new-passkey",
    }
}

fn say(key: &str, values: Option<&FluentArgs<'_>>) -> Result<String, Fault> {
    let found = ENGLISH.say(key, values);
    found
        .unwrap_or_else(|| Err("no such text".to_owned()))
        .map_err(|why| Fault::internal(format!("text {key}: {why}")))
}

#[cfg(test)]
mod tests {
    use cabana_domain::template::{Placeholder, missing};

    use super::*;

    fn all() -> [(MessageKind, Template); 17] {
        MessageKind::ALL.map(|kind| (kind, built_in(kind).unwrap()))
    }

    #[test]
    fn messages_say_what_they_always_said() {
        let said: Vec<[String; 2]> = all().map(|(_, it)| [it.subject, it.body]).into();
        let confirm = "Confirm your email address";
        let invited = "An account was made for you. Sign in as {username}";
        assert_eq!(
            said,
            [
                [
                    confirm,
                    "Enter this code to confirm your email address: {####}"
                ],
                [
                    confirm,
                    "Follow this link to confirm your email address: {##Confirm##}"
                ],
                [
                    "Reset your password",
                    "Enter this code to choose a new password: {####}"
                ],
                [
                    "Your new account",
                    "An account was made for you. Sign in as {username} with the temporary password {####}"
                ],
                ["Your new account", invited],
                ["Your code to sign in", "Enter this code to sign in: {####}"],
                ["", "Enter this code to confirm your phone number: {####}"],
                ["", "Enter this code to choose a new password: {####}"],
                [
                    "",
                    "Sign in as {username} with the temporary password {####}"
                ],
                ["", invited],
                ["", "Enter this code to sign in: {####}"],
                [
                    "A recovery code was used",
                    "One of your recovery codes was just used to sign in to your account. If that was not you, change \
                     your password at once."
                ],
                [
                    "",
                    "One of your recovery codes was just used to sign in. If that was not you, change your password at once."
                ],
                [
                    "New recovery codes",
                    "New recovery codes for your account were just saved. If that was not you, change your password at once, \
                     and ask the people who run the app to reset your second factor."
                ],
                [
                    "",
                    "New recovery codes for your account were just saved. If that was not you, change your password at once."
                ],
                [
                    "New passkey",
                    "A passkey was just added to your account: it signs in without the password. If that was not you, ask \
                     the people who run the app to delete it, and change your password at once."
                ],
                [
                    "",
                    "A passkey was just added to your account. If that was not you, ask the people who run the app to delete it."
                ],
            ]
        );
        let test = test_mail("https://login.example.com").unwrap();
        assert_eq!(test.subject, "Test mail");
        let body = "<p>This is a test mail of the server at https://login.example.com. Its mail works.</p>";
        assert_eq!(test.body, body);
    }

    #[test]
    fn the_file_has_these_texts_and_no_other() {
        let lines = EN
            .lines()
            .filter(|line| line.starts_with(|it: char| it.is_ascii_alphabetic()));
        let mut there: Vec<&str> = lines
            .filter_map(|line| Some(line.split_once(" = ")?.0))
            .collect();
        let mut used = vec!["mail-link-label".to_owned()];
        for kind in MessageKind::ALL {
            let parts: &[&str] = if kind.is_sms() {
                &["body"]
            } else {
                &["subject", "body"]
            };
            used.extend(parts.iter().map(|part| format!("{}-{part}", name(kind))));
        }
        used.extend(["mail-test-subject".to_owned(), "mail-test-body".to_owned()]);
        there.sort_unstable();
        used.sort_unstable();
        assert_eq!(there, used);
    }

    #[test]
    fn every_message_holds_what_its_kind_needs() {
        for (kind, it) in all() {
            assert_eq!(missing(&it.body, kind.needs()), [], "{kind:?}");
        }
    }

    #[test]
    fn every_message_keeps_to_the_limits_of_its_medium() {
        for (kind, Template { subject, body }) in all() {
            let (subject, body) = (subject.chars().count(), body.chars().count());
            let fits = match kind.is_sms() {
                true => subject == 0 && (6..=140).contains(&body),
                false => (1..=140).contains(&subject) && (6..=20_000).contains(&body),
            };
            assert!(fits, "{kind:?}");
        }
    }

    #[test]
    fn no_message_reveals_a_code_in_its_subject() {
        for (_, it) in all() {
            let needed = [Placeholder::Code];
            assert_eq!(missing(&it.subject, &needed), needed);
        }
    }

    #[test]
    fn a_text_that_is_missing_or_lacks_a_value_is_a_fault() {
        assert!(say("no-such-text", None).is_err());
        assert!(say("mail-verification-body", None).is_err());
    }
}
