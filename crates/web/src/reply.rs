//! Responses: redirects, JSON, and the headers of every response.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;

use crate::texts::Texts;

/// `Cache-Control` of responses that must not be stored.
const NO_STORE: &str = "no-cache, no-store, max-age=0, must-revalidate";

/// A redirect. Bytes that a header cannot hold are percent-encoded.
pub fn found(location: &str) -> Response {
    redirect(StatusCode::FOUND, location)
}

/// A redirect after a form: browsers follow it with a GET.
pub fn see_other(location: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, location)
}

fn redirect(status: StatusCode, location: &str) -> Response {
    let mut value = String::with_capacity(location.len());
    for byte in location.bytes() {
        if byte.is_ascii_graphic() {
            value.push(char::from(byte));
        } else {
            value.push_str(&format!("%{byte:02X}"));
        }
    }
    match HeaderValue::from_str(&value) {
        Ok(value) => (status, [(header::LOCATION, value)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A URL with more parameters after `mark` (`?` or `#`); `state` goes last, encoded as sent.
pub fn with_parameters(
    url: &str,
    mark: char,
    parameters: &[(&str, &str)],
    state: Option<&str>,
) -> String {
    let mut more = form_urlencoded::Serializer::new(String::new());
    more.extend_pairs(parameters);
    let mut more = more.finish();
    if let Some(state) = state {
        if !more.is_empty() {
            more.push('&');
        }
        more.push_str("state=");
        more.push_str(state);
    }
    if more.is_empty() {
        return url.to_owned();
    }
    let joint = if mark == '?' && url.contains('?') {
        '&'
    } else {
        mark
    };
    format!("{url}{joint}{more}")
}

/// Compact JSON.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(body) => (
            status,
            [(header::CONTENT_TYPE, "application/json;charset=UTF-8")],
            body,
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Marks a response to a request over the rate limit: retry after a second.
pub fn in_a_second(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// The response if the store fails and there is no page to show it on.
pub fn unavailable(texts: Texts) -> Response {
    let mut body = texts.say("unavailable").unwrap_or_default();
    body.push('\n');
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        body,
    )
        .into_response()
}

/// Sets the headers of every response. None may be cached unless it says so itself, and a response to HEAD changes
/// nothing in the browser.
pub fn finish(method: &Method, headers: &mut HeaderMap, https: bool, request_id: Option<&str>) {
    if *method == Method::HEAD {
        headers.remove(header::SET_COOKIE);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_XSS_PROTECTION, "1; mode=block"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000 ; includeSubDomains"),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        headers.insert(header::EXPIRES, HeaderValue::from_static("0"));
    }
    if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(HeaderName::from_static("x-amz-cognito-request-id"), id);
    }
}

/// Answers HEAD where a GET changes something, so that programs that check a link before a person follows it change
/// nothing.
pub async fn untouched() -> StatusCode {
    StatusCode::OK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_join_what_is_there_and_state_stays_as_it_was() {
        let join = |url, mark| with_parameters(url, mark, &[("code", "a b")], Some("x%20y+z"));
        assert_eq!(
            join("https://a/b", '?'),
            "https://a/b?code=a+b&state=x%20y+z"
        );
        assert_eq!(
            join("https://a/b?c=1", '?'),
            "https://a/b?c=1&code=a+b&state=x%20y+z"
        );
        assert_eq!(
            join("app://cb?c=1", '#'),
            "app://cb?c=1#code=a+b&state=x%20y+z"
        );
        assert_eq!(with_parameters("https://a", '?', &[], None), "https://a");
    }

    #[test]
    fn no_line_break_gets_into_a_location() {
        let response = found("https://a/\r\nSet-Cookie: x=é");
        assert_eq!(
            response.headers().get("location").unwrap(),
            "https://a/%0D%0ASet-Cookie:%20x=%C3%A9"
        );
    }
}
