//! The way of every request: made uniform, sent to the API or to the pages, logged, counted.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use cabana_api::{Handled, Peer, RequestId, SharedAddress, cors};
use cabana_web::Scheme;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header, request};
use hyper::body::Incoming;
use tower::ServiceExt;

use super::forwarded::{Origin, Proxy, origin};
use super::request::{one_host, plain, whole};
use super::{Answer, Link, Probes, labels};
use crate::edge;

/// The largest body of an API call: images for the sign-in pages come this way.
const API_BODY: usize = 2 * 1024 * 1024;
/// The largest body of anything else.
const PAGE_BODY: usize = 1024 * 1024;
/// How much of a path goes into the log.
const LOGGED_PATH: usize = 200;

/// What is allowed on this server.
#[derive(Clone, Debug)]
pub struct Policy {
    pub proxy: Proxy,
    /// Whether plain HTTP is answered with more than a pointer to the public URL.
    pub plain_http: bool,
    /// Without a trailing slash.
    pub public_url: String,
    /// Whether browsers are told to come back over TLS only.
    pub strict_transport: bool,
}

/// Answers calls of the API.
pub type Calls = Box<dyn Fn(Request<Bytes>) -> BoxFuture<'static, Response<Bytes>> + Send + Sync>;

/// Sends each request where it belongs.
pub struct Front {
    api: Calls,
    web: Router,
    probes: Probes,
    policy: Policy,
}

impl Front {
    /// A front before the API, the pages and the probes.
    pub fn new(api: Calls, web: Router, probes: Probes, policy: Policy) -> Self {
        Self {
            api,
            web,
            probes,
            policy,
        }
    }

    async fn route(
        &self,
        mut parts: request::Parts,
        body: Incoming,
        link: Link,
        id: &str,
    ) -> Response<Body> {
        if let Err(refusal) = one_host(&mut parts) {
            return refusal.into();
        }
        let Origin {
            address,
            is_own,
            https,
        } = origin(&mut parts.headers, link, self.policy.proxy);
        if let Some(response) = self.probes.answer(&parts.method, parts.uri.path()).await {
            return response;
        }
        if !https && !self.policy.plain_http {
            return self.to_https(&parts);
        }
        let is_api = is_api(&parts.method, parts.uri.path());
        let body = match whole(body, if is_api { API_BODY } else { PAGE_BODY }).await {
            Ok(body) => body,
            Err(refusal) => return refusal.into(),
        };
        parts.extensions.insert(Peer(address));
        if !is_own {
            parts.extensions.insert(SharedAddress);
        }
        parts.extensions.insert(RequestId(id.to_owned()));
        parts
            .extensions
            .insert(if https { Scheme::Https } else { Scheme::Http });
        let mut response = if is_api {
            let request = Request::from_parts(parts, body);
            (self.api)(request).await.map(Body::from)
        } else {
            let request = Request::from_parts(parts, Body::from(body));
            let Ok(response) = self.web.clone().oneshot(request).await;
            response
        };
        if !self.policy.strict_transport {
            // On localhost it would lock every other program on this machine out of plain HTTP.
            response
                .headers_mut()
                .remove(header::STRICT_TRANSPORT_SECURITY);
        }
        response
    }

    /// Somebody came without TLS: what they sent is seen by others already, so only links are helped.
    fn to_https(&self, parts: &request::Parts) -> Response<Body> {
        let target = format!("{}{}", self.policy.public_url, parts.uri);
        match HeaderValue::try_from(target) {
            Ok(target) if matches!(parts.method, Method::GET | Method::HEAD) => {
                let mut response = plain(StatusCode::PERMANENT_REDIRECT, "use https\n");
                response.headers_mut().insert(header::LOCATION, target);
                response
            }
            _ => plain(
                StatusCode::FORBIDDEN,
                "this server answers over https only\n",
            ),
        }
    }
}

impl Answer for Front {
    async fn answer(&self, request: Request<Incoming>, link: Link) -> Response<Body> {
        let started = Instant::now();
        let id = request_id();
        let (parts, body) = request.into_parts();
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let is_open = is_api(&method, &path) || cabana_web::is_open_to_scripts(&path);
        let work = AssertUnwindSafe(self.route(parts, body, link, &id));
        let mut response = work.catch_unwind().await.unwrap_or_else(|_| {
            metrics::counter!("cabana_panics_total").increment(1);
            tracing::error!(request_id = id, "a request ended in a panic");
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "something went wrong on the server\n",
            )
        });
        if let Ok(id) = HeaderValue::from_str(&id) {
            response
                .headers_mut()
                .entry(HeaderName::from_static("x-request-id"))
                .or_insert(id);
        }
        if is_open {
            // Also what was refused before it got anywhere.
            cors::allow(response.headers_mut());
        }
        report(&method, &path, &response, started, &id);
        response
    }
}

/// Whether a request is a call of the API.
fn is_api(method: &Method, path: &str) -> bool {
    path == "/" && matches!(*method, Method::POST | Method::OPTIONS)
}

fn request_id() -> String {
    let random = edge::random().unwrap_or_default();
    uuid::Builder::from_random_bytes(random)
        .into_uuid()
        .to_string()
}

/// One line in the log, and the counts.
fn report(method: &Method, path: &str, response: &Response<Body>, started: Instant, id: &str) {
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    let handled = response.extensions().get::<Handled>();
    let operation = handled.map(|handled| handled.operation.name());
    let error = handled
        .and_then(|handled| handled.error)
        .map(|kind| kind.as_str());
    let route = operation.unwrap_or_else(|| labels::route(path));
    if let (Some(operation), Some(kind)) = (operation, error) {
        metrics::counter!("cabana_api_errors_total", "operation" => operation, "kind" => kind)
            .increment(1);
    }
    metrics::histogram!("cabana_request_seconds", "route" => route).record(seconds);
    metrics::counter!("cabana_requests_total", "route" => route, "status" => status.to_string())
        .increment(1);

    let path = path.get(..LOGGED_PATH).unwrap_or(path);
    let ms = (seconds * 10_000.0).round() / 10.0;
    let is_probe = matches!(path, "/healthz" | "/readyz" | "/metrics");
    if is_probe && status < 500 {
        tracing::debug!(%method, path, status, ms, request_id = id, "request");
    } else {
        tracing::info!(%method, path, status, ms, request_id = id, operation, error, "request");
    }
}

#[cfg(test)]
mod tests;
