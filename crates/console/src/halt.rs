//! Why a page could not be shown. [`guard::finish`](crate::guard::finish) makes a page of it.

use axum::response::{IntoResponse, Response};
use cabana_api::Fault;
use cabana_model::ErrorKind;
use http::StatusCode;

/// What a page answers instead of itself.
#[derive(Clone, Debug)]
pub struct Halt {
    pub status: StatusCode,
    pub heading: &'static str,
    /// In a sentence, for the operator.
    pub text: String,
    /// Where to go from here: what the link says, and its address. The list of pools if nothing better is known.
    pub link: Option<(&'static str, String)>,
}

impl Halt {
    /// There is no such page, pool, user or whatever was asked for.
    pub fn not_found(text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            heading: "Not found",
            text: text.into(),
            link: None,
        }
    }

    /// What was sent makes no sense; no form of ours sends it.
    pub fn bad_request(text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            heading: "This does not work",
            text: text.into(),
            link: None,
        }
    }

    /// The operator may not do this.
    pub fn refused(text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            heading: "Not allowed",
            text: text.into(),
            link: None,
        }
    }

    /// A form that no page of ours sent from this browser.
    pub fn forged() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            heading: "This form is no longer valid",
            text: "It was not sent from a page of this console in this browser, or the page was too old. \
                   Nothing was changed. Go back, load the page again and send it once more."
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
                text: "The server could not answer just now. The log says why.".to_owned(),
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
