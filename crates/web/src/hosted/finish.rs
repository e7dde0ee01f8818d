//! The end of a sign-in step: back to the app, or the page of the next challenge.

use axum::response::Response;
use cabana_api::logic::sign_in::{self, Outcome, SignedIn};
use cabana_api::{Cx, Fault};

use super::{challenges, passkeys};
use crate::authorize::Authorization;
use crate::authorize::frame::set_cookie;
use crate::authorize::grant;
use crate::authorize::session::{self, Current};
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

/// The same after a sign-up, which first offers a passkey.
///
/// # Errors
/// As for [`go_on`].
pub async fn go_on_from_sign_up(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    username: &str,
    outcome: Outcome,
) -> Result<Response, Fault> {
    let signed = match outcome {
        Outcome::SignedIn(signed) => *signed,
        challenge => return go_on(cx, visit, request, username, challenge).await,
    };
    let current = Current {
        user: signed.user().clone(),
        authentication: signed.authentication().clone(),
    };
    let offer = passkeys::after_sign_up(cx, visit, request, &current).await?;
    let Some(mut response) = offer else {
        return signed_in(cx, visit, request, signed).await;
    };
    let (given, cookie) = session::begin(cx, visit, &current.user, &current.authentication)?;
    sign_in::finish(cx, signed, given).await?;
    set_cookie(&mut response, cookie);
    Ok(response)
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
