//! The endpoints for programs: OAuth 2.0 (RFC 6749), PKCE (RFC 7636), revocation (RFC 7009), OpenID Connect discovery,
//! userinfo and RP-initiated logout, each as Amazon Cognito does it.

mod client_auth;
mod discovery;
mod introspect;
mod jwks;
mod par;
mod revoke;
mod token;
mod user_info;

use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};

use crate::Route;
use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::not_found;
use crate::params::Params;
use crate::visit::Visit;

/// Endpoints that answer programs with JSON.
const FOR_PROGRAMS: [&str; 4] = [
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/userInfo",
    "/oauth2/par",
];
/// Documents that are the same for every caller.
const PUBLISHED: [&str; 2] = [
    "/.well-known/openid-configuration",
    "/.well-known/jwks.json",
];

/// Endpoints that answer programs, but none in a browser: it could keep no secret.
const FOR_BACKENDS: [&str; 1] = ["/oauth2/introspect"];

/// Whether this path of a pool answers programs with JSON, rather than people in a browser.
pub fn is_for_programs(path: &str) -> bool {
    FOR_PROGRAMS.contains(&path) || FOR_BACKENDS.contains(&path)
}

/// Requires a form in which no parameter is sent twice (RFC 6749 §3.2).
fn demand_form(visit: &Visit) -> Result<(), Refusal> {
    let refused = |why| Err(Refusal::new(Kind::InvalidRequest, why));
    let form = &visit.form;
    if !visit.is_form {
        return refused("the body must be application/x-www-form-urlencoded");
    }
    match form.repeats_any(|_| true) {
        true => refused("a parameter was sent twice"),
        false => Ok(()),
    }
}

/// Whether scripts of every origin may call this path: these endpoints below any pool id, whether the pool exists or
/// not.
pub fn is_open_to_scripts(path: &str) -> bool {
    let mut open = FOR_PROGRAMS.iter().chain(&PUBLISHED);
    open.any(|endpoint| path.ends_with(endpoint))
}

/// The client that a request to these endpoints names, authenticated or not: by its id, or by the token it carries.
pub fn client_named_in(headers: &HeaderMap, form: &Params) -> Option<String> {
    client_auth::named_in(headers, form).or_else(|| {
        let token = user_info::bearer(headers, form)?;
        user_info::client_in(token)
    })
}

/// The response if the client does not exist.
pub fn unknown_client() -> Response {
    Refusal::from(Kind::InvalidClient).answer(StatusCode::BAD_REQUEST)
}

/// The response to a request over the rate limit.
pub fn too_often() -> Response {
    Refusal::new(Kind::TooManyRequests, "too many requests").answer(StatusCode::TOO_MANY_REQUESTS)
}

/// Routes of the endpoints.
pub fn routes() -> Vec<Route> {
    vec![
        (
            "/.well-known/openid-configuration",
            get(discovery::discovery),
        ),
        ("/.well-known/jwks.json", get(jwks::jwks)),
        ("/oauth2/token", post(token::token)),
        (
            "/oauth2/userInfo",
            get(user_info::user_info).post(user_info::user_info),
        ),
        ("/oauth2/revoke", post(revoke::revoke)),
        ("/oauth2/par", post(par::push).fallback(not_found)),
        (
            "/oauth2/introspect",
            post(introspect::introspect).fallback(not_found),
        ),
    ]
}
