//! Where a handler stops: on a page of ours, with a redirect to the app, or with a fault.

use std::borrow::Cow;
use std::sync::Arc;

use axum::response::Response;
use cabana_api::Fault;
use cabana_domain::client::Client;
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::frame;
use super::refused_address::{self, RefusedAddress};
use crate::pages::{ErrorPage, Mishap};
use crate::reply;
use crate::visit::Visit;

/// Why a handler goes no further.
pub enum Halt {
    /// A page here, because it is not certain who else should be told.
    Page(Box<Failure>),
    /// A redirect to the app, error included.
    Back(String),
    /// Something that failed, or that the API refuses.
    Fault(Fault),
}

/// An error page.
pub struct Failure {
    what: Mishap,
    status: StatusCode,
    /// The app's client, where it is known: the page has its name.
    client: Option<Arc<Client>>,
    /// For whoever builds the app.
    detail: Option<Cow<'static, str>>,
    /// Where to try again.
    retry_url: Option<String>,
    /// The address of the app that was refused.
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
    /// A page that says what went wrong.
    pub fn new(what: Mishap, status: StatusCode) -> Self {
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

    /// The app sent the browser here with something missing or wrong.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..Self::new(Mishap::BadRequest, StatusCode::BAD_REQUEST)
        }
    }

    /// A form without its CSRF token, or another browser's; `again` is the page to start again from.
    pub fn forged(again: Option<String>) -> Self {
        Self {
            retry_url: again,
            ..Self::new(Mishap::Expired, StatusCode::FORBIDDEN)
        }
    }

    /// In the name of the app's client.
    #[must_use]
    pub fn of(mut self, client: Option<Arc<Client>>) -> Self {
        self.client = client;
        self
    }

    /// Because of this address.
    #[must_use]
    pub fn about(mut self, address: RefusedAddress) -> Self {
        self.client = Some(Arc::clone(&address.client));
        self.address = Some(address);
        self
    }

    /// With a button that signs out.
    #[must_use]
    pub fn or_sign_out(mut self) -> Self {
        self.signs_out = true;
        self
    }
}

impl Halt {
    /// The same, where it is a page, with a button that signs out.
    #[must_use]
    pub fn or_sign_out(self) -> Self {
        match self {
            Self::Page(failure) => failure.or_sign_out().into(),
            other => other,
        }
    }
}

/// The response for what a handler came to.
pub fn answered(visit: &Visit, result: Result<Response, Halt>) -> Response {
    match result {
        Ok(response) => response,
        Err(Halt::Back(location)) => reply::found(&location),
        Err(Halt::Page(failure)) => shown(visit, *failure),
        Err(Halt::Fault(fault)) => faulty(visit, &fault),
    }
}

fn shown(visit: &Visit, failure: Failure) -> Response {
    draw(visit, failure).unwrap_or_else(|_| reply::unavailable())
}

fn draw(visit: &Visit, failure: Failure) -> Result<Response, Fault> {
    let frame = frame::frame(visit, failure.client.as_deref());
    let mut view = ErrorPage {
        detail: failure.detail.map(Cow::into_owned),
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

/// The page for who asks too often.
pub fn too_often(visit: &Visit) -> Response {
    let failure = Failure::new(Mishap::TooMany, StatusCode::TOO_MANY_REQUESTS);
    reply::in_a_second(shown(visit, failure))
}

fn faulty(visit: &Visit, fault: &Fault) -> Response {
    let failure = match fault.kind {
        K::TooManyRequestsException | K::ThrottlingException => return too_often(visit),
        K::LimitExceededException => Failure::new(Mishap::TooMany, StatusCode::TOO_MANY_REQUESTS),
        K::NotImplemented => Failure {
            detail: Some(fault.message.clone()),
            ..Failure::new(Mishap::Internal, StatusCode::NOT_IMPLEMENTED)
        },
        _ => {
            tracing::error!(cause = ?fault.cause(), %fault, "a hosted page failed");
            Failure::new(Mishap::Internal, StatusCode::INTERNAL_SERVER_ERROR)
        }
    };
    shown(visit, failure)
}

/// A path that a pool does not have.
pub async fn not_found(visit: Visit) -> Response {
    let failure = Failure::new(Mishap::NotFound, StatusCode::NOT_FOUND);
    answered(&visit, Err(failure.into()))
}
