//! Style sheet, script and icon. Browsers cache each for a year, because its name carries a hash of its bytes.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};

use crate::{Web, assets};

pub fn routes() -> Router<Arc<Web>> {
    Router::new().route(&format!("{}{{name}}", assets::PATH), get(asset))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::find(&name) {
        Some(asset) => answer(asset, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file, or `304 Not Modified` if the browser's copy is current.
pub fn answer(asset: &assets::Asset, headers: &HeaderMap) -> Response {
    let kept = [
        (header::CACHE_CONTROL, assets::CACHE_CONTROL),
        (header::ETAG, asset.etag.as_str()),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag == asset.etag.as_str());
    if known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (
        kept,
        [(header::CONTENT_TYPE, asset.content_type)],
        asset.bytes.clone(),
    )
        .into_response()
}
