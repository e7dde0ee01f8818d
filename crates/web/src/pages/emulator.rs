//! The emulator's own pages: start, inbox, demo app. They are for developers and exist only in the emulator.

use askama::Template;
use cabana_domain::template::plain_text;

use super::frame::{Frame, Medium, Moment, Post};
use crate::texts::Markup;

/// The links at the top of every page of the emulator.
#[derive(Clone)]
pub struct Nav {
    pub start_url: String,
    pub inbox_url: String,
    pub demo_url: String,
    pub console_url: Option<String>,
}

/// The current page among them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    Start,
    Inbox,
    Demo,
}

/// Every message, newest first.
#[derive(Clone, Template)]
#[template(path = "emulator/inbox.html")]
pub struct Inbox {
    pub frame: Frame,
    pub nav: Nav,
    pub messages: Vec<InboxLine>,
    /// The form that empties the inbox.
    pub empty: Post,
}

/// A message in the list.
#[derive(Clone)]
pub struct InboxLine {
    /// URL of the message.
    pub url: String,
    pub medium: Medium,
    pub to: String,
    /// The subject of a mail, or the beginning of a text message.
    pub subject: String,
    /// The code in it, if any.
    pub code: Option<String>,
    pub sent_at: Moment,
}

/// One message.
#[derive(Clone, Template)]
#[template(path = "emulator/message.html")]
pub struct Message {
    pub frame: Frame,
    pub nav: Nav,
    pub medium: Medium,
    pub to: String,
    pub subject: Option<String>,
    pub sent_at: Moment,
    pub pool_id: String,
    /// The body as sent; mails are HTML.
    pub body: String,
    pub code: Option<String>,
    pub link: Option<String>,
}

/// The start page: what the server offers and how to point programs at it.
#[derive(Clone, Template)]
#[template(path = "emulator/landing.html")]
pub struct Landing {
    pub frame: Frame,
    pub nav: Nav,
    pub version: String,
    /// The public URL.
    pub endpoint: String,
    pub region: String,
    pub pool_id: String,
    pub client_id: String,
    pub discovery_url: String,
    pub jwks_url: String,
    /// The inbox as JSON.
    pub messages_url: String,
    /// Lines that run the functions of all pools; empty if there are none.
    pub functions: String,
    /// The demo user's name and password, if there is one.
    pub demo_user: Option<(String, String)>,
}

/// The demo app before signing in.
#[derive(Clone, Template)]
#[template(path = "emulator/demo_start.html")]
pub struct DemoStart {
    pub frame: Frame,
    pub nav: Nav,
    pub sign_in_url: String,
    pub demo_user: Option<(String, String)>,
}

/// The demo app after signing in.
#[derive(Clone, Template)]
#[template(path = "emulator/demo_home.html")]
pub struct DemoHome {
    pub frame: Frame,
    pub nav: Nav,
    /// Display name of the user.
    pub name: String,
    /// The claims of the ID token, in the order shown; values as JSON unless they are strings.
    pub claims: Vec<(String, String)>,
    /// The ID token itself.
    pub id_token: String,
    pub sign_out_url: String,
}

/// A piece of code to copy.
struct Snippet {
    id: &'static str,
    title: String,
    code: String,
}

impl Inbox {
    fn here(&self) -> Here {
        Here::Inbox
    }
}

impl Message {
    fn here(&self) -> Here {
        Here::Inbox
    }

    fn heading(&self) -> askama::Result<String> {
        match self
            .subject
            .as_deref()
            .filter(|subject| !subject.is_empty())
        {
            Some(subject) => Ok(subject.to_owned()),
            None => self.frame.say("message-text"),
        }
    }

    fn readable(&self) -> String {
        match self.medium {
            Medium::Email => plain_text(&self.body),
            Medium::Sms => self.body.clone(),
        }
    }
}

impl DemoStart {
    fn here(&self) -> Here {
        Here::Demo
    }

    fn demo_user_text(&self, username: &str, password: &str) -> askama::Result<Markup> {
        let values = [
            ("username", Markup::strong(username)),
            ("password", Markup::strong(password)),
        ];
        self.frame.texts.rich("demo-user", &values)
    }
}

impl DemoHome {
    fn here(&self) -> Here {
        Here::Demo
    }

    fn heading(&self) -> askama::Result<String> {
        self.frame
            .texts
            .with("demo-signed-in", &[("name", self.name.as_str().into())])
    }
}

impl Landing {
    fn here(&self) -> Here {
        Here::Start
    }

    fn demo_user_text(&self, username: &str, password: &str) -> askama::Result<Markup> {
        let values = [
            ("username", Markup::strong(username)),
            ("password", Markup::strong(password)),
        ];
        self.frame.texts.rich("landing-demo-user", &values)
    }

    fn commands(&self) -> askama::Result<Markup> {
        let commands = [
            ("env", Markup::code("cabana env")),
            ("librechat", Markup::code("cabana env librechat")),
        ];
        self.frame.texts.rich("landing-commands", &commands)
    }

    fn snippets(&self) -> askama::Result<[Snippet; 3]> {
        let Self {
            endpoint, region, ..
        } = self;
        let env = format!(
            "export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={endpoint}\nexport AWS_REGION={region}\n\
             export AWS_ACCESS_KEY_ID=local\nexport AWS_SECRET_ACCESS_KEY=local"
        );
        let cli = format!("aws cognito-idp list-users --user-pool-id {}", self.pool_id);
        let js = format!(
            "new CognitoIdentityProviderClient({{\n  endpoint: \"{endpoint}\",\n  region: \"{region}\",\n  \
             credentials: {{ accessKeyId: \"local\", secretAccessKey: \"local\" }},\n}});"
        );
        Ok([
            Snippet {
                id: "env",
                title: self.frame.say("landing-env")?,
                code: env,
            },
            Snippet {
                id: "cli",
                title: self.frame.say("landing-cli")?,
                code: cli,
            },
            Snippet {
                id: "js",
                title: self.frame.say("landing-js")?,
                code: js,
            },
        ])
    }
}
