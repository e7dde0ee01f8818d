//! `/.well-known/openid-configuration`: Cognito's members in alphabetical order, like Cognito, with optional ones of
//! the standard that change nothing for clients made for Cognito.
//!
//! `code_challenge_methods_supported` is published for pools in the standard dialect only: Cognito omits it, although
//! it accepts S256, and clients decide by it whether to use PKCE.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::reply;
use crate::visit::Visit;

/// Clients may cache the document for five minutes.
const CACHE_CONTROL: &str = "public, max-age=300";

/// Claims that tokens and userInfo can contain, in alphabetical order.
const CLAIMS: [&str; 33] = [
    "acr",
    "address",
    "amr",
    "aud",
    "auth_time",
    "birthdate",
    "cognito:groups",
    "cognito:username",
    "email",
    "email_verified",
    "exp",
    "family_name",
    "gender",
    "given_name",
    "iat",
    "iss",
    "jti",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "nonce",
    "origin_jti",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "token_use",
    "updated_at",
    "website",
    "zoneinfo",
];

#[derive(Serialize)]
struct Document {
    authorization_endpoint: String,
    claims_supported: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    code_challenge_methods_supported: Option<[&'static str; 1]>,
    end_session_endpoint: String,
    grant_types_supported: [&'static str; 4],
    id_token_signing_alg_values_supported: [&'static str; 1],
    issuer: String,
    jwks_uri: String,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    response_modes_supported: [&'static str; 2],
    response_types_supported: [&'static str; 2],
    revocation_endpoint: String,
    scopes_supported: [&'static str; 4],
    subject_types_supported: [&'static str; 1],
    token_endpoint: String,
    token_endpoint_auth_methods_supported: [&'static str; 2],
    userinfo_endpoint: String,
}

pub async fn discovery(visit: Visit) -> Response {
    let (called, opened) = (visit.public_base(), visit.browser_base());
    let at = |path: &str| format!("{called}{path}");
    let page = |path: &str| format!("{opened}{path}");
    let document = Document {
        authorization_endpoint: page("/oauth2/authorize"),
        claims_supported: &CLAIMS,
        code_challenge_methods_supported: visit.pool().speaks_standard().then_some(["S256"]),
        end_session_endpoint: page("/logout"),
        grant_types_supported: [
            "authorization_code",
            "client_credentials",
            "implicit",
            "refresh_token",
        ],
        id_token_signing_alg_values_supported: ["RS256"],
        issuer: visit.pool().issuer(&visit.web.api.settings.public_url),
        jwks_uri: at("/.well-known/jwks.json"),
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        response_modes_supported: ["query", "fragment"],
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

/// Lets clients cache a document, except in the emulator, where it depends on the host of the request.
pub fn kept(response: Response, dev: bool) -> Response {
    let cache = HeaderValue::from_static(CACHE_CONTROL);
    let vary = dev.then_some([(header::VARY, "Host, Origin, Sec-Fetch-Site")]);
    let response = ([(header::CACHE_CONTROL, cache)], response).into_response();
    match vary {
        Some(vary) => (vary, response).into_response(),
        None => response,
    }
}
