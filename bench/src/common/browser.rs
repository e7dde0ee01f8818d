//! A minimal browser for signing in to the console: it keeps cookies and follows redirects.

use std::collections::BTreeMap;

use super::Outcome;
use super::api::Requests;
use super::http::{Connection, Reply};

/// More redirects than any page needs.
const MOST: usize = 12;

pub struct Browser<'r> {
    requests: &'r Requests,
    connection: Connection,
    jar: BTreeMap<String, String>,
}

/// The page at the end of the redirects.
pub struct Page {
    pub path: String,
    pub text: String,
}

impl<'r> Browser<'r> {
    /// A browser without cookies.
    pub fn new(requests: &'r Requests, connection: Connection) -> Self {
        Self {
            requests,
            connection,
            jar: BTreeMap::new(),
        }
    }

    /// The header line with the cookies; empty if there are none.
    pub fn cookies(&self) -> String {
        let pairs: Vec<_> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
        match pairs.is_empty() {
            true => String::new(),
            false => format!("cookie: {}\r\n", pairs.join("; ")),
        }
    }

    /// Requests a page, following redirects.
    ///
    /// # Errors
    /// If it does not exist.
    pub async fn get(&mut self, path: &str) -> Outcome<Page> {
        let request = self.requests.get(path, &self.cookies());
        self.send(path, request).await
    }

    /// Sends a form with the token of its page.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn post(&mut self, page: &Page, fields: &[(&str, &str)]) -> Outcome<Page> {
        let token = between(&page.text, "name=\"_csrf\" value=\"", "\"");
        let token = token.ok_or("a page without a form")?;
        let fields = [&[("_csrf", token)], fields].concat();
        let request = self.requests.form(&page.path, &self.cookies(), &fields);
        self.send(&page.path, request).await
    }

    async fn send(&mut self, path: &str, mut request: Vec<u8>) -> Outcome<Page> {
        let origin = format!("http://{}", self.requests.host);
        let mut path = path.to_owned();
        for _ in 0..MOST {
            let reply = self.connection.send(&request).await?;
            let (status, text) = (reply.status, reply.text());
            let location = reply.header("location").map(str::to_owned);
            for (name, value) in set_cookies(&reply) {
                match value.is_empty() {
                    true => self.jar.remove(&name),
                    false => self.jar.insert(name, value),
                };
            }
            match (status, location) {
                (200, _) => return Ok(Page { path, text }),
                (301..=308, Some(to)) => {
                    path = to.strip_prefix(&origin).unwrap_or(&to).to_owned();
                    request = self.requests.get(&path, &self.cookies());
                }
                _ => return Err(format!("{status} at {path}: {text}").into()),
            }
        }
        Err(format!("redirects without end at {path}").into())
    }
}

fn set_cookies(reply: &Reply<'_>) -> Vec<(String, String)> {
    let lines = reply.head.split("\r\n").filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let (name, value) = name
            .eq_ignore_ascii_case("set-cookie")
            .then(|| value.trim().split(';').next())??
            .split_once('=')?;
        let gone = line.contains("Max-Age=0");
        let value = if gone { "" } else { value };
        Some((name.to_owned(), value.to_owned()))
    });
    lines.collect()
}

/// The text between `before` and `until`.
pub fn between<'t>(text: &'t str, before: &str, until: &str) -> Option<&'t str> {
    text.split_once(before)?
        .1
        .split_once(until)
        .map(|(it, _)| it)
}
