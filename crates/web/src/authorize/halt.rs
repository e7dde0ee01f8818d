//! Early ends of a handler: an error page, a redirect to the app, or a fault.

use std::sync::Arc;

use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::client::Client;
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::frame;
use super::refused_address::{self, RefusedAddress};
use crate::pages::{Detail, ErrorPage, PageError};
use crate::reply;
use crate::visit::Visit;

/// The reason why a handler stops.
pub enum Halt {
    /// An error page here, because no redirect URL can be trusted.
    Page(Box<Failure>),
    /// A redirect to the app with the error.
    Back(String),
    /// A failure, or a refusal of the API.
    Fault(Fault),
}

/// An error page.
pub struct Failure {
    what: PageError,
    status: StatusCode,
    /// The app client, if known: the page shows its name.
    client: Option<Arc<Client>>,
    /// Details for the app's developer.
    detail: Option<Detail>,
    /// URL for another attempt.
    retry_url: Option<String>,
    /// The app's URL that was refused.
    address: Option<RefusedAddress>,
    /// Whether the page offers to sign out.
    signs_out: bool,
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Page(Box::new(failure))
    }
}

impl Failure {
    /// An error page for this problem.
    pub fn new(what: PageError, status: StatusCode) -> Self {
        Self {
            what,
            status,
            client: None,
            detail: None,
            retry_url: None,
            address: None,
            signs_out: false,
        }
    }

    /// The app's request has a missing or wrong parameter.
    pub fn bad_request(detail: Detail) -> Self {
        Self {
            detail: Some(detail),
            ..Self::new(PageError::BadRequest, StatusCode::BAD_REQUEST)
        }
    }

    /// A form without a CSRF token, or with another browser's; `again` is the page to start again from.
    pub fn forged(again: Option<String>) -> Self {
        Self {
            retry_url: again,
            ..Self::new(PageError::Expired, StatusCode::FORBIDDEN)
        }
    }

    /// Adds a link to another attempt, if there is one.
    #[must_use]
    pub fn or_again(mut self, url: Option<String>) -> Self {
        self.retry_url = url;
        self
    }

    /// Shows the name of the app client.
    #[must_use]
    pub fn of(mut self, client: Option<Arc<Client>>) -> Self {
        self.client = client;
        self
    }

    /// Shows the refused URL.
    #[must_use]
    pub fn about(mut self, address: RefusedAddress) -> Self {
        self.client = Some(Arc::clone(&address.client));
        self.address = Some(address);
        self
    }

    /// Adds a button that signs out.
    #[must_use]
    pub fn or_sign_out(mut self) -> Self {
        self.signs_out = true;
        self
    }
}

impl Halt {
    /// Adds a button that signs out, if this is a page.
    #[must_use]
    pub fn or_sign_out(self) -> Self {
        match self {
            Self::Page(failure) => failure.or_sign_out().into(),
            other => other,
        }
    }
}

/// Turns a handler's result into a response.
pub fn answered(visit: &Visit, result: Result<Response, Halt>) -> Response {
    match result {
        Ok(response) => response,
        Err(Halt::Back(location)) => reply::found(&location),
        Err(Halt::Page(failure)) => shown(visit, *failure),
        Err(Halt::Fault(fault)) => faulty(visit, &fault),
    }
}

fn shown(visit: &Visit, failure: Failure) -> Response {
    draw(visit, failure).unwrap_or_else(|_| reply::unavailable(visit.texts()))
}

fn draw(visit: &Visit, failure: Failure) -> Result<Response, Fault> {
    let frame = frame::frame(visit, failure.client.as_deref());
    let mut view = ErrorPage {
        detail: failure.detail,
        retry_url: failure.retry_url,
        ..ErrorPage::new(frame, failure.what, &visit.info.id)
    };
    if failure.address.is_none() && !failure.signs_out {
        return frame::page(None, &view, failure.status, None);
    }
    let csrf = frame::csrf(visit)?;
    let mut led_to = None;
    if let Some(address) = &failure.address {
        view.console_url = refused_address::console_url(visit, address);
        view.refused = refused_address::view(visit, &csrf, address);
        let offered = view.refused.as_ref().is_some_and(|it| it.allow.is_some());
        led_to = offered.then(|| address.client_with_it());
    }
    view.sign_out = failure
        .signs_out
        .then(|| frame::sign_out_post(visit, &csrf));
    frame::page(led_to.as_ref(), &view, failure.status, Some(&csrf))
}

/// The page for a request over the rate limit.
pub fn too_often(visit: &Visit) -> Response {
    let failure = Failure::new(PageError::TooMany, StatusCode::TOO_MANY_REQUESTS);
    reply::in_a_second(shown(visit, failure))
}

fn faulty(visit: &Visit, fault: &Fault) -> Response {
    let failure = match fault.kind {
        K::TooManyRequestsException | K::ThrottlingException => return too_often(visit),
        K::LimitExceededException => {
            Failure::new(PageError::TooMany, StatusCode::TOO_MANY_REQUESTS)
        }
        K::NotImplemented => Failure {
            detail: Some(Detail::quoted(&*fault.message)),
            ..Failure::new(PageError::Internal, StatusCode::NOT_IMPLEMENTED)
        },
        _ => {
            tracing::error!(cause = ?fault.cause(), %fault, "a hosted page failed");
            Failure::new(PageError::Internal, StatusCode::INTERNAL_SERVER_ERROR)
        }
    };
    shown(visit, failure)
}

/// Answers a path that no pool has.
pub async fn not_found(visit: Visit) -> Response {
    let failure = Failure::new(PageError::NotFound, StatusCode::NOT_FOUND);
    answered(&visit, Err(failure.into()))
}
