//! The end of a sign-in step: back to the app, or the page of the next challenge.

use axum::response::Response;
use cabana_api::logic::sign_in::{self, Outcome, SignedIn};
use cabana_api::{Cx, Fault};

use super::challenges;
use crate::authorize::Authorization;
use crate::authorize::frame::set_cookie;
use crate::authorize::grant;
use crate::authorize::session;
use crate::visit::Visit;
use crate::{reply, steps};

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
        Outcome::SignedIn(signed) => signed_in(cx, visit, request, *signed).await,
        Outcome::Challenge(issued) => challenges::begin(cx, visit, *issued, username).await,
    }
}

/// Completes the sign-in: its changes, the browser's session and the app's grant in one write.
async fn signed_in(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    signed: SignedIn,
) -> Result<Response, Fault> {
    let (user, authentication) = (signed.user(), signed.authentication());
    let (mut given, cookie) = session::begin(cx, visit, user, authentication)?;
    let granted = match grant::grant(cx, visit.pool(), request, user, authentication).await {
        Ok(granted) => granted,
        Err(fault) => return Err(signed.refused(cx, fault).await?),
    };
    given.extend(granted.changes);
    sign_in::finish(cx, signed, given).await?;
    let mut response = reply::found(&granted.location);
    set_cookie(&mut response, cookie);
    steps::end_all(visit, &mut response);
    Ok(response)
}
