//! Rate limits of a pool's endpoints and pages, by the sender's IP address.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use cabana_api::limits::TooOften;
use cabana_api::own_address;
use http::Method;
use http::request::Parts;

use crate::visit::Visit;
use crate::{Web, authorize, federation, hosted, oauth};

/// Counts a request for the sender's address. The documents that backends need to verify tokens are not counted: they
/// come from memory, and a backend without them lets nobody in.
///
/// # Errors
/// If the limit is exceeded.
pub fn count(web: &Web, parts: &Parts) -> Result<(), TooOften> {
    let path = parts.uri.path();
    let Some(address) = own_address(&parts.extensions) else {
        return Ok(());
    };
    if path.starts_with("/.well-known/") {
        return Ok(());
    }
    let (limits, now) = (&web.api.limits, web.api.clock.now());
    limits.address(address, now)?;
    let costs = match parts.method {
        // Signatures are verified, and an assertion or a request is stored.
        Method::POST => hosted::uses_password(path) || federation::verifies(path),
        // The provider is called, with the pool's own secret.
        Method::GET => path == authorize::provider::ANSWER,
        _ => false,
    };
    match costs {
        true => limits.password(address, now),
        false => Ok(()),
    }
}

/// Refuses a request over the limit without reading its body: with JSON if it comes from a program, else with a page.
pub async fn refuse(web: &Arc<Web>, parts: Parts) -> Response {
    if oauth::is_for_programs(parts.uri.path()) {
        return oauth::too_often();
    }
    match Visit::from_request(Request::from_parts(parts, Body::empty()), web).await {
        Ok(visit) => authorize::too_often(&visit),
        Err(response) => response,
    }
}
