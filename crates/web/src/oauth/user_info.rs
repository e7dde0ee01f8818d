//! `/oauth2/userInfo`: the bearer's data, as far as scopes and client allow. Every value is a
//! string, flags too.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use cabana_api::logic::{access_token, claims};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::reply;
use crate::visit::Visit;

const BAD_REQUEST: &str = "Bad OAuth2 request at UserInfo Endpoint";
const BAD_TOKEN: &str =
    "Access token is expired, disabled, or deleted, or the user has globally signed out.";
const NO_OPENID: &str = "Access token does not contain openid scope";

pub async fn user_info(visit: Visit) -> Response {
    let Some(token) = token(&visit) else {
        return refused(StatusCode::BAD_REQUEST, "invalid_request", BAD_REQUEST);
    };
    let who = match access_token::verify_any(&visit.cx(), token).await {
        Ok(who) => who,
        Err(fault) if fault.is_internal() => {
            tracing::error!(cause = ?fault.cause(), "userInfo failed");
            return reply::unavailable();
        }
        Err(_) => return refused(StatusCode::UNAUTHORIZED, "invalid_token", BAD_TOKEN),
    };
    if who.pool.id != visit.site.pool.id {
        return refused(StatusCode::UNAUTHORIZED, "invalid_token", BAD_TOKEN);
    }
    if !who.scopes.iter().any(|scope| scope == "openid") {
        return refused(StatusCode::UNAUTHORIZED, "invalid_token", NO_OPENID);
    }
    let api = &visit.web.api;
    let (pool, sub) = (&who.pool.id, who.user.sub.as_str());
    if api.limits.user_read(pool, sub, api.clock.now()).is_err() {
        return super::too_often();
    }
    let mut data: BTreeMap<&str, &str> =
        claims::readable(&who.client, &who.user, Some(&who.scopes)).collect();
    data.insert("sub", who.user.sub.as_str());
    data.insert("username", &who.user.username);
    reply::json(StatusCode::OK, &data)
}

/// RFC 6750: in the header, or in the form of a POST.
fn token(visit: &Visit) -> Option<&str> {
    let Some(header) = visit.headers.get(header::AUTHORIZATION) else {
        return visit.form.get("access_token");
    };
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    #[derive(Serialize)]
    struct Body<'b> {
        error: &'b str,
        error_description: &'b str,
    }
    let challenge = format!("Bearer error=\"{error}\", error_description=\"{description}\"");
    let body = Body {
        error,
        error_description: description,
    };
    let response = reply::json(status, &body);
    match HeaderValue::from_str(&challenge) {
        Ok(challenge) => ([(header::WWW_AUTHENTICATE, challenge)], response).into_response(),
        Err(_) => response,
    }
}
