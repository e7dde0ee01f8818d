//! The hosted pages: sign in, sign up, second factors, forgotten passwords.
//!
//! A page is a form. The query of its URL carries the app's request, and a sealed cookie ([`step`]) everything that must
//! not be tampered with. A form answers with a redirect to the page it leads to. No step trusts what an earlier page
//! said: each checks the request again. Pages act through the API's operations and its sign-in driver.

mod challenges;
mod confirm;
mod confirm_link;
mod finish;
mod forgot;
mod login;
mod logout;
mod operations;
mod passkeys;
mod problems;
mod reset;
mod sign_out;
mod sign_up;
mod sign_up_fields;
pub mod step;

pub use sign_out::signed_out;

use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::Route;
use crate::authorize::{Failure, answered};
use crate::pages::{Detail, PageError};
use crate::reply::untouched;
use crate::visit::Visit;

/// Routes of the pages.
pub fn routes() -> Vec<Route> {
    vec![
        ("/login", get(login::show).post(login::sign_in)),
        (
            "/login/choose",
            get(challenges::show).post(challenges::choose_first),
        ),
        (
            "/login/{factor}",
            get(challenges::show).post(challenges::answer),
        ),
        ("/signup", get(sign_up::show).post(sign_up::sign_up)),
        ("/confirm", get(confirm::show).post(confirm::confirm)),
        ("/resendcode", get(elsewhere).post(confirm::resend)),
        ("/confirmUser", get(confirm_link::confirm).head(untouched)),
        ("/forgotPassword", get(forgot::show).post(forgot::send)),
        (
            "/confirmForgotPassword",
            get(reset::show).post(reset::reset),
        ),
        (
            "/confirmforgotPassword",
            get(reset::show).post(reset::reset),
        ),
        (
            "/newPassword",
            get(challenges::show).post(challenges::answer),
        ),
        (passkeys::PATH, get(passkeys::show).post(passkeys::add)),
        ("/mfa", get(challenges::show).post(challenges::choose)),
        (
            "/mfa/methods",
            get(challenges::show).post(challenges::choose_set_up),
        ),
        (
            "/mfa/{factor}",
            get(challenges::show).post(challenges::answer),
        ),
        ("/error", get(error)),
        (
            "/logout",
            get(logout::logout).post(logout::post).head(untouched),
        ),
    ]
}

/// Whether a form posted here makes the server hash a password or recovery code, the most expensive work.
pub fn uses_password(path: &str) -> bool {
    const PATHS: [&str; 8] = [
        "/login",
        "/login/choose",
        "/signup",
        "/confirmForgotPassword",
        "/confirmforgotPassword",
        "/newPassword",
        "/mfa/codes",
        "/mfa/recovery",
    ];
    PATHS.contains(&path)
}

/// A form without a page of its own.
async fn elsewhere(visit: Visit) -> Response {
    step::elsewhere(&visit)
}

/// `/error?error=…`: the page on which Cognito shows errors that cannot be sent to the app.
async fn error(visit: Visit) -> Response {
    let code = match visit.query.get("error") {
        Some("redirect_mismatch") => Some("redirect_mismatch"),
        Some("invalid_request") => Some("invalid_request"),
        Some("unauthorized_client") => Some("unauthorized_client"),
        _ => None,
    };
    let failure = match code {
        Some(code) => Failure::bad_request(Detail::quoted(code)),
        None => Failure::new(PageError::BadRequest, StatusCode::BAD_REQUEST),
    };
    answered(&visit, Err(failure.into()))
}
