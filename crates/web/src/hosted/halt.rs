//! Where a handler stops: on a page of ours, with a redirect to the app, or with a fault.

use axum::response::Response;
use cabana_api::Fault;
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::mishap;
use crate::pages::Mishap;
use crate::reply;
use crate::visit::Visit;

/// Why a handler goes no further.
pub enum Halt {
    /// A page here, because it is not certain who else should be told.
    Page {
        what: Mishap,
        status: StatusCode,
        /// For whoever builds the app.
        detail: Option<&'static str>,
    },
    /// A redirect to the app, error included.
    Back(String),
    /// Something that failed, or that the API refuses.
    Fault(Fault),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Halt {
    /// A form without its CSRF token, or another browser's.
    pub fn forged() -> Self {
        Self::Page {
            what: Mishap::Expired,
            status: StatusCode::FORBIDDEN,
            detail: None,
        }
    }
}

/// The response for what a handler came to.
pub fn answered(visit: &Visit, result: Result<Response, Halt>) -> Response {
    match result {
        Ok(response) => response,
        Err(Halt::Back(location)) => reply::found(&location),
        Err(Halt::Page {
            what,
            status,
            detail,
        }) => mishap(visit, what, status, detail),
        Err(Halt::Fault(fault)) => faulty(visit, &fault),
    }
}

/// The page for who asks too often.
pub fn too_often(visit: &Visit) -> Response {
    let page = mishap(visit, Mishap::TooMany, StatusCode::TOO_MANY_REQUESTS, None);
    reply::in_a_second(page)
}

fn faulty(visit: &Visit, fault: &Fault) -> Response {
    match fault.kind {
        K::TooManyRequestsException | K::ThrottlingException => too_often(visit),
        K::LimitExceededException => {
            mishap(visit, Mishap::TooMany, StatusCode::TOO_MANY_REQUESTS, None)
        }
        K::NotImplemented => mishap(
            visit,
            Mishap::Internal,
            StatusCode::NOT_IMPLEMENTED,
            Some(&fault.message),
        ),
        _ => {
            tracing::error!(cause = ?fault.cause(), %fault, "a hosted page failed");
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            mishap(visit, Mishap::Internal, status, None)
        }
    }
}
