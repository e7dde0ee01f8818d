//! Walks through the pages with a name, and the responses on the way.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_store::seal::Purpose;
use cabana_testkit::{Cost, TestApp, TestClient, Work};
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop};

/// Placeholder for the name in input and output.
pub const NAME: &str = "<the name>";

/// Values by field.
pub type Fields = &'static [(&'static str, &'static str)];

/// A stranger's action.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Opens a page, with these parameters in addition to the app's request.
    Open(&'static str, Fields),
    /// Fills in the form with these fields on the previous page.
    Fill(Fields),
    /// Posts a form of the stranger's own making there, with the previous page's token.
    Send(&'static str, Fields),
}

/// Kinds of pools: the names that people sign in with, and later changes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Names,
    Aliases,
    Addresses,
    /// SRP was switched off.
    WithoutSrp,
    /// The server can no longer send mail.
    WithoutMail,
}

/// The response to a step, and its cost.
#[derive(Debug, PartialEq)]
pub struct Seen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub cost: Cost,
}

pub struct Stage {
    pub shop: Shop,
    kind: Kind,
    work: &'static Work,
}

impl Stage {
    pub async fn set(kind: Kind, confidential: bool, work: &'static Work) -> Self {
        let settings = match kind {
            Kind::Names | Kind::WithoutSrp | Kind::WithoutMail => json!({}),
            Kind::Aliases => json!({ "AliasAttributes": ["email", "preferred_username"] }),
            Kind::Addresses => json!({ "UsernameAttributes": ["email"] }),
        };
        let client = json!({ "GenerateSecret": confidential });
        let shop = Shop::empty(Arc::new(TestApp::new()), settings, client).await;
        Self { shop, kind, work }
    }

    /// A name of the pool's kind that is not a word of any page.
    pub fn name(&self, name: &str) -> String {
        match self.kind {
            Kind::Addresses => format!("zq-{name}@example.com"),
            _ => format!("zq-{name}"),
        }
    }

    /// A user in each state; afterwards makes the change of the pool or server.
    pub async fn people(&mut self) -> [String; 5] {
        let Shop { app, pool, .. } = &self.shop;
        let client = TestClient {
            id: self.shop.client.clone(),
            secret: self.shop.secret.clone(),
        };
        let name = |name: &str| self.name(name);
        let people = app.in_every_state(pool, &client, PASSWORD, name).await;
        match self.kind {
            Kind::Names | Kind::Aliases | Kind::Addresses => {}
            Kind::WithoutSrp => {
                let update = json!({ "UserPoolId": pool, "UserPoolTags": { "cabana:srp": "off" },
                    "AutoVerifiedAttributes": ["email"] });
                app.ok("UpdateUserPool", update).await;
            }
            Kind::WithoutMail => {
                let app = Arc::get_mut(&mut self.shop.app).unwrap();
                let api = Arc::get_mut(&mut app.api).unwrap();
                api.settings.transports.email = false;
            }
        }
        people
    }

    /// Takes all steps in a new browser.
    pub async fn walk(&self, steps: &[Step], name: &str) -> Vec<Seen> {
        let browser = self.shop.browser();
        let mut seen = Vec::new();
        let mut last: Option<Page> = None;
        for step in steps {
            let before = self.work.now();
            let mut page = self.take(*step, &browser, last.as_ref(), name).await;
            seen.push(self.blind(&page, name, self.work.since(&before)));
            // A form leads to a page.
            if page.status == 303 {
                let before = self.work.now();
                page = browser.get(page.location()).await;
                seen.push(self.blind(&page, name, self.work.since(&before)));
            }
            last = Some(page);
        }
        seen
    }

    async fn take(&self, step: Step, browser: &Browser, last: Option<&Page>, name: &str) -> Page {
        let (Step::Open(_, fields) | Step::Fill(fields) | Step::Send(_, fields)) = step;
        let typed: Vec<String> = fields
            .iter()
            .map(|(_, value)| value.replace(NAME, name))
            .collect();
        let mut typed: Vec<(&str, &str)> = fields
            .iter()
            .zip(&typed)
            .map(|((field, _), value)| (*field, value.as_str()))
            .collect();
        match step {
            Step::Open(path, _) => browser.get(&self.shop.at(path, &typed)).await,
            Step::Fill(_) => browser.press(last.unwrap(), &typed).await,
            Step::Send(path, _) => {
                let token = last.unwrap().forms()[0].fields["_csrf"].clone();
                typed.push(("_csrf", &token));
                browser.post(&self.shop.at(path, &[]), &typed).await
            }
        }
    }

    /// Levels everything that differs between any two names or any two visits: the name itself, a masked address to its
    /// form, random values to their length. A sealed step is compared by its contents.
    fn blind(&self, page: &Page, name: &str, cost: Cost) -> Seen {
        let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let nameless = |text: &str| text.replace(name, NAME).replace(&encoded, NAME);
        let mut headers = Vec::new();
        for (header, value) in &page.headers {
            let value = value.to_str().unwrap();
            let value = match header.as_str() {
                // The length of the name differs too.
                "content-length" => {
                    assert_eq!(value, page.text.len().to_string());
                    continue;
                }
                "set-cookie" if value.starts_with("step-") => {
                    initials(&nameless(&self.step(value)))
                }
                "set-cookie" => lengths(value, "XSRF-TOKEN=", ';'),
                _ => nameless(value),
            };
            headers.push((header.to_string(), value));
        }
        let body = lengths(&nameless(&page.text), "name=\"_csrf\" value=\"", '"');
        // The name's initial.
        let body = lengths(&body, "class=\"face\" aria-hidden=\"true\">", '<');
        Seen {
            status: page.status,
            headers,
            body: initials(&body),
            cost,
        }
    }

    /// A `Set-Cookie` of a step with its contents in the clear.
    fn step(&self, line: &str) -> String {
        let (cookie, attributes) = line.split_once(';').unwrap();
        let (name, value) = cookie.split_once('=').unwrap();
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).unwrap();
        let sealer = &self.shop.app.api.sealer;
        let plain = sealer.open(Purpose::Ticket, &[&self.shop.pool, name], &sealed);
        let plain = String::from_utf8(plain.unwrap().to_vec()).unwrap();
        // Its name is a hash of the query, which may hold a name; the padding goes by the length of what it holds.
        format!("a step={};{attributes}", plain.trim_end())
    }
}

/// Replaces the text between `start` and `end` by its length.
fn lengths(text: &str, start: &str, end: char) -> String {
    let mut parts = text.split(start);
    let mut alike = parts.next().unwrap().to_owned();
    for part in parts {
        let (value, rest) = part.split_once(end).unwrap();
        alike.push_str(&format!("{start}{} long{end}{rest}", value.len()));
    }
    alike
}

/// Levels masked addresses, whichever letter they begin with.
fn initials(text: &str) -> String {
    let mut parts = text.split("***@");
    let mut alike = parts.next().unwrap().to_owned();
    for part in parts {
        let first = alike.pop().unwrap();
        assert!(first.is_ascii_lowercase(), "{first}***@{part}");
        let second = part.chars().next().unwrap();
        assert!(second.is_ascii_lowercase(), "***@{part}");
        alike.push_str(&format!("a***@a{}", &part[1..]));
    }
    alike
}
