//! The end of a sign-in step: back to the app, or the page of the next challenge.

use axum::response::Response;
use cabana_api::logic::sign_in::Outcome;
use cabana_api::{Cx, Fault};

use super::challenges;
use crate::authorize::{self, Authorization};
use crate::visit::Visit;

/// Continues after a step. `username` is the name as typed.
///
/// # Errors
/// A conflict if another request wrote meanwhile; the step must then be retried.
pub async fn go_on(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    username: &str,
    outcome: Outcome,
) -> Result<Response, Fault> {
    match outcome {
        Outcome::SignedIn(signed) => {
            authorize::complete(cx, visit, request, *signed, Vec::new()).await
        }
        Outcome::Challenge(issued) => challenges::begin(cx, visit, *issued, username).await,
    }
}
