//! The endpoints for programs: OAuth 2.0 (RFC 6749), PKCE (RFC 7636), revocation (RFC 7009),
//! OpenID Connect discovery, userinfo and RP-initiated logout; as Amazon Cognito does each.

pub mod authorize;
mod client_auth;
mod discovery;
mod errors;
pub mod grant;
mod jwks;
mod logout;
mod preflight;
mod revoke;
mod token;
mod user_info;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;

use crate::Web;
use errors::{Kind, Refusal};
use preflight::open;

/// Whether programs ask at this path, who want JSON, and not people with a browser.
pub fn is_for_programs(path: &str) -> bool {
    ["/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"].contains(&path)
}

/// The answer to a program that asks too often.
pub fn too_often() -> Response {
    Refusal::new(Kind::TooManyRequests, "too many requests").answer(StatusCode::TOO_MANY_REQUESTS)
}

pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            open(get(discovery::discovery)),
        )
        .route("/.well-known/jwks.json", open(get(jwks::jwks)))
        .route("/oauth2/authorize", get(authorize::authorize))
        .route("/oauth2/token", open(post(token::token)))
        .route(
            "/oauth2/userInfo",
            open(get(user_info::user_info).post(user_info::user_info)),
        )
        .route("/oauth2/revoke", open(post(revoke::revoke)))
        .route("/logout", get(logout::logout))
}
