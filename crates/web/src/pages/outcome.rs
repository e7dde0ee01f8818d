//! Pages that end something: signed out, confirmed, already signed in, gone wrong.

use askama::Template;

use super::frame::{Frame, Post};
use crate::texts::Markup;

/// Signed out.
#[derive(Clone, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    pub frame: Frame,
    /// Where to sign in again, if that is known.
    pub sign_in_url: Option<String>,
}

/// Asks whether to sign out.
#[derive(Clone, Template)]
#[template(path = "sign_out.html")]
pub struct SignOut {
    pub frame: Frame,
    pub post: Post,
}

/// The link of a confirmation mail worked, now or before.
#[derive(Clone, Template)]
#[template(path = "link_confirmed.html")]
pub struct LinkConfirmed {
    pub frame: Frame,
    /// Whether the account was confirmed before.
    pub already: bool,
    /// Where to sign in, if the app client has a page.
    pub sign_in_url: Option<String>,
}

/// A browser that is signed in already comes to the sign-in page.
#[derive(Clone, Template)]
#[template(path = "continue.html")]
pub struct Continue {
    pub frame: Frame,
    /// Who is signed in.
    pub username: String,
    /// The form that goes on as that user.
    pub post: Post,
    /// The sign-in page for another account.
    pub other_url: String,
}

impl LinkConfirmed {
    fn text(&self) -> askama::Result<String> {
        self.frame.say(match self.already {
            true => "link-confirmed-before",
            false => "link-confirmed-text",
        })
    }
}

impl Continue {
    fn sentence(&self) -> askama::Result<Markup> {
        self.frame.texts.rich(
            "continue-as",
            &[("username", Markup::strong(&self.username))],
        )
    }

    fn button(&self) -> askama::Result<String> {
        self.frame.texts.with(
            "continue-button",
            &[("username", self.username.as_str().into())],
        )
    }
}

/// Nothing can be shown but what went wrong.
#[derive(Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub frame: Frame,
    pub what: Mishap,
    /// For whoever builds the app, such as `redirect_uri is not registered`; never holds secrets.
    pub detail: Option<String>,
    /// What to name when asking for help.
    pub request_id: String,
    /// Where to try again or sign in, if there is such a place.
    pub retry_url: Option<String>,
    /// The address that was refused, for developers.
    pub refused: Option<Refused>,
    /// The form that signs out all the same.
    pub sign_out: Option<Post>,
    /// The page that shows operators more.
    pub console_url: Option<String>,
}

/// An address that an app named and its client has not registered.
#[derive(Clone)]
pub struct Refused {
    /// Whether it is one to go to after signing out, not after signing in.
    pub after_sign_out: bool,
    /// Name of the app client.
    pub app: String,
    pub came: String,
    /// The addresses that are registered.
    pub allowed: Vec<String>,
    /// The form that registers it.
    pub allow: Option<Post>,
}

/// What went wrong with a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// The app sent the browser here with something missing or wrong.
    BadRequest,
    /// The page is too old or was opened in another browser.
    Expired,
    /// There is no such page.
    NotFound,
    /// The confirmation link is wrong, used or too old.
    LinkInvalid,
    /// Only administrators create users.
    SignUpClosed,
    /// Another identity provider did not say who it is.
    ProviderFailed,
    /// Too many requests.
    TooMany,
    /// Our fault.
    Internal,
}

impl ErrorPage {
    /// A page that says what went wrong and nothing more.
    pub fn new(frame: Frame, what: Mishap, request_id: &str) -> Self {
        Self {
            frame,
            what,
            detail: None,
            request_id: request_id.to_owned(),
            retry_url: None,
            refused: None,
            sign_out: None,
            console_url: None,
        }
    }

    fn allowed(&self, refused: &Refused) -> askama::Result<String> {
        let key = match refused.after_sign_out {
            true => "page-allowed-sign-out",
            false => "page-allowed-callback",
        };
        let app = [("app", refused.app.as_str().into())];
        self.frame.texts.with(key, &app)
    }

    fn allow_warning(&self, refused: &Refused) -> askama::Result<String> {
        self.frame.say(match refused.after_sign_out {
            true => "page-allow-warning-sign-out",
            false => "page-allow-warning",
        })
    }

    fn allow_button(&self, refused: &Refused) -> askama::Result<String> {
        let app = [("app", refused.app.as_str().into())];
        self.frame.texts.with("page-allow", &app)
    }

    /// Title, explanation, advice.
    fn keys(&self) -> [&'static str; 3] {
        match self.what {
            Mishap::BadRequest => [
                "page-bad-request",
                "page-bad-request-why",
                "page-bad-request-do",
            ],
            Mishap::Expired => ["page-expired", "page-expired-why", "page-expired-do"],
            Mishap::NotFound => ["page-not-found", "page-not-found-why", "page-not-found-do"],
            Mishap::LinkInvalid => [
                "page-link-invalid",
                "page-link-invalid-why",
                "page-link-invalid-do",
            ],
            Mishap::SignUpClosed => [
                "page-sign-up-closed",
                "page-sign-up-closed-why",
                "page-sign-up-closed-do",
            ],
            Mishap::ProviderFailed => [
                "page-provider-failed",
                "page-provider-failed-why",
                "page-provider-failed-do",
            ],
            Mishap::TooMany => ["page-too-many", "page-too-many-why", "page-too-many-do"],
            Mishap::Internal => ["page-internal", "page-internal-why", "page-internal-do"],
        }
    }

    fn heading(&self) -> askama::Result<String> {
        let [title, ..] = self.keys();
        self.frame.say(title)
    }

    /// What the button at `retry_url` says.
    fn button(&self) -> askama::Result<String> {
        self.frame.say(match self.what {
            Mishap::LinkInvalid | Mishap::SignUpClosed => "sign-in",
            Mishap::Expired => "page-start-again",
            _ => "page-retry",
        })
    }

    fn explanation(&self) -> askama::Result<String> {
        let [_, why, _] = self.keys();
        self.frame.say(why)
    }

    fn advice(&self) -> askama::Result<String> {
        let [.., advice] = self.keys();
        self.frame.say(advice)
    }
}
