//! The end of a sign-in: back to the app.

use axum::response::Response;
use cabana_api::logic::sign_in::{self, SignedIn};
use cabana_api::{Cx, Fault};
use cabana_store::Change;

use super::frame::set_cookie;
use super::{Authorization, grant, join, session};
use crate::visit::Visit;
use crate::{reply, steps};

/// Completes the sign-in: its changes, the browser's session and the app's grant in one write.
///
/// # Errors
/// A conflict if another request wrote meanwhile; the step must then be retried.
pub async fn complete(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    signed: SignedIn,
    more: Vec<Change>,
) -> Result<Response, Fault> {
    let (user, authentication) = (signed.user(), signed.authentication());
    let begun = session::begin(cx, visit, &request.client.id, user, authentication).await?;
    let (mut given, origin) = (begun.changes, begun.id);
    let granted = grant::grant(cx, visit.pool(), request, user, authentication, origin).await;
    let granted = match granted {
        Ok(granted) => granted,
        Err(fault) => return Err(signed.refused(cx, fault).await?),
    };
    given.extend(granted.changes);
    given.extend(more);
    let user = signed.user().clone();
    sign_in::finish(cx, signed, given).await?;
    let mut response = reply::found(&granted.location);
    join::settle(visit, &user, &mut response).await;
    set_cookie(&mut response, begun.cookie);
    steps::end_all(visit, &mut response);
    Ok(response)
}
