//! Answers of API calls.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::Value;

/// An answer, parsed.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// The JSON of the body; null if it is empty.
    pub body: Value,
}

impl Answer {
    pub(crate) fn of(response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).expect("a body of JSON")
        };
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// The kind of error (`__type`); empty for a success.
    pub fn kind(&self) -> &str {
        self.body["__type"].as_str().unwrap_or_default()
    }

    /// The message of an error.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// Asserts this kind of error and this message.
    #[track_caller]
    pub fn refused(&self, kind: &str, message: &str) {
        assert_eq!(
            (self.kind(), self.message()),
            (kind, message),
            "{}",
            self.body
        );
        assert_ne!(self.status, StatusCode::OK);
    }
}
