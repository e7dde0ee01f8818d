//! Pages about the whole server: inbox, messages, audit log, access keys, the server itself.

mod access_keys;
mod audit;
pub mod facts;
mod inbox;
mod messages;
pub mod pages;
mod status;
mod test_mail;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::Console;

pub fn routes() -> Router<Arc<Console>> {
    const KEY: &str = "/console/access-keys/{id}";
    let key = |rest: &str| format!("{KEY}/{rest}");
    Router::new()
        .route("/console/inbox", get(inbox::list))
        .route("/console/inbox/empty", post(inbox::empty))
        .route("/console/inbox/{id}", get(inbox::message))
        .route("/console/messages", get(messages::show))
        .route("/console/audit", get(audit::show))
        .route("/console/access-keys", get(access_keys::list))
        .route(
            "/console/access-keys/new",
            get(access_keys::blank).post(access_keys::create),
        )
        .route(&key("enable"), post(access_keys::enable))
        .route(&key("disable"), post(access_keys::disable))
        .route(&key("delete"), post(access_keys::delete))
        .route(status::PAGE, get(status::show))
        .route("/console/server/test-mail", post(test_mail::send))
}
