//! Passkeys: the prompt on the sign-in page, and the pages that ask for one of a user and that add one.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Wrong;
use super::frame::{Frame, Post};
use crate::assets;

/// The form of a ceremony. The script fills in the credential and sends it; without the script it is not shown.
#[derive(Clone, Template)]
#[template(path = "parts/passkey.html")]
pub struct Ceremony {
    pub post: Post,
    /// The options for the browser, in JSON.
    pub options: String,
    /// The label of the button.
    pub(super) button: String,
    pub(super) primary: bool,
    /// The word between this form and another one above it.
    pub(super) or: Option<String>,
    /// What to say if the browser gives no credential.
    pub(super) failed: String,
    /// What to say if the device has a passkey already.
    pub(super) known: Option<String>,
    /// What to say if the browser has no passkeys.
    pub(super) unsupported: Option<String>,
    /// Whether the last passkey was refused: the browser then offers none by itself, lest it send the same one again.
    pub(super) refused: bool,
}

impl HtmlSafe for Ceremony {}

impl Ceremony {
    /// The form that signs in.
    ///
    /// # Errors
    /// If a text is missing.
    pub fn sign_in(frame: &Frame, post: Post, options: String) -> askama::Result<Self> {
        Ok(Self {
            post,
            options,
            button: frame.say("passkey-sign-in")?,
            primary: false,
            or: Some(frame.say("sign-in-or")?),
            failed: frame.say("passkey-sign-in-failed")?,
            known: None,
            unsupported: None,
            refused: frame
                .problems
                .iter()
                .any(|it| it.wrong == Wrong::PasskeyRefused),
        })
    }

    /// The form that signs in a user who gave their name.
    ///
    /// # Errors
    /// If a text is missing.
    pub fn answer(frame: &Frame, post: Post, options: String) -> askama::Result<Self> {
        Ok(Self {
            primary: true,
            or: None,
            unsupported: Some(frame.say("passkey-unsupported")?),
            ..Self::sign_in(frame, post, options)?
        })
    }

    /// The form that adds a passkey.
    ///
    /// # Errors
    /// If a text is missing.
    pub fn add(frame: &Frame, post: Post, options: String) -> askama::Result<Self> {
        Ok(Self {
            post,
            options,
            button: frame.say("passkey-add-button")?,
            primary: true,
            or: None,
            failed: frame.say("passkey-add-failed")?,
            known: Some(frame.say("passkey-add-known")?),
            unsupported: Some(frame.say("passkey-unsupported")?),
            refused: false,
        })
    }
}

impl Frame {
    /// URL of the script of passkeys.
    pub(super) fn passkeys_url(&self) -> String {
        self.asset(&assets::PASSKEYS)
    }
}

/// Asks for a passkey of a user.
#[derive(Clone, Template)]
#[template(path = "use_passkey.html")]
pub struct UsePasskey {
    pub frame: Frame,
    pub ceremony: Ceremony,
    /// URL of the choice among the first factors.
    pub other_url: Option<String>,
}

/// Adds a passkey, or goes on without.
#[derive(Clone, Template)]
#[template(path = "add_passkey.html")]
pub struct AddPasskey {
    pub frame: Frame,
    pub ceremony: Ceremony,
    /// The form that goes on without one.
    pub later: Post,
}
