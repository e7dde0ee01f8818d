//! The texts of messages: the pool's own, or the built-in ones.

use cabana_api::logic::messages;
use cabana_domain::template::MessageKind as Kind;
use cabana_model::{DefaultEmailOptionType, GetUserPoolMfaConfigResponse, UserPoolType};

use crate::desk::Desk;
use crate::form::Form;
use crate::pool_head::PoolHead;
use crate::settings::panel::{Cell, Panel};

/// A field for a message's text.
#[derive(Clone, Copy)]
pub struct Text {
    pub field: &'static str,
    /// Kind of message, whose built-in text is used if the pool has none.
    pub kind: Kind,
    pub part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Subject,
    Body,
}

/// A placeholder that a text must contain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Code,
    Username,
    Link,
}

impl Need {
    fn is_in(self, text: &str) -> bool {
        match self {
            Self::Code => text.contains("{####}"),
            Self::Username => text.contains("{username}"),
            Self::Link => text
                .split_once("{##")
                .is_some_and(|(_, rest)| !rest.starts_with("##}") && rest.contains("##}")),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Code => "The message must contain {####}, the place of the code or password.",
            Self::Username => "The message must contain {username}, the place of the user name.",
            Self::Link => {
                "The message must contain a link with your own words, such as {##Verify Email##}."
            }
        }
    }
}

impl Text {
    pub const fn subject(field: &'static str, kind: Kind) -> Self {
        let part = Part::Subject;
        Self { field, kind, part }
    }

    pub const fn body(field: &'static str, kind: Kind) -> Self {
        let part = Part::Body;
        Self { field, kind, part }
    }

    fn built_in(self) -> String {
        // Never missing, as the tests of `api` know.
        let built_in = messages::built_in(self.kind).unwrap_or_default();
        match self.part {
            Part::Subject => built_in.subject,
            Part::Body => built_in.body,
        }
    }

    /// The pool's own text, or the built-in one.
    pub fn shown(self, own: Option<&String>) -> String {
        own.cloned().unwrap_or_else(|| self.built_in())
    }

    /// Puts the text into the form.
    pub fn fill(self, form: Form, own: Option<&String>) -> Form {
        form.with(self.field, self.shown(own))
    }

    /// Reads the text from the form and checks it; `None` if it is empty or the built-in text.
    pub fn read(self, form: &mut Form, needs: &[Need]) -> Option<String> {
        let entered = form
            .given(self.field)
            .map(|text| text.replace("\r\n", "\n"));
        let text = entered.filter(|text| *text != self.built_in())?;
        let length = text.chars().count();
        let range = match (self.part, self.kind.is_sms()) {
            (Part::Subject, _) => 1..=140,
            (Part::Body, true) => 6..=140,
            (Part::Body, false) => 6..=20_000,
        };
        if !range.contains(&length) {
            let (least, most) = (range.start(), range.end());
            let words = format!("Enter {least} to {most} characters. This text has {length}.");
            form.add_problem(self.field, words);
        }
        if let Some(need) = needs.iter().find(|need| !need.is_in(&text)) {
            form.add_problem(self.field, need.words());
        }
        Some(text)
    }
}

/// Panel with a pool's message texts.
pub fn panel(desk: &Desk, head: &PoolHead, factors: &GetUserPoolMfaConfigResponse) -> Panel {
    let may = !desk.operator.read_only;
    let line = |name: &'static str, rest: &str, subject: Cell, mail: Cell, sms: Cell| {
        let name = if may {
            let (text, url) = (name.to_owned(), head.url(rest));
            Cell::Link { text, url }
        } else {
            name.into()
        };
        vec![name, subject, mail, sms]
    };
    let (subject, mail, sms) = verification(&head.pool);
    let mut lines = vec![line(
        "Verification",
        "/messaging/verification",
        subject.into(),
        Cell::Long(mail),
        Cell::Long(sms),
    )];
    let (subject, mail, sms) = invitation(&head.pool);
    lines.push(line(
        "Invitation",
        "/messaging/invitation",
        subject.into(),
        Cell::Long(mail),
        Cell::Long(sms),
    ));
    let email = factors.email_mfa_configuration.as_ref();
    let sms = factors.sms_mfa_configuration.as_ref();
    if email.is_some() || sms.is_some() {
        let text = |text: Option<String>| text.map_or(Cell::Nothing, Cell::Long);
        let subject = email.map(|it| SIGN_IN_SUBJECT.shown(it.subject.as_ref()));
        let body = email.map(|it| SIGN_IN.shown(it.message.as_ref()));
        let sms = sms.map(|it| SIGN_IN_SMS.shown(it.sms_authentication_message.as_ref()));
        lines.push(line(
            "MFA",
            "/messaging/mfa",
            subject.unwrap_or_default().into(),
            text(body),
            text(sms),
        ));
    }
    Panel::new("templates", "Message templates")
        .lead("The texts of messages to people. Choose one to change it.")
        .table(
            &["Message", "Email subject", "Email message", "SMS message"],
            lines,
            "",
        )
        .hide_when_narrow(&["Email message", "SMS message"])
}

pub const CODE_SUBJECT: Text = Text::subject("subject", Kind::EmailVerification);
pub const CODE: Text = Text::body("message", Kind::EmailVerification);
pub const LINK_SUBJECT: Text = Text::subject("link_subject", Kind::EmailVerificationLink);
pub const LINK: Text = Text::body("link_message", Kind::EmailVerificationLink);
pub const CODE_SMS: Text = Text::body("sms", Kind::SmsVerification);
pub const INVITATION_SUBJECT: Text = Text::subject("subject", Kind::EmailInvitation);
pub const INVITATION: Text = Text::body("message", Kind::EmailInvitation);
pub const INVITATION_SMS: Text = Text::body("sms", Kind::SmsInvitation);
pub const SIGN_IN_SUBJECT: Text = Text::subject("subject", Kind::EmailSignIn);
pub const SIGN_IN: Text = Text::body("message", Kind::EmailSignIn);
pub const SIGN_IN_SMS: Text = Text::body("sms", Kind::SmsSignIn);

/// Whether new users confirm their account with a link rather than a code.
pub fn is_by_link(pool: &UserPoolType) -> bool {
    let template = pool.verification_message_template.as_ref();
    template.and_then(|it| it.default_email_option) == Some(DefaultEmailOptionType::ConfirmWithLink)
}

fn verification(pool: &UserPoolType) -> (String, String, String) {
    let own = pool
        .verification_message_template
        .clone()
        .unwrap_or_default();
    let (subject, body) = if is_by_link(pool) {
        (
            LINK_SUBJECT.shown(own.email_subject_by_link.as_ref()),
            LINK.shown(own.email_message_by_link.as_ref()),
        )
    } else {
        let older = pool.email_verification_message.as_ref();
        (
            CODE_SUBJECT.shown(own.email_subject.as_ref()),
            CODE.shown(own.email_message.as_ref().or(older)),
        )
    };
    (subject, body, CODE_SMS.shown(own.sms_message.as_ref()))
}

fn invitation(pool: &UserPoolType) -> (String, String, String) {
    let config = pool.admin_create_user_config.as_ref();
    let own = config.and_then(|it| it.invite_message_template.clone());
    let own = own.unwrap_or_default();
    (
        INVITATION_SUBJECT.shown(own.email_subject.as_ref()),
        INVITATION.shown(own.email_message.as_ref()),
        INVITATION_SMS.shown(own.sms_message.as_ref()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, entered: &str, needs: &[Need]) -> (Option<String>, bool) {
        let mut form = Form::default()
            .with("message", entered)
            .with("sms", entered);
        let which = if text == "sms" { CODE_SMS } else { CODE };
        let read = which.read(&mut form, needs);
        (read, form.is_fine())
    }

    #[test]
    fn the_built_in_text_is_not_stored() {
        let built_in = CODE.built_in();
        assert_eq!(read("mail", &built_in, &[Need::Code]), (None, true));
        assert_eq!(read("mail", "  ", &[Need::Code]), (None, true));
        let own = "Code: {####}\nBye";
        let sent = "Code: {####}\r\nBye";
        assert_eq!(
            read("mail", sent, &[Need::Code]),
            (Some(own.to_owned()), true)
        );
    }

    #[test]
    fn a_text_without_its_placeholder_or_too_long_is_told() {
        assert!(!read("mail", "no code in here", &[Need::Code]).1);
        assert!(!read("mail", "{####}", &[Need::Code, Need::Username]).1);
        assert!(
            !read(
                "sms",
                &format!("{{####}}{}", "x".repeat(140)),
                &[Need::Code]
            )
            .1
        );
        assert!(Need::Link.is_in("a {##b##} c"));
        assert!(!Need::Link.is_in("a {####} c") && !Need::Link.is_in("a {##b c"));
    }
}
