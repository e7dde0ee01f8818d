//! The end of a sign-in step: back to the app, or the page of the next challenge.

use axum::response::Response;
use cabana_api::logic::sign_in::{self, Outcome};
use cabana_api::{Cx, Fault};

use super::{challenges, passkeys};
use crate::authorize::frame::set_cookie;
use crate::authorize::session::{self, Current};
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
        track: None,
    };
    let offer = passkeys::after_sign_up(cx, visit, request, &current).await?;
    let Some(mut response) = offer else {
        return authorize::complete(cx, visit, request, signed, Vec::new()).await;
    };
    let (client, user) = (&request.client.id, &current.user);
    let begun = session::begin(cx, visit, client, user, &current.authentication).await?;
    sign_in::finish(cx, signed, begun.changes).await?;
    set_cookie(&mut response, begun.cookie);
    Ok(response)
}
