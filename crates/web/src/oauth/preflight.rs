//! Endpoints that scripts of any origin may call: they take no cookie, so nothing is given away.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use http::{HeaderValue, StatusCode, header};

use crate::Web;

/// Opens an endpoint to scripts of every origin.
pub fn open(endpoint: MethodRouter<Arc<Web>>) -> MethodRouter<Arc<Web>> {
    endpoint
        .options(preflight)
        .layer(axum::middleware::map_response(allow_all))
}

async fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

async fn allow_all(mut response: Response) -> Response {
    let any = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    response
}
