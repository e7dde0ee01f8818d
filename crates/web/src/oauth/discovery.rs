//! `/.well-known/openid-configuration`: Cognito's members in alphabetical order, like Cognito, with optional ones of
//! the standard that change nothing for clients made for Cognito.
//!
//! Pools in the standard dialect publish more. `code_challenge_methods_supported` is among it: Cognito omits it, although
//! it accepts S256, and clients decide by it whether to use PKCE.

use axum::response::{IntoResponse, Response};
use cabana_api::logic::pools::{levels, tiers};
use cabana_domain::pool::Pool;
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

/// Scopes of the standard dialect.
const SCOPES: [&str; 5] = ["openid", "email", "phone", "profile", "address"];
/// Those of Cognito's.
const COGNITOS_SCOPES: &[&str] = &["openid", "email", "phone", "profile"];
/// Ways in which clients show their secret.
const SECRETS: [&str; 2] = ["client_secret_basic", "client_secret_post"];
/// The same, and that of public clients.
const AUTHENTICATION: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

#[derive(Serialize)]
struct Document {
    #[serde(skip_serializing_if = "Option::is_none")]
    acr_values_supported: Option<Vec<String>>,
    authorization_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_response_iss_parameter_supported: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_types_supported: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims_parameter_supported: Option<bool>,
    claims_supported: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    code_challenge_methods_supported: Option<[&'static str; 1]>,
    end_session_endpoint: String,
    grant_types_supported: [&'static str; 4],
    id_token_signing_alg_values_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    introspection_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    introspection_endpoint_auth_methods_supported: Option<[&'static str; 2]>,
    issuer: String,
    jwks_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed_authorization_request_endpoint: Option<String>,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_pushed_authorization_requests: Option<bool>,
    response_modes_supported: [&'static str; 2],
    response_types_supported: [&'static str; 2],
    revocation_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation_endpoint_auth_methods_supported: Option<&'static [&'static str]>,
    scopes_supported: &'static [&'static str],
    subject_types_supported: [&'static str; 1],
    token_endpoint: String,
    token_endpoint_auth_methods_supported: &'static [&'static str],
    userinfo_endpoint: String,
}

pub async fn discovery(visit: Visit) -> Response {
    let (called, opened) = (visit.public_base(), visit.browser_base());
    let at = |path: &str| format!("{called}{path}");
    let page = |path: &str| format!("{opened}{path}");
    let standard = visit.pool().speaks_standard();
    let document = Document {
        acr_values_supported: standard.then(|| acr_values(visit.pool())),
        authorization_response_iss_parameter_supported: standard.then_some(true),
        claim_types_supported: standard.then_some(["normal"]),
        claims_parameter_supported: standard.then_some(true),
        authorization_endpoint: page("/oauth2/authorize"),
        claims_supported: &CLAIMS,
        code_challenge_methods_supported: standard.then_some(["S256"]),
        end_session_endpoint: page("/logout"),
        grant_types_supported: [
            "authorization_code",
            "client_credentials",
            "implicit",
            "refresh_token",
        ],
        id_token_signing_alg_values_supported: ["RS256"],
        introspection_endpoint: standard.then(|| at("/oauth2/introspect")),
        introspection_endpoint_auth_methods_supported: standard.then_some(SECRETS),
        issuer: visit.pool().issuer(&visit.web.api.settings.public_url),
        jwks_uri: at("/.well-known/jwks.json"),
        pushed_authorization_request_endpoint: standard.then(|| at("/oauth2/par")),
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        require_pushed_authorization_requests: standard.then_some(false),
        response_modes_supported: ["query", "fragment"],
        response_types_supported: ["code", "token"],
        revocation_endpoint: at("/oauth2/revoke"),
        revocation_endpoint_auth_methods_supported: standard.then_some(&AUTHENTICATION),
        scopes_supported: match standard {
            true => &SCOPES,
            false => COGNITOS_SCOPES,
        },
        subject_types_supported: ["public"],
        token_endpoint: at("/oauth2/token"),
        token_endpoint_auth_methods_supported: match standard {
            true => &AUTHENTICATION,
            false => &SECRETS,
        },
        userinfo_endpoint: at("/oauth2/userInfo"),
    };
    kept(
        reply::json(StatusCode::OK, &document),
        visit.web.settings.dev,
    )
}

/// The names of the pool's levels, the lowest first.
fn acr_values(pool: &Pool) -> Vec<String> {
    match tiers::is_lite(&pool.settings) {
        true => Vec::new(),
        false => (1..=4)
            .filter_map(|level| levels::name(pool, level))
            .collect(),
    }
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
