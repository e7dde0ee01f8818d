//! The management console, under `/console`.
//!
//! It is a client of the API: every action is a call of an operation, in the operator's name, through the
//! dispatcher that the API itself uses; so what the console can do, the API can do, and roles and the audit log
//! hold for both. Operators are users of a pool of their own, who sign in through the hosted pages by the code
//! flow with PKCE. The console keeps nothing on the server: the tokens of an operator are sealed in a cookie.
//!
//! Every route stands behind [`guard`], which knows the operator before a page does; a page gets a [`desk::Desk`],
//! and cannot be reached without a session nor by a form that did not come from here.

mod about;
mod assets;
mod desk;
mod events;
mod form;
mod frame;
mod guard;
mod halt;
pub mod librechat;
mod operators;
mod pool_head;
mod pools;
mod server;
mod session;
mod settings;
mod setup;
mod sign_in;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::any;
use cabana_api::Api;

pub use operators::prepare;
pub use server::facts::Facts;

/// Where the console stands.
pub const PATH: &str = "/console";

/// What the console must know of the server besides the API.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether this is the emulator, where the set-up link signs in directly.
    pub dev: bool,
    /// Whether messages stay in the built-in inbox.
    pub inbox: bool,
    /// What the server page shows.
    pub facts: Facts,
}

/// The console, with all it needs.
pub struct Console {
    pub(crate) api: Arc<Api>,
    pub(crate) settings: Settings,
    /// The endpoints and pages of the server, for the token endpoint.
    pub(crate) pages: Router,
}

impl Console {
    /// The console next to the server's own pages. [`prepare`] must have run.
    pub fn new(api: Arc<Api>, pages: Router, settings: Settings) -> Self {
        Self {
            api,
            settings,
            pages,
        }
    }
}

/// Everything under `/console`.
pub fn router(console: Console) -> Router {
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
        .layer(from_fn_with_state(Arc::clone(&console), guard::finish))
        .with_state(console)
}
