//! The management console, under `/console`.
//!
//! The console is a client of the API: every action calls an operation as the operator, through the same dispatcher
//! as API requests. So the API can do whatever the console can, and roles and the audit log apply to both. Operators
//! are users of a pool of their own and sign in through the hosted pages with the code flow and PKCE. The console
//! keeps the tokens of an operator sealed in a cookie; what was entered in a form is kept as a draft.
//!
//! Every route is behind [`guard`], which identifies the operator first. A page gets a [`desk::Desk`], and cannot be
//! reached without a session or with a form that lacks this browser's CSRF token.

mod about;
mod assets;
mod components;
mod desk;
mod drafts;
mod emulator;
mod events;
mod form;
mod frame;
mod guard;
mod halt;
mod icon;
pub mod librechat;
mod navigation;
mod news;
mod operators;
mod pager;
mod pool_head;
mod pools;
mod server;
mod session;
mod settings;
mod setup;
mod sign_in;
mod sort;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::any;
use cabana_api::Api;

pub use operators::prepare;
pub use server::facts::Facts;

/// Path of the console.
pub const PATH: &str = "/console";

/// Settings of the server that the console needs besides the API.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether this is the emulator, where the setup link signs in directly.
    pub dev: bool,
    /// Whether messages stay in the built-in inbox.
    pub inbox: bool,
    /// Facts for the page Server.
    pub facts: Facts,
}

/// State of the console.
pub struct Console {
    pub(crate) api: Arc<Api>,
    pub(crate) settings: Settings,
    /// Router of the server's endpoints and hosted pages; the console calls its token endpoint.
    pub(crate) pages: Router,
}

impl Console {
    /// Creates the console next to the server's own pages. [`prepare`] must have run.
    pub fn new(api: Arc<Api>, pages: Router, settings: Settings) -> Self {
        Self {
            api,
            settings,
            pages,
        }
    }
}

/// Routes of everything under `/console`.
pub fn router(console: Console) -> Router {
    let mut open = Router::new();
    if console.settings.dev {
        open = open.merge(components::routes());
    }
    let console = Arc::new(console);
    let behind_sign_in = Router::new()
        .route(PATH, any(|| async { Redirect::to("/console/pools") }))
        .merge(pools::routes())
        .merge(settings::routes())
        .merge(users::routes())
        .merge(events::routes())
        .merge(server::routes())
        .merge(sign_in::routes_of_operators())
        .route("/console/{*rest}", any(guard::not_found));
    behind_sign_in
        .layer(from_fn_with_state(
            Arc::clone(&console),
            guard::operators_only,
        ))
        .merge(sign_in::routes())
        .merge(setup::routes())
        .merge(assets::routes())
        .merge(open)
        .layer(from_fn_with_state(Arc::clone(&console), guard::finish))
        .with_state(console)
}
