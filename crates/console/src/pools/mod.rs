//! The list of user pools, and the pages that create and delete them.

mod delete;
mod domain_names;
pub mod guide;
mod list;
mod make;
mod quick;
mod quick_start;
mod snippets;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

use crate::Console;
use crate::guard::not_the_operators;

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/pools", get(list::show))
        .route("/console/pools/new", get(guide::begin))
        .route(
            "/console/pools/new/{step}",
            get(guide::show).post(guide::go_on),
        )
        .route("/console/pools/quick", get(quick::show).post(quick::create))
        .route("/console/domain-available", get(domain_names::available))
        .merge(of_one_pool())
}

fn of_one_pool() -> Router<Arc<Console>> {
    Router::new()
        .route("/console/pools/{id}/quick-start", get(quick_start::show))
        .route("/console/pools/{id}/unfinished", get(make::unfinished))
        .route(
            "/console/pools/{id}/delete",
            get(delete::show).post(delete::delete),
        )
        .route_layer(from_fn(not_the_operators))
}
