//! Sign-up and confirmation.

use askama::Template;

use super::attributes::Asked;
use super::field::Field;
use super::frame::{Delivery, Frame, Post, Resend};
use super::password::PasswordRules;
use crate::texts::Markup;

/// Sign up: `username`, `requiredAttributes[…]`, `password`, `signUpButton`.
#[derive(Clone, Template)]
#[template(path = "sign_up.html")]
pub struct SignUp {
    pub frame: Frame,
    pub post: Post,
    /// The `username` typed before; `None` if an attribute is the user name and there is no such field.
    pub username: Option<String>,
    /// Required attributes; the page puts them in reading order.
    pub attributes: Vec<Asked>,
    /// The pool's password policy.
    pub rules: PasswordRules,
    /// "Sign in" for people with an account.
    pub sign_in_url: String,
}

impl SignUp {
    fn heading(&self) -> askama::Result<String> {
        self.frame.for_app("sign-up-title", "sign-up-for")
    }

    fn username_field(&self) -> askama::Result<Option<Field>> {
        self.username
            .as_ref()
            .map(|value| Ok(self.frame.username_field(value)?.focused(value.is_empty())))
            .transpose()
    }

    fn attribute_fields(&self) -> askama::Result<Vec<Field>> {
        self.frame.attribute_fields(&self.attributes)
    }

    fn password_field(&self) -> askama::Result<Field> {
        self.frame
            .password_field("password", "label-password", Some(&self.rules))
    }

    fn agreement(&self) -> askama::Result<Option<Markup>> {
        let Some(terms) = &self.frame.brand.terms else {
            return Ok(None);
        };
        let links = [
            (
                "terms",
                Markup::link(&terms.terms_url, &self.frame.say("terms-of-use")?),
            ),
            (
                "privacy",
                Markup::link(&terms.privacy_url, &self.frame.say("privacy-policy")?),
            ),
        ];
        self.frame.texts.rich("sign-up-agreement", &links).map(Some)
    }
}

/// Confirm the account: `verification_code`.
#[derive(Clone, Template)]
#[template(path = "confirm.html")]
pub struct Confirm {
    pub frame: Frame,
    pub post: Post,
    /// Destination of the code, if known.
    pub delivery: Option<Delivery>,
    /// The form that requests another code.
    pub resend: Resend,
    /// Back to sign in.
    pub sign_in_url: String,
}
