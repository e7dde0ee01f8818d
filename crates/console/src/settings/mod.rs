//! A pool's settings and its app clients.

mod overview;
pub mod update;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::Console;

pub fn routes() -> Router<Arc<Console>> {
    Router::new().route("/console/pools/{id}", get(overview::show))
}
