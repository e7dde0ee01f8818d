//! `/healthz`, `/readyz`, `/metrics`: for monitoring.

use std::time::{Duration, Instant};

use axum::body::Body;
use cabana_store::SharedStore;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{Mutex, watch};

use super::forwarded::Origin;
use super::request::plain;
use super::{Answer, Link};

/// Timeout of the store, after which the server is not ready.
const STORE_TIME: Duration = Duration::from_secs(5);
/// Time for which a result is reused: anyone may call the probe, and each check costs a query.
const FRESH: Duration = Duration::from_secs(1);

/// Access to `/metrics` on the main port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metrics {
    /// Requests from this machine, except through a proxy on it.
    Here,
    /// None: the metrics have an address of their own.
    Elsewhere,
}

/// State of the probes.
pub struct Probes {
    store: SharedStore,
    metrics: PrometheusHandle,
    stop: watch::Receiver<bool>,
    place: Metrics,
    /// Time and result of the last check of the store.
    asked: Mutex<Option<(Instant, bool)>>,
}

impl Probes {
    /// Probes of a server that stops when `stop` turns true.
    pub fn new(
        store: SharedStore,
        metrics: PrometheusHandle,
        stop: watch::Receiver<bool>,
        place: Metrics,
    ) -> Self {
        Self {
            store,
            metrics,
            stop,
            place,
            asked: Mutex::default(),
        }
    }

    /// The response, if the path is a probe's.
    pub(super) async fn answer(
        &self,
        method: &Method,
        path: &str,
        origin: &Origin,
    ) -> Option<Response<Body>> {
        let response = match path {
            _ if !matches!(*method, Method::GET | Method::HEAD) => return None,
            "/healthz" => plain(StatusCode::OK, "alive\n"),
            "/readyz" => self.ready().await,
            "/metrics" => match self.place {
                Metrics::Here if origin.is_own && origin.address.is_loopback() => {
                    rendered(&self.metrics)
                }
                Metrics::Here => plain(
                    StatusCode::FORBIDDEN,
                    "only this machine may read the metrics here: give them an address of their own with --metrics-listen\n",
                ),
                Metrics::Elsewhere => plain(
                    StatusCode::NOT_FOUND,
                    "the metrics have an address of their own (--metrics-listen)\n",
                ),
            },
            _ => return None,
        };
        Some(response)
    }

    /// Time of the last check of the store.
    #[cfg(test)]
    pub(super) async fn asked_at(&self) -> Option<Instant> {
        self.asked.lock().await.map(|(at, _)| at)
    }

    async fn ready(&self) -> Response<Body> {
        if *self.stop.borrow() {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
        }
        let mut asked = self.asked.lock().await;
        let is_ready = match *asked {
            Some((at, is_ready)) if at.elapsed() < FRESH => is_ready,
            _ => {
                let is_ready = self.store_is_ready().await;
                *asked = Some((Instant::now(), is_ready));
                is_ready
            }
        };
        match is_ready {
            true => plain(StatusCode::OK, "ready\n"),
            false => plain(StatusCode::SERVICE_UNAVAILABLE, "the store is not ready\n"),
        }
    }

    async fn store_is_ready(&self) -> bool {
        let error = match tokio::time::timeout(STORE_TIME, self.store.ready()).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the store does not answer".to_owned(),
        };
        tracing::warn!(error, "not ready");
        false
    }
}

/// The port that serves only metrics.
pub struct MetricsPort(pub PrometheusHandle);

impl Answer for MetricsPort {
    async fn answer(&self, request: Request<Incoming>, _: Link) -> Response<Body> {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            "/metrics" if is_read => rendered(&self.0),
            _ => plain(StatusCode::NOT_FOUND, "only /metrics is here\n"),
        }
    }
}

fn rendered(metrics: &PrometheusHandle) -> Response<Body> {
    let mut response = Response::new(Body::from(metrics.render()));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
