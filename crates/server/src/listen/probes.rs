//! `/healthz`, `/readyz`, `/metrics`: for those who watch over the server.

use std::time::Duration;

use axum::body::Body;
use cabana_store::SharedStore;
use http::{HeaderValue, Method, Response, StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;

use super::request::plain;

/// How long the store may take to answer before we are not ready.
const STORE_TIME: Duration = Duration::from_secs(5);

/// What the probes look at.
pub struct Probes {
    pub store: SharedStore,
    pub metrics: PrometheusHandle,
    pub stop: watch::Receiver<bool>,
}

impl Probes {
    /// The answer, if the path is a probe's.
    pub async fn answer(&self, method: &Method, path: &str) -> Option<Response<Body>> {
        let response = match path {
            _ if !matches!(*method, Method::GET | Method::HEAD) => return None,
            "/healthz" => plain(StatusCode::OK, "alive\n"),
            "/readyz" => self.ready().await,
            "/metrics" => self.metrics(),
            _ => return None,
        };
        Some(response)
    }

    async fn ready(&self) -> Response<Body> {
        if *self.stop.borrow() {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
        }
        let error = match tokio::time::timeout(STORE_TIME, self.store.ready()).await {
            Ok(Ok(())) => return plain(StatusCode::OK, "ready\n"),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the store does not answer".to_owned(),
        };
        tracing::warn!(error, "not ready");
        plain(StatusCode::SERVICE_UNAVAILABLE, "the store is not ready\n")
    }

    fn metrics(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.metrics.render()));
        let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
