//! Users, groups and operators.

use std::sync::Arc;

use axum::Router;

use crate::Console;

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
}
