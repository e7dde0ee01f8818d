//! Sign-out pages: the question, and the confirmation.

use std::sync::Arc;

use axum::response::Response;
use cabana_domain::client::Client;
use http::StatusCode;

use crate::authorize::frame::{csrf, frame, is_ours, page, sign_out_post};
use crate::authorize::{Failure, Halt, session};
use crate::federation;
use crate::pages::{SignOut, SignedOut};
use crate::visit::Visit;

/// Asks whether to sign out; if nobody is signed in, says so.
///
/// # Errors
/// If the page cannot be made.
pub async fn ask(visit: &Visit, client: Option<&Client>) -> Result<Response, Halt> {
    if session::current(&visit.cx(), visit).await?.is_none() {
        return signed_out(visit, client);
    }
    let csrf = csrf(visit)?;
    let view = SignOut {
        frame: frame(visit, client),
        post: sign_out_post(visit, &csrf),
    };
    let mut response = page(client, &view, StatusCode::OK, Some(&csrf))?;
    federation::allow_the_way(visit, &mut response).await;
    Ok(response)
}

/// The page after sign-out, if there is no URL to go on to.
///
/// # Errors
/// If the page cannot be made.
pub fn signed_out(visit: &Visit, client: Option<&Client>) -> Result<Response, Halt> {
    let view = SignedOut {
        frame: frame(visit, client),
        sign_in_url: None,
    };
    Ok(page(client, &view, StatusCode::OK, None)?)
}

/// Requires that the form came from one of our pages in this browser.
///
/// # Errors
/// An error page that leads back to the question.
pub fn check_csrf(visit: &Visit, client: Option<&Arc<Client>>) -> Result<(), Halt> {
    match is_ours(visit) {
        true => Ok(()),
        false => {
            let failure = Failure::forged(Some(visit.carrying("/logout")));
            Err(failure.of(client.cloned()).into())
        }
    }
}
