//! Forgotten, reset and temporary passwords.

use askama::Template;

use super::attributes::Asked;
use super::field::{Field, Rule};
use super::frame::{Delivery, Frame, Post, Resend};
use crate::texts::{Markup, Texts};

/// The pool's password policy.
#[derive(Clone)]
pub struct PasswordRules {
    pub min_length: u32,
    pub uppercase: bool,
    pub lowercase: bool,
    pub number: bool,
    pub symbol: bool,
    /// Number of previous passwords that cannot be reused; 0 for none.
    pub history: u32,
}

impl PasswordRules {
    /// The rules as a list, in the order they are checked.
    pub(super) fn lines(&self, texts: Texts) -> askama::Result<Vec<Rule>> {
        let length = texts.with("rule-length", &[("min", self.min_length.into())])?;
        let mut lines = vec![Rule {
            check: Some("length"),
            text: length,
        }];
        let kinds = [
            (self.uppercase, "upper", "rule-uppercase"),
            (self.lowercase, "lower", "rule-lowercase"),
            (self.number, "number", "rule-number"),
            (self.symbol, "symbol", "rule-symbol"),
        ];
        for (_, check, key) in kinds.into_iter().filter(|(wanted, ..)| *wanted) {
            lines.push(Rule {
                check: Some(check),
                text: texts.say(key)?,
            });
        }
        if self.history > 0 {
            lines.push(Rule {
                check: None,
                text: texts.with("rule-history", &[("count", self.history.into())])?,
            });
        }
        Ok(lines)
    }

    /// The rules for password managers.
    pub(super) fn attribute(&self) -> String {
        let classes = [
            (self.uppercase, "required: upper;"),
            (self.lowercase, "required: lower;"),
            (self.number, "required: digit;"),
            (self.symbol, "required: [-!#$%&*+=?@^_];"),
        ];
        let classes = classes
            .into_iter()
            .filter(|(wanted, _)| *wanted)
            .map(|(_, class)| class);
        std::iter::once(format!("minlength: {};", self.min_length))
            .chain(classes.map(str::to_owned))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Ask for a code to reset a forgotten password: `username`, `reset_my_password`.
#[derive(Clone, Template)]
#[template(path = "forgot.html")]
pub struct Forgot {
    pub frame: Frame,
    pub post: Post,
    /// The user name typed before or on the sign-in page.
    pub username: String,
    /// Back to sign in.
    pub sign_in_url: String,
}

/// Choose a new password with the code that was sent: `verification_code`, `new_password`, `confirm_password`.
#[derive(Clone, Template)]
#[template(path = "reset.html")]
pub struct Reset {
    pub frame: Frame,
    pub post: Post,
    /// Destination of the code, if the page may show it.
    pub delivery: Option<Delivery>,
    /// The user, for password managers; not shown.
    pub username: String,
    pub rules: PasswordRules,
    /// The form that requests another code.
    pub resend: Resend,
    /// Back to sign in.
    pub sign_in_url: String,
}

/// Replace a temporary password on the first sign-in: `new_password`, `confirm_password`, `requiredAttributes[…]`.
#[derive(Clone, Template)]
#[template(path = "new_password.html")]
pub struct NewPassword {
    pub frame: Frame,
    pub post: Post,
    /// The user who signs in.
    pub username: String,
    pub rules: PasswordRules,
    /// Required attributes that are still missing; the page puts them in reading order.
    pub attributes: Vec<Asked>,
}

impl Forgot {
    fn username_field(&self) -> askama::Result<Field> {
        Ok(self.frame.username_field(&self.username)?.focused(true))
    }
}

impl Reset {
    fn code_field(&self) -> askama::Result<Field> {
        self.frame.code_field("verification_code", 6)
    }

    fn new_fields(&self) -> askama::Result<[Field; 2]> {
        new_fields(&self.frame, &self.rules)
    }
}

impl NewPassword {
    fn new_fields(&self) -> askama::Result<[Field; 2]> {
        let [new, again] = new_fields(&self.frame, &self.rules)?;
        Ok([new.focused(true), again])
    }

    fn attribute_fields(&self) -> askama::Result<Vec<Field>> {
        self.frame.attribute_fields(&self.attributes)
    }

    fn intro(&self) -> askama::Result<Markup> {
        self.frame.texts.rich(
            "new-password-intro",
            &[("username", Markup::strong(&self.username))],
        )
    }
}

fn new_fields(frame: &Frame, rules: &PasswordRules) -> askama::Result<[Field; 2]> {
    Ok([
        frame.password_field("new_password", "label-new-password", Some(rules))?,
        frame.password_field("confirm_password", "label-confirm-password", None)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_policy_demands_is_listed() {
        let rules = PasswordRules {
            min_length: 10,
            uppercase: true,
            lowercase: false,
            number: false,
            symbol: true,
            history: 3,
        };
        let lines = rules.lines(Texts::english()).unwrap();
        let checks: Vec<_> = lines.iter().map(|line| line.check).collect();
        assert_eq!(
            checks,
            [Some("length"), Some("upper"), Some("symbol"), None]
        );
        assert!(lines[0].text.contains("10") && lines[3].text.contains('3'));
        assert_eq!(
            rules.attribute(),
            "minlength: 10; required: upper; required: [-!#$%&*+=?@^_];"
        );
    }
}
