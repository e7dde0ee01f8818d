//! The first page most people see.

use askama::Template;

use super::field::Field;
use super::frame::{Frame, Medium, Post};
use super::passkeys::Ceremony;

/// Sign in: `username`, `password`, `signInSubmitButton`.
#[derive(Clone, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    pub frame: Frame,
    pub post: Post,
    /// The user name typed before, or the `login_hint`.
    pub username: String,
    /// Whether the form offers to recover a forgotten password.
    pub forgot: bool,
    /// Whether people can create accounts.
    pub sign_up: bool,
    /// Other identity providers of the app client.
    pub providers: Vec<Provider>,
    /// The form that finds a provider by an e-mail address.
    pub by_address: Option<Post>,
    /// Whether the app client lets the pool's own users in; else only providers show.
    pub passwords: bool,
    /// Whether the form asks for the user name alone: what to begin with is chosen on the next page.
    pub name_first: bool,
    /// The form that asks for a passkey.
    pub passkey: Option<Ceremony>,
}

/// The way to a provider that was found by an address.
#[derive(Clone, Template)]
#[template(path = "leads_to.html")]
pub struct LeadsTo {
    pub frame: Frame,
    pub provider: Provider,
}

impl LeadsTo {
    fn text(&self) -> askama::Result<String> {
        provider_text(&self.frame, &self.provider)
    }
}

/// What a person can begin with: `password`, `factor`.
#[derive(Clone, Template)]
#[template(path = "choose_first.html")]
pub struct ChooseFirst {
    pub frame: Frame,
    pub post: Post,
    /// Whether they have a password.
    pub password: bool,
    /// Whether the page offers to recover a forgotten one.
    pub forgot: bool,
    /// Whether they have a passkey.
    pub passkey: bool,
    /// The ways to get a code.
    pub codes: Vec<Medium>,
}

impl ChooseFirst {
    fn heading(&self) -> askama::Result<String> {
        self.frame.for_app("sign-in-title", "sign-in-to")
    }

    fn username(&self) -> &str {
        let account = self.frame.account.as_ref();
        account.map(|it| it.username.as_str()).unwrap_or_default()
    }

    fn password_field(&self) -> askama::Result<Field> {
        let field = self
            .frame
            .password_field("password", "label-password", None)?;
        Ok(field.focused(true))
    }

    fn choices(&self) -> askama::Result<Vec<Choice>> {
        let passkey = self
            .passkey
            .then_some(("WEB_AUTHN", "key", "first-passkey"));
        let codes = self.codes.iter().map(|medium| match medium {
            Medium::Email => ("EMAIL_OTP", "mail", "first-email"),
            Medium::Sms => ("SMS_OTP", "text", "first-text"),
        });
        let choices = passkey.into_iter().chain(codes);
        let choice = |(value, icon, text)| {
            let text = self.frame.say(text)?;
            Ok(Choice { value, icon, text })
        };
        choices.map(choice).collect()
    }
}

/// A button that chooses a first factor.
struct Choice {
    /// The API's challenge name.
    value: &'static str,
    icon: &'static str,
    text: String,
}

/// A link to another identity provider.
#[derive(Clone)]
pub struct Provider {
    /// Name in the user pool.
    pub name: String,
    /// URL that begins its sign-in.
    pub url: String,
}

impl SignIn {
    fn heading(&self) -> askama::Result<String> {
        self.frame.for_app("sign-in-title", "sign-in-to")
    }

    fn username_field(&self) -> askama::Result<Field> {
        Ok(self
            .frame
            .username_field(&self.username)?
            .offering_passkeys(self.passkey.is_some())
            .focused(self.username.is_empty() || self.name_first))
    }

    fn password_field(&self) -> askama::Result<Field> {
        let field = self
            .frame
            .password_field("password", "label-password", None)?;
        Ok(field.focused(!self.username.is_empty()))
    }

    fn provider_text(&self, provider: &Provider) -> askama::Result<String> {
        provider_text(&self.frame, provider)
    }

    fn address_field(&self) -> askama::Result<Field> {
        let field = self.frame.field("provider_address", "label-work-address")?;
        Ok(field.typed("email", "email", Some("email")))
    }
}

fn provider_text(frame: &Frame, provider: &Provider) -> askama::Result<String> {
    // Two of AWS's names are not what people know.
    let name = match provider.name.as_str() {
        "LoginWithAmazon" => frame.say("provider-amazon")?,
        "SignInWithApple" => frame.say("provider-apple")?,
        other => other.to_owned(),
    };
    let name = [("provider", name.as_str().into())];
    frame.texts.with("sign-in-with", &name)
}
