//! `/.well-known/openid-configuration`: Cognito's members in Cognito's order.
//!
//! No `code_challenge_methods_supported`: Cognito publishes none, although S256 is taken.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::reply;
use crate::visit::Visit;

/// How long a client may keep the document.
const CACHE_CONTROL: &str = "public, max-age=300";

#[derive(Serialize)]
struct Document {
    authorization_endpoint: String,
    end_session_endpoint: String,
    id_token_signing_alg_values_supported: [&'static str; 1],
    issuer: String,
    jwks_uri: String,
    response_types_supported: [&'static str; 2],
    revocation_endpoint: String,
    scopes_supported: [&'static str; 4],
    subject_types_supported: [&'static str; 1],
    token_endpoint: String,
    token_endpoint_auth_methods_supported: [&'static str; 2],
    userinfo_endpoint: String,
}

pub async fn discovery(visit: Visit) -> Response {
    let base = visit.public_base();
    let at = |path: &str| format!("{base}{path}");
    let document = Document {
        authorization_endpoint: at("/oauth2/authorize"),
        end_session_endpoint: at("/logout"),
        id_token_signing_alg_values_supported: ["RS256"],
        issuer: visit.pool().issuer(&visit.web.api.settings.public_url),
        jwks_uri: at("/.well-known/jwks.json"),
        response_types_supported: ["code", "token"],
        revocation_endpoint: at("/oauth2/revoke"),
        scopes_supported: ["openid", "email", "phone", "profile"],
        subject_types_supported: ["public"],
        token_endpoint: at("/oauth2/token"),
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        userinfo_endpoint: at("/oauth2/userInfo"),
    };
    kept(
        reply::json(StatusCode::OK, &document),
        visit.web.settings.dev,
    )
}

/// Lets clients keep a document; in the emulator it depends on the host that asked.
pub fn kept(response: Response, dev: bool) -> Response {
    let cache = HeaderValue::from_static(CACHE_CONTROL);
    let vary = dev.then_some([(header::VARY, "Host")]);
    let response = ([(header::CACHE_CONTROL, cache)], response).into_response();
    match vary {
        Some(vary) => (vary, response).into_response(),
        None => response,
    }
}
