//! The list of user pools, and the ways to make and delete one.

mod list;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::Console;

pub fn routes() -> Router<Arc<Console>> {
    Router::new().route("/console/pools", get(list::show))
}
