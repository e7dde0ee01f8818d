//! Pages of the app.

use axum::response::{Html, IntoResponse, Response};
use cabana_web::pages::emulator::{DemoHome, DemoStart, Nav};
use cabana_web::pages::{Brand, Detail, ErrorPage, Frame, PageError, Template};
use cabana_web::texts::Texts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

use super::{Failed, INBOX, SIGN_IN, SIGN_OUT, START, Visit};

/// Allows only our own style and script, and no framing of the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Redirects the browser.
pub fn redirect(target: &str, cookie: Option<HeaderValue>) -> Response {
    let Ok(target) = HeaderValue::try_from(target) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (StatusCode::FOUND, [(header::LOCATION, target)]).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    guard(&mut response);
    response
}

fn guard(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        HeaderName::from_static("x-frame-options"),
        HeaderValue::from_static("DENY"),
    );
}

/// Renders the pages of one request.
pub struct Shown<'a> {
    frame: Frame,
    nav: Nav,
    request_id: &'a str,
}

impl<'a> Shown<'a> {
    /// In the reader's language.
    pub fn new(visit: &'a Visit) -> Self {
        let brand = Brand {
            name: "Cabana".to_owned(),
            ..Brand::default()
        };
        Self {
            frame: Frame::new(Texts::accepted(&visit.headers), brand),
            nav: nav(),
            request_id: &visit.request_id,
        }
    }

    /// Adds a link to the console.
    pub fn with_console(mut self, url: String) -> Self {
        self.nav.console_url = Some(url);
        self
    }

    /// The page before sign-in.
    pub fn start(self) -> Response {
        let page = DemoStart {
            nav: self.nav,
            sign_in_url: SIGN_IN.to_owned(),
            demo_user: None,
            frame: self.frame,
        };
        answer(StatusCode::OK, &page)
    }

    /// The page after sign-in: the user, and the ID token that proves it.
    pub fn home(self, claims: &Value, id_token: &str) -> Response {
        let shown = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let name = ["name", "email", "cognito:username", "sub"]
            .iter()
            .find_map(|name| claims.get(name));
        let page = DemoHome {
            nav: self.nav,
            name: name.map(shown).unwrap_or_default(),
            claims: claims
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), shown(value)))
                .collect(),
            id_token: id_token.to_owned(),
            sign_out_url: SIGN_OUT.to_owned(),
            frame: self.frame,
        };
        answer(StatusCode::OK, &page)
    }

    /// The page after a failed sign-in, with the reason for the developer.
    pub fn failed(self, why: Failed) -> Response {
        tracing::warn!(
            request_id = self.request_id,
            why,
            "demo app: sign-in failed"
        );
        let page = ErrorPage {
            detail: Some(Detail::quoted(why)),
            retry_url: Some(START.to_owned()),
            ..ErrorPage::new(self.frame, PageError::ProviderFailed, self.request_id)
        };
        answer(StatusCode::BAD_REQUEST, &page)
    }
}

fn nav() -> Nav {
    Nav {
        start_url: "/".to_owned(),
        inbox_url: INBOX.to_owned(),
        demo_url: START.to_owned(),
        console_url: None,
    }
}

fn answer(status: StatusCode, page: &impl Template) -> Response {
    let mut response = match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the demo app cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    guard(&mut response);
    response
}
