//! The HTTP side of the Runtime API, for one function.
//!
//! It has no authentication, as AWS's has none: the port is one of this machine, and web pages are refused.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use cabana_api::access::is_from_browser;
use cabana_api::ports::FunctionError;
use http::uri::Authority;
use http::{HeaderMap, StatusCode, header};

use super::Local;
use crate::config::is_loopback_host;
use crate::edge;
use crate::functions::answer::failure;
use crate::functions::calls::LARGEST;
use crate::problem::one_line;

/// Largest report of an error, in bytes.
const REPORT: usize = 256 * 1024;

/// The routes.
pub fn routes(function: Arc<Local>) -> Router {
    let routes = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(response))
        .route("/invocation/{id}/error", post(error))
        .route("/init/error", post(init_error))
        .with_state(function);
    Router::new()
        .nest("/2018-06-01/runtime", routes)
        .layer(middleware::from_fn(programs_only))
}

/// Refuses web pages: those of another origin, and those whose name a third party has pointed at this machine.
async fn programs_only(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    let is_here = host.is_some_and(|host| is_loopback_host(host.host()));
    match is_here && !is_from_browser(headers) {
        true => next.run(request).await,
        false => StatusCode::FORBIDDEN.into_response(),
    }
}

async fn next(State(function): State<Arc<Local>>) -> Response {
    let invocation = function.next().await;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", invocation.id),
        (
            "lambda-runtime-deadline-ms",
            invocation.deadline.to_string(),
        ),
        ("lambda-runtime-invoked-function-arn", invocation.arn),
        ("lambda-runtime-trace-id", trace()),
    ];
    (headers, invocation.event).into_response()
}

/// A trace that nobody follows, in the form of AWS X-Ray.
fn trace() -> String {
    let random: [u8; 16] = edge::random().unwrap_or_default();
    let (time, number) = random.split_at(4);
    format!(
        "Root=1-{}-{};Sampled=0",
        hex::encode(time),
        hex::encode(number)
    )
}

async fn response(
    State(function): State<Arc<Local>>,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let (status, answer) = match to_bytes(body, LARGEST).await {
        Ok(body) => (StatusCode::ACCEPTED, Ok(body.into())),
        Err(_) => (StatusCode::PAYLOAD_TOO_LARGE, Err(FunctionError::TooLarge)),
    };
    match function.answer(&id, answer) {
        true => accepted(status),
        false => unknown(),
    }
}

async fn error(
    State(function): State<Arc<Local>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let failed = FunctionError::Failed(reported(&headers, body).await);
    match function.answer(&id, Err(failed)) {
        true => accepted(StatusCode::ACCEPTED),
        false => unknown(),
    }
}

async fn init_error(
    State(function): State<Arc<Local>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let message = reported(&headers, body).await;
    tracing::error!(
        function = function.name,
        error = one_line(&message),
        "the function's runtime could not start"
    );
    function.fail(&message);
    accepted(StatusCode::ACCEPTED)
}

/// The message of an error, else its type.
async fn reported(headers: &HeaderMap, body: Body) -> String {
    let body = to_bytes(body, REPORT).await.unwrap_or_default();
    let kind = headers.get("lambda-runtime-function-error-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    failure(&body)
        .or(kind)
        .unwrap_or_else(|| "the function failed".to_owned())
}

fn accepted(status: StatusCode) -> Response {
    let json = [("content-type", "application/json")];
    (status, json, r#"{"status":"OK"}"#).into_response()
}

fn unknown() -> Response {
    let json = [("content-type", "application/json")];
    let body = r#"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#;
    (StatusCode::BAD_REQUEST, json, body).into_response()
}

#[cfg(test)]
mod tests;
