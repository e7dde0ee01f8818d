//! Refusals and failures of pages. [`guard::finish`](crate::guard::finish) renders them.

use axum::response::{IntoResponse, Response};
use cabana_api::{Fault, faults};
use cabana_model::ErrorKind;
use http::StatusCode;

/// An error that is shown in place of a page.
#[derive(Clone, Debug)]
pub struct Halt {
    pub status: StatusCode,
    pub heading: &'static str,
    /// Explanation for the operator, in whole sentences.
    pub text: String,
    /// Label and path of a link that leads on. Without it the page links to the list of pools.
    pub link: Option<(&'static str, String)>,
}

impl Halt {
    /// The page, pool, user or other thing does not exist (404).
    pub fn not_found(text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            heading: "Not found",
            text: text.into(),
            link: None,
        }
    }

    /// The request makes no sense; no form of the console sends it (400).
    pub fn bad_request(text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            heading: "This does not work",
            text: text.into(),
            link: None,
        }
    }

    /// The operator may not do this (403).
    pub fn refused(text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            heading: "Not allowed",
            text: text.into(),
            link: None,
        }
    }

    /// A change by a read-only operator (403).
    pub fn read_only() -> Self {
        faults::operator_read_only().into()
    }

    /// The form lacks the CSRF token of this browser (403).
    pub fn forged() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            heading: "This form is no longer valid",
            text: "It was not sent from a page of this console in this browser, or the page was too old. \
                   Nothing was changed. Go back, reload the page and submit the form again."
                .to_owned(),
            link: None,
        }
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        if let Some(cause) = fault.cause() {
            tracing::error!(?cause, %fault, "a page of the console failed");
        }
        let text = fault.message.to_string();
        match fault.kind {
            ErrorKind::ResourceNotFoundException | ErrorKind::UserNotFoundException => {
                Self::not_found(text)
            }
            ErrorKind::AccessDeniedException | ErrorKind::NotAuthorizedException => {
                Self::refused(text)
            }
            ErrorKind::InternalErrorException => Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                heading: "Something went wrong",
                text: "The server could not answer. Its log has the reason.".to_owned(),
                link: None,
            },
            _ => Self::bad_request(text),
        }
    }
}

impl From<cabana_store::StoreError> for Halt {
    fn from(error: cabana_store::StoreError) -> Self {
        Fault::from(error).into()
    }
}

impl From<askama::Error> for Halt {
    fn from(error: askama::Error) -> Self {
        Fault::internal(error).into()
    }
}

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
