//! `/oauth2/userInfo`: attributes of the token's user, as far as the scopes and the client's read permissions allow.
//! Every value is a string, flags too; in the standard dialect each has its type.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use cabana_api::limits::Who;
use cabana_api::logic::tokens::jwt::Unverified;
use cabana_api::logic::tokens::{access_token, claims, standard};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::authorize::errors::{Kind, Refusal};
use crate::authorize::refusals;
use crate::params::Params;
use crate::reply;
use crate::visit::Visit;

const BAD_REQUEST: &str = "Bad OAuth2 request at UserInfo Endpoint";
const BAD_TOKEN: &str =
    "Access token is expired, disabled, or deleted, or the user has globally signed out.";
const NO_OPENID: &str = "Access token does not contain openid scope";

pub async fn user_info(visit: Visit) -> Response {
    let Some(token) = token(&visit) else {
        return refused(
            &visit,
            Refusal::new(Kind::InvalidRequest, BAD_REQUEST),
            None,
        );
    };
    let bad_token = |description, why| {
        let refusal = Refusal::new(Kind::InvalidToken, description);
        refused(&visit, refusal, Some((token, why)))
    };
    let who = match access_token::verify_any(&visit.cx(), token).await {
        Ok(who) => who,
        Err(fault) if fault.is_internal() => {
            tracing::error!(cause = ?fault.cause(), "userInfo failed");
            return reply::unavailable(visit.texts());
        }
        Err(fault) => return bad_token(BAD_TOKEN, fault.message.into_owned()),
    };
    if who.pool.id != visit.site.pool.id {
        return bad_token(BAD_TOKEN, "it is of another user pool".to_owned());
    }
    if !who.scopes.iter().any(|scope| scope == "openid") {
        return bad_token(NO_OPENID, NO_OPENID.to_owned());
    }
    let api = &visit.web.api;
    let (pool, bearer) = (&who.pool.id, Who::User(&who.user.sub));
    if api.limits.user_read(pool, bearer, api.clock.now()).is_err() {
        return super::too_often();
    }
    if who.pool.speaks_standard() {
        let mut data = standard::user_info(&who.client, &who.user, &who.scopes, &who.asked);
        data.insert("sub".into(), who.user.sub.as_str().into());
        return reply::json(StatusCode::OK, &data);
    }
    let mut data: BTreeMap<&str, &str> =
        claims::readable(&who.client, &who.user, Some(&who.scopes)).collect();
    data.insert("sub", who.user.sub.as_str());
    data.insert("username", &who.user.username);
    reply::json(StatusCode::OK, &data)
}

/// The bearer token, in the header or in the form of a POST (RFC 6750).
fn token(visit: &Visit) -> Option<&str> {
    bearer(&visit.headers, &visit.form)
}

/// The bearer token of a request.
pub fn bearer<'v>(headers: &'v HeaderMap, form: &'v Params) -> Option<&'v str> {
    let Some(header) = headers.get(header::AUTHORIZATION) else {
        return form.get("access_token");
    };
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

/// The error response. If a token was refused, the log gets the reason.
fn refused(visit: &Visit, refusal: Refusal, token: Option<(&str, String)>) -> Response {
    #[derive(Serialize)]
    struct Body<'b> {
        error: &'b str,
        error_description: &'b str,
    }
    let status = match refusal.kind {
        Kind::InvalidRequest => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNAUTHORIZED,
    };
    let error = refusal.kind.as_str();
    let description = refusal.description.as_deref().unwrap_or_default();
    let challenge = format!("Bearer error=\"{error}\", error_description=\"{description}\"");
    let body = Body {
        error,
        error_description: description,
    };
    let response = reply::json(status, &body);
    // The client in the token is unverified; it only helps readers of the log.
    let client = token.as_ref().and_then(|(token, _)| client_in(token));
    let why = token.map(|(_, why)| why);
    refusals::log(
        visit,
        client.as_deref(),
        &match why {
            Some(why) => Refusal::new(refusal.kind, why),
            None => refusal,
        },
    );
    match HeaderValue::from_str(&challenge) {
        Ok(challenge) => ([(header::WWW_AUTHENTICATE, challenge)], response).into_response(),
        Err(_) => response,
    }
}

/// The client that a token names, verified or not.
pub fn client_in(token: &str) -> Option<String> {
    let unverified = Unverified::read(token)?;
    let client = unverified.claims().get("client_id")?.as_str()?;
    Some(client.to_owned())
}
