//! What concerns the whole server: inbox, messages, audit log, access keys, the server itself.

pub mod facts;

use std::sync::Arc;

use axum::Router;

use crate::Console;

pub fn routes() -> Router<Arc<Console>> {
    Router::new()
}
