//! An app's authorization request: reading, checks, grant, refusal, and the parts its pages share.
//!
//! Apps send the browser to `/oauth2/authorize`. With a session it goes straight back to the app with a code; without
//! one it goes to the sign-in page. The query of every page carries the request, and each step checks it again.

mod checks;
pub mod errors;
mod finish;
pub mod frame;
pub mod grant;
mod halt;
pub mod join;
pub mod provider;
pub mod pushed;
pub mod refusals;
mod refused_address;
mod request;
pub mod session;

use axum::response::Response;
use axum::routing::get;
use cabana_api::logic::sign_in::step_up;
use cabana_api::{Cx, Fault, again};

use self::errors::{Kind, Refusal};
use crate::Route;
use crate::reply::{self, untouched};
use crate::steps;
use crate::visit::Visit;

pub use checks::{NO_FLOWS, demand_flow};
pub use finish::complete;
pub use frame::{allow_form_target, secured, set_cookie, under_policy};
pub use halt::{Failure, Halt, answered, not_found, too_often};
pub use refused_address::RefusedAddress;
pub use request::{
    Authorization, ResponseType, allows, app, bad_request, begin, read, read_for_own_users,
    registered, registered_client,
};

/// The authorization endpoint and the routes its error pages post to.
pub fn routes() -> Vec<Route> {
    vec![
        (
            "/oauth2/authorize",
            get(authorize).post(repeat).head(untouched),
        ),
        (
            "/allow/{list}",
            get(refused_address::back).post(refused_address::allow),
        ),
    ]
}

async fn authorize(visit: Visit) -> Response {
    let result = decide(&visit).await;
    answered(&visit, result)
}

/// Redirects a posted request to itself as a query (OpenID Connect Core §3.1.2.1 treats both alike): browsers send our
/// cookies with the redirect but not with another site's form.
async fn repeat(visit: Visit) -> Response {
    let asked = visit.all_parameters();
    reply::see_other(&format!("{}?{asked}", visit.path("/oauth2/authorize")))
}

async fn decide(visit: &Visit) -> Result<Response, Halt> {
    let request = read(visit).await?;
    if pushed::is_late(visit) {
        return Err(request.refuse(visit, &Kind::InvalidRequestUri.into()));
    }
    match straight_back(visit, &request).await {
        Ok(Some(location)) => Ok(reply::found(&location)),
        Ok(None) if request.prompt.none => Err(request.refuse(visit, &Kind::LoginRequired.into())),
        Ok(None) if provider::is_named(visit) => provider::send(visit, &request).await,
        // The app begins anew: no step of an earlier sign-in is shown.
        Ok(None) => {
            let mut response = reply::found(&visit.carrying("/login"));
            steps::end(visit, &mut response);
            Ok(response)
        }
        Err(fault) => Err(request.refuse(visit, &Refusal::from(fault))),
    }
}

/// Whether the browser's session lacks something for the level that the app wishes.
///
/// # Errors
/// A failure of the store.
pub async fn is_short(
    cx: &Cx<'_>,
    visit: &Visit,
    request: &Authorization,
    current: &session::Current,
) -> Result<bool, Fault> {
    let (client, pool) = (&request.client, visit.pool());
    let (user, earlier) = (&current.user, &current.authentication);
    // What else to ask for is up to the identity provider.
    if earlier.provider.is_some() {
        return Ok(false);
    }
    step_up::is_short(cx, client, pool, user, earlier, request.goal()).await
}

/// Redirect back to the app without any page, if the browser has a session that the app accepts.
///
/// # Errors
/// If the grant cannot be made.
pub async fn straight_back(
    visit: &Visit,
    request: &Authorization,
) -> Result<Option<String>, Fault> {
    again(&visit.web.api, |_| async {
        let cx = visit.cx();
        let Some(current) = session::current(&cx, visit).await? else {
            return Ok(None);
        };
        if !request.accepts(visit.pool(), &current, cx.now()) {
            return Ok(None);
        }
        // Without a page there is no further step; the tokens tell the app what was reached.
        if !request.prompt.none && is_short(&cx, visit, request, &current).await? {
            return Ok(None);
        }
        let granted = grant::grant(
            &cx,
            visit.pool(),
            request,
            &current.user,
            &current.authentication,
            current.id(),
        )
        .await?;
        cx.commit(granted.changes.into_iter().chain(current.used(&cx)))
            .await?;
        Ok(Some(granted.location))
    })
    .await
}
