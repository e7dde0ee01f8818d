//! Events of the users of a pool, newest first.

mod line;
mod list;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

use crate::Console;
use crate::guard::not_the_operators;

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/pools/{id}/events", get(list::of_pool))
        .route(
            "/console/pools/{id}/users/{name}/events",
            get(list::of_user),
        )
        .route_layer(from_fn(not_the_operators))
}
