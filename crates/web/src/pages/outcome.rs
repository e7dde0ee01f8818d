//! Pages at the end of a sequence: signed out, confirmed, already signed in, error.

use askama::Template;

use super::frame::{Frame, Post};
use crate::texts::{Markup, Texts};

/// Signed out.
#[derive(Clone, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    pub frame: Frame,
    /// URL to sign in again, if known.
    pub sign_in_url: Option<String>,
}

/// Asks whether to sign out.
#[derive(Clone, Template)]
#[template(path = "sign_out.html")]
pub struct SignOut {
    pub frame: Frame,
    pub post: Post,
}

/// The link of a confirmation mail has confirmed the account, now or before.
#[derive(Clone, Template)]
#[template(path = "link_confirmed.html")]
pub struct LinkConfirmed {
    pub frame: Frame,
    /// Whether the account was already confirmed.
    pub already: bool,
    /// URL to sign in, if the app client has one.
    pub sign_in_url: Option<String>,
}

/// The sign-in page of a browser that is already signed in.
#[derive(Clone, Template)]
#[template(path = "continue.html")]
pub struct Continue {
    pub frame: Frame,
    /// Whether the app wishes a further step of the sign-in.
    pub further: bool,
    /// The signed-in user.
    pub username: String,
    /// The form that continues as that user.
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
            match self.further {
                true => "continue-further",
                false => "continue-as",
            },
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

/// An error, and nothing else to show.
#[derive(Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub frame: Frame,
    pub what: PageError,
    /// For the app's developer; never holds secrets.
    pub detail: Option<Detail>,
    /// The id to quote when asking for help.
    pub request_id: String,
    /// URL to try again or sign in, if there is one.
    pub retry_url: Option<String>,
    /// The redirect URL that was refused, for developers.
    pub refused: Option<Refused>,
    /// The form that signs out nevertheless.
    pub sign_out: Option<Post>,
    /// The console page with more details for operators.
    pub console_url: Option<String>,
}

/// A redirect URL in an app's request that its client has not registered.
#[derive(Clone)]
pub struct Refused {
    /// Whether it is a sign-out URL, not a callback URL.
    pub after_sign_out: bool,
    /// Name of the app client.
    pub app: String,
    pub came: String,
    /// The registered URLs.
    pub allowed: Vec<String>,
    /// The form that adds it.
    pub allow: Option<Post>,
}

/// What is wrong with an app's request, for its developer.
#[derive(Clone)]
pub enum Detail {
    /// `client_id` is missing or sent twice.
    OneClientId,
    UnknownClient,
    /// `redirect_uri` is missing or sent twice.
    OneRedirectUri,
    /// `id_token_hint` is no ID token of this pool.
    HintOfAnotherPool,
    /// `id_token_hint` was issued to another client than `client_id`.
    HintOfAnotherClient,
    /// An error code, or what another program said.
    Quoted(String),
}

impl Detail {
    /// An error code, or what another program said.
    pub fn quoted(text: impl Into<String>) -> Self {
        Self::Quoted(text.into())
    }

    /// For the log.
    pub fn in_english(&self) -> String {
        self.said(Texts::english()).unwrap_or_default()
    }

    fn said(&self, texts: Texts) -> askama::Result<String> {
        texts.say(match self {
            Self::OneClientId => "page-detail-client-id",
            Self::UnknownClient => "page-detail-unknown-client",
            Self::OneRedirectUri => "page-detail-redirect-uri",
            Self::HintOfAnotherPool => "page-detail-hint-pool",
            Self::HintOfAnotherClient => "page-detail-hint-client",
            Self::Quoted(text) => return Ok(text.clone()),
        })
    }
}

/// The problem that an error page shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PageError {
    /// The app's request has a missing or wrong parameter.
    BadRequest,
    /// The page is too old or was opened in another browser.
    Expired,
    /// There is no such page.
    NotFound,
    /// The confirmation link is wrong, used or too old.
    LinkInvalid,
    /// Only administrators create users.
    SignUpClosed,
    /// Another identity provider did not confirm who the user is.
    ProviderFailed,
    /// Too many requests.
    TooMany,
    /// A failure of the server.
    Internal,
}

impl ErrorPage {
    /// An error page with the problem and nothing more.
    pub fn new(frame: Frame, what: PageError, request_id: &str) -> Self {
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

    fn quote(&self, detail: &Detail) -> askama::Result<String> {
        detail.said(self.frame.texts)
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
            PageError::BadRequest => [
                "page-bad-request",
                "page-bad-request-why",
                "page-bad-request-do",
            ],
            PageError::Expired => ["page-expired", "page-expired-why", "page-expired-do"],
            PageError::NotFound => ["page-not-found", "page-not-found-why", "page-not-found-do"],
            PageError::LinkInvalid => [
                "page-link-invalid",
                "page-link-invalid-why",
                "page-link-invalid-do",
            ],
            PageError::SignUpClosed => [
                "page-sign-up-closed",
                "page-sign-up-closed-why",
                "page-sign-up-closed-do",
            ],
            PageError::ProviderFailed => [
                "page-provider-failed",
                "page-provider-failed-why",
                "page-provider-failed-do",
            ],
            PageError::TooMany => ["page-too-many", "page-too-many-why", "page-too-many-do"],
            PageError::Internal => ["page-internal", "page-internal-why", "page-internal-do"],
        }
    }

    fn heading(&self) -> askama::Result<String> {
        let [title, ..] = self.keys();
        self.frame.say(title)
    }

    /// Label of the button that leads to `retry_url`.
    fn button(&self) -> askama::Result<String> {
        self.frame.say(match self.what {
            PageError::LinkInvalid | PageError::SignUpClosed => "sign-in",
            PageError::Expired => "page-start-again",
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
