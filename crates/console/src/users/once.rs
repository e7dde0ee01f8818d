//! What is shown once and kept nowhere: passwords and keys that were made here. Between the form and the page that
//! shows it, it travels sealed in the operator's own cookie.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::Response;
use cabana_domain::Span;
use cabana_web::memory::Cookie;
use http::header;
use serde::{Deserialize, Serialize};

use crate::desk::{Answer, Desk, memory};
use crate::frame::Copy;

const ONCE: Cookie = Cookie {
    name: "cabana_once",
    life: Span::minutes(2),
};

/// Something to show once, on one page.
#[derive(Serialize, Deserialize, Template)]
#[template(path = "users/once.html")]
pub struct Once {
    /// The page it is for.
    path: String,
    heading: String,
    /// Names with their values.
    lines: Vec<(String, String)>,
    /// Something longer to copy: its name and itself.
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

    /// To the page that shows it, with news on top.
    ///
    /// # Errors
    /// If it cannot be sealed.
    pub fn on(mut self, desk: &Desk, path: &str, news: impl Into<String>) -> Answer {
        path.clone_into(&mut self.path);
        let mut response = desk.done(path, news)?;
        let cookie = memory(&desk.console, &desk.asked).keep(ONCE, &self)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }

    /// What is to be shown on this page.
    pub fn here(desk: &Desk) -> Option<Self> {
        let once: Self = memory(&desk.console, &desk.asked).recall(&desk.headers, ONCE)?;
        (once.path == desk.path).then_some(once)
    }

    /// The page that showed it; the browser forgets it.
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
