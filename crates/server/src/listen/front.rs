//! The path of every request: normalized, passed to the API or to the pages, logged, counted.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::MatchedPath;
use bytes::Bytes;
use cabana_api::faults::Reason;
use cabana_api::{Handled, Peer, RequestId, SharedAddress, cors};
use cabana_web::Scheme;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::uri::Authority;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header, request,
};
use hyper::body::Incoming;
use tower::ServiceExt;

use super::forwarded::{Proxy, origin};
use super::request::{head, one_host, plain, too_many_requests, whole};
use super::{Answer, Link, Probes, Shares, labels};
use crate::edge;

/// Largest body at the console, in bytes: mail templates are edited there.
const CONSOLE_BODY: usize = 1024 * 1024;
/// Largest body of all other requests except API calls, in bytes.
const PAGE_BODY: usize = 64 * 1024;
/// Longest logged path.
const LOGGED_PATH: usize = 200;

/// Policy of this server.
#[derive(Clone, Debug)]
pub struct Policy {
    pub proxy: Proxy,
    /// Whether plain HTTP requests are answered, not just redirected to the public URL.
    pub plain_http: bool,
    /// Without a trailing slash.
    pub public_url: String,
    /// Whether responses carry `Strict-Transport-Security`, so that browsers use TLS only.
    pub strict_transport: bool,
}

impl Policy {
    /// Whether a request through a proxy that does not say so began with TLS: the public URL is https, and the host is
    /// not a name of this machine alone.
    fn is_https_by_name(&self, headers: &HeaderMap) -> bool {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .and_then(|host| host.parse::<Authority>().ok());
        self.public_url.starts_with("https://")
            && host.is_some_and(|host| !crate::config::is_loopback_host(host.host()))
    }
}

/// The API as the server calls it.
pub trait Calls: Send + Sync + 'static {
    /// Largest body of a call with this head.
    fn largest_body<'a>(&'a self, head: &'a request::Parts) -> BoxFuture<'a, usize>;

    /// Answers a call.
    fn answer(&self, call: Request<Bytes>) -> BoxFuture<'_, Response<Bytes>>;
}

/// Passes each request to its handler.
pub struct Front {
    api: Box<dyn Calls>,
    web: Router,
    probes: Arc<Probes>,
    shares: Arc<Shares>,
    policy: Policy,
}

impl Front {
    /// A front for the API, the pages and the probes.
    pub fn new(
        api: impl Calls,
        web: Router,
        probes: Arc<Probes>,
        shares: Arc<Shares>,
        policy: Policy,
    ) -> Self {
        Self {
            api: Box::new(api),
            web,
            probes,
            shares,
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
        let origin = origin(&mut parts.headers, link, self.policy.proxy);
        let https = origin
            .https
            .unwrap_or_else(|| self.policy.is_https_by_name(&parts.headers));
        if let Some(response) = self
            .probes
            .answer(&parts.method, parts.uri.path(), &origin)
            .await
        {
            return response;
        }
        if !https && !self.policy.plain_http {
            return self.to_https(&parts);
        }
        let Some(_holding) = self.shares.request(&origin) else {
            return too_many_requests().into();
        };
        let mut sent = self.shares.sent(&origin);
        if let Err(refusal) = head(&parts, &mut sent) {
            return refusal.into();
        }
        let is_api = is_api(&parts.method, parts.uri.path());
        let largest = match parts.uri.path() {
            _ if is_api => self.api.largest_body(&parts).await,
            path if path.starts_with("/console/") => CONSOLE_BODY,
            _ => PAGE_BODY,
        };
        let body = match whole(body, largest, &mut sent).await {
            Ok(body) => body,
            Err(refusal) => return refusal.into(),
        };
        parts.extensions.insert(Peer(origin.address));
        if !origin.is_own {
            parts.extensions.insert(SharedAddress);
        }
        parts.extensions.insert(RequestId(id.to_owned()));
        parts
            .extensions
            .insert(if https { Scheme::Https } else { Scheme::Http });
        let mut response = if is_api {
            let request = Request::from_parts(parts, body);
            self.api.answer(request).await.map(Body::from)
        } else {
            let request = Request::from_parts(parts, Body::from(body));
            let Ok(response) = self.web.clone().oneshot(request).await;
            response
        };
        if !self.policy.strict_transport {
            // On localhost it would keep browsers from plain HTTP to every other program on this machine.
            response
                .headers_mut()
                .remove(header::STRICT_TRANSPORT_SECURITY);
        }
        response
    }

    /// Answers a request without TLS: others have already seen what it carried, so only links are redirected.
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
            // This includes requests refused before they reached a handler.
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

/// A path for the log: of the console only its pattern, because its paths contain user names.
fn logged<'p>(path: &'p str, response: &'p Response<Body>) -> &'p str {
    if path != cabana_console::PATH && !path.starts_with("/console/") {
        return path
            .get(..path.floor_char_boundary(LOGGED_PATH))
            .unwrap_or_default();
    }
    let pattern = response.extensions().get::<MatchedPath>();
    pattern.map_or(cabana_console::PATH, MatchedPath::as_str)
}

/// Logs and counts the request.
fn report(method: &Method, path: &str, response: &Response<Body>, started: Instant, id: &str) {
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    let handled = response.extensions().get::<Handled>();
    let operation = handled.map(|handled| handled.operation.name());
    let error = handled
        .and_then(|handled| handled.error)
        .map(|kind| kind.as_str());
    let reason = handled
        .and_then(|handled| handled.reason)
        .map(Reason::as_str);
    let route = operation.unwrap_or_else(|| labels::route(path));
    if let (Some(operation), Some(kind)) = (operation, error) {
        metrics::counter!("cabana_api_errors_total", "operation" => operation, "kind" => kind)
            .increment(1);
    }
    metrics::histogram!("cabana_request_seconds", "route" => route).record(seconds);
    metrics::counter!("cabana_requests_total", "route" => route, "status" => status.to_string())
        .increment(1);

    let path = logged(path, response);
    let ms = (seconds * 10_000.0).round() / 10.0;
    let is_probe = matches!(path, "/healthz" | "/readyz" | "/metrics");
    if is_probe && status < 500 {
        tracing::debug!(%method, path, status, ms, request_id = id, "request");
    } else {
        tracing::info!(%method, path, status, ms, request_id = id, operation, error, reason, "request");
    }
}

#[cfg(test)]
mod tests;
