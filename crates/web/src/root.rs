//! The endpoints of a pool at the root of the server. Some clients take the host of a URL in the discovery document and
//! append Cognito's paths; the client id in the request then identifies the pool.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use cabana_api::Fault;
use cabana_domain::ClientId;
use cabana_domain::pool::Pool;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

use crate::params::Params;
use crate::texts::Texts;
use crate::visit::{LONGEST_FORM, is_form};
use crate::{Web, hosts, oauth, reply};

/// Endpoints that browsers open: they are redirected to the pool's own path, where the cookies are.
const OPENED: [&str; 3] = ["/login", "/logout", "/oauth2/authorize"];

/// Whether this path at the root is one of a pool's endpoints.
pub fn is_endpoint(path: &str) -> bool {
    OPENED.contains(&path) || oauth::is_for_programs(path)
}

/// Whether this host name is the server's own, and not a domain that no pool has.
pub fn is_at(web: &Web, host: &str) -> bool {
    hosts::is_ours(web, host) && hosts::prefix_of(web, host).is_none()
}

/// Whether browsers open this path.
pub fn is_opened(path: &str) -> bool {
    OPENED.contains(&path)
}

/// The pool of the client that a request names, if there is one, and the body, still to be read.
///
/// # Errors
/// An error response if the body is too large or the store fails.
pub async fn pool(
    web: &Web,
    parts: &Parts,
    query: &Params,
    body: Body,
) -> Result<(Option<Arc<Pool>>, Body), Response> {
    let (form, body) = if is_form(&parts.headers) {
        let bytes = to_bytes(body, LONGEST_FORM).await;
        let bytes = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        let form = Params::parse(&String::from_utf8_lossy(&bytes));
        (form, Body::from(bytes))
    } else {
        (Params::default(), body)
    };
    let named = query.get("client_id").map(str::to_owned);
    let named = named.or_else(|| oauth::client_named_in(&parts.headers, &form));
    let found = match named {
        Some(id) => of_client(web, &id).await,
        None => Ok(None),
    };
    match found {
        Ok(pool) => Ok((pool, body)),
        Err(fault) => {
            tracing::error!(cause = ?fault.cause(), "the pool could not be looked up");
            Err(reply::unavailable(Texts::accepted(&parts.headers)))
        }
    }
}

async fn of_client(web: &Web, id: &str) -> Result<Option<Arc<Pool>>, Fault> {
    let Some(client) = web.api.store.client(&ClientId::new(id)).await? else {
        return Ok(None);
    };
    Ok(web.api.store.pool(&client.pool).await?)
}

/// Redirects a browser to the pool's own path, with the form if there is one.
pub fn sent_on(parts: &Parts, base: &str, path: &str) -> Response {
    let query = parts.uri.query();
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    match HeaderValue::from_str(&format!("{base}{path}{query}")) {
        Ok(location) => {
            let location = [(header::LOCATION, location)];
            (StatusCode::TEMPORARY_REDIRECT, location).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
