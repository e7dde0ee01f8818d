//! Secrets that are shown once and stored nowhere: generated passwords and keys. Between the form and the page that
//! shows them they are sealed in a cookie of the operator.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::Response;
use cabana_domain::Span;
use cabana_web::memory::Cookie;
use http::header;
use serde::{Deserialize, Serialize};

use crate::desk::{Answer, Desk, memory};
use crate::frame::Copy;
use crate::news::News;

const ONCE: Cookie = Cookie {
    name: "cabana_once",
    life: Span::minutes(2),
};

/// A secret to show once, on a certain page.
#[derive(Serialize, Deserialize, Template)]
#[template(path = "users/once.html")]
pub struct Once {
    /// Path of the page.
    path: String,
    heading: String,
    /// Names with their values.
    lines: Vec<(String, String)>,
    /// Name and text of a snippet to copy.
    snippet: Option<(String, String)>,
}

impl HtmlSafe for Once {}

impl Once {
    pub fn new(heading: &str) -> Self {
        Self {
            path: String::new(),
            heading: heading.to_owned(),
            lines: Vec::new(),
            snippet: None,
        }
    }

    #[must_use]
    pub fn line(mut self, name: &str, value: &str) -> Self {
        self.lines.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn snippet(mut self, name: &str, text: String) -> Self {
        self.snippet = Some((name.to_owned(), text));
        self
    }

    /// Redirects to the page that shows the secret, with a success message.
    ///
    /// # Errors
    /// If the secret cannot be sealed.
    pub fn on(mut self, desk: &Desk, path: &str, news: impl Into<News>) -> Answer {
        path.clone_into(&mut self.path);
        let mut response = desk.done(path, news)?;
        let cookie = memory(&desk.console, &desk.asked).keep(ONCE, &self)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }

    /// The secret to show on this page, if there is one.
    pub fn here(desk: &Desk) -> Option<Self> {
        let once: Self = memory(&desk.console, &desk.asked).recall(&desk.headers, ONCE)?;
        (once.path == desk.path).then_some(once)
    }

    /// Deletes the cookie with the answer that shows the secret.
    pub fn shown(desk: &Desk, once: bool, mut page: Response) -> Response {
        if once && let Some(cookie) = memory(&desk.console, &desk.asked).forget(ONCE) {
            page.headers_mut().append(header::SET_COOKIE, cookie);
        }
        page
    }

    fn copy<'a>(&self, value: &'a str, what: &'a str) -> Copy<'a> {
        Copy { value, what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_earlier_and_later_programs_are_shown() {
        let golden = r#"{"path":"/console","heading":"h","lines":[["Secret","x"]],"snippet":null,"later":1}"#;
        let once: Once = serde_json::from_str(golden).unwrap();
        assert_eq!(once.lines, [("Secret".to_owned(), "x".to_owned())]);
    }
}
