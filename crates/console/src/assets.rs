//! The style sheet and the script. The style sheet shares its tokens with the hosted pages, the script all of theirs.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use cabana_web::asset_answer;
use cabana_web::assets::{Asset, SCRIPT_TEXT, TOKENS_TEXT, compact, compact_style};
use http::{HeaderMap, StatusCode};

use crate::Console;

const PATH: &str = "/console/assets/";

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let own = [
        include_str!("../assets/base.css"),
        include_str!("../assets/frame.css"),
        include_str!("../assets/parts.css"),
        include_str!("../assets/pages.css"),
    ];
    let text = [TOKENS_TEXT, &own.concat()].concat();
    Asset::new(
        "console",
        "css",
        "text/css; charset=utf-8",
        Bytes::from(compact_style(&text)),
    )
});

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let text = [SCRIPT_TEXT, include_str!("../assets/console.js")].concat();
    Asset::new(
        "console",
        "js",
        "text/javascript; charset=utf-8",
        Bytes::from(compact(&text)),
    )
});

/// Path of the style sheet.
pub fn style_url() -> String {
    format!("{PATH}{}", STYLE.name)
}

/// Path of the script.
pub fn script_url() -> String {
    format!("{PATH}{}", SCRIPT.name)
}

pub fn routes() -> Router<Arc<Console>> {
    Router::new().route("/console/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let found = [&*STYLE, &*SCRIPT]
        .into_iter()
        .find(|asset| asset.name == name);
    match found {
        Some(asset) => asset_answer(asset, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
