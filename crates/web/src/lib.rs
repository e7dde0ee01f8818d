//! The OAuth 2.0 / OpenID Connect endpoints and the hosted sign-in pages.
//!
//! [`router`] answers all HTTP requests outside the JSON API. A request is first assigned to its pool ([`site`]): by
//! the first segment of the path, or by the host if the pool has a domain; from there on each endpoint and page is
//! written once. Pages call the API's operations in this process and share its sign-in driver, so that pages and API
//! decide alike. Sign-in does not go through the dispatcher: its rate limits are counted here (`Visit::count_sign_in`).

mod asset_routes;
pub mod assets;
mod authorize;
pub mod cookies;
pub mod csrf;
mod emulator;
mod federation;
mod hosted;
pub mod hosts;
mod lang;
pub mod memory;
mod oauth;
pub mod pages;
pub mod params;
mod rate_limit;
pub mod reply;
mod root;
mod site;
mod steps;
pub mod texts;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;
use cabana_api::Api;

pub use asset_routes::answer as asset_answer;
pub use authorize::under_policy;
pub use emulator::console as console_link;
pub use federation::trial;
pub use hosts::Scheme;
pub use oauth::is_open_to_scripts;
pub use visit::{info, is_form};

/// Settings of the pages besides those of the API.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether this is the emulator: endpoints follow the host of the request, and there is a start page.
    pub dev: bool,
    /// Whether messages stay in the built-in inbox and can be read there.
    pub inbox: bool,
    /// Whether there is a console at `/console`.
    pub console: bool,
    /// The demo, for the start page of the emulator.
    pub demo: Option<Demo>,
}

/// The demo pool of the emulator.
#[derive(Clone, Debug)]
pub struct Demo {
    pub pool_id: String,
    pub client_id: String,
    /// Start URL of the demo app.
    pub url: String,
    /// User name and password of the demo user.
    pub user: Option<(String, String)>,
}

/// The state of the endpoints and pages.
pub struct Web {
    pub api: Arc<Api>,
    pub settings: Settings,
    public: hosts::PublicUrl,
}

impl Web {
    /// The endpoints and pages of an API.
    pub fn new(api: Arc<Api>, settings: Settings) -> Self {
        let public = hosts::PublicUrl::parse(&api.settings.public_url);
        Self {
            api,
            settings,
            public,
        }
    }
}

/// A path below a pool, and its handlers.
type Route = (&'static str, MethodRouter<Arc<Web>>);

fn pool_routes() -> Vec<Route> {
    let mut routes = authorize::routes();
    routes.extend(federation::routes());
    routes.extend(oauth::routes());
    routes.extend(hosted::routes());
    routes
}

/// Paths of a pool's endpoints and pages, as [`router`] knows them.
pub fn pool_paths() -> Vec<&'static str> {
    pool_routes().into_iter().map(|(path, _)| path).collect()
}

/// Answers every request that is not for the JSON API. Routes that callers add take precedence.
pub fn router(web: Web) -> Router {
    let web = Arc::new(web);
    let pools = pool_routes()
        .into_iter()
        .fold(Router::new(), |all, (path, methods)| {
            all.route(path, methods)
        })
        .fallback(authorize::not_found)
        .with_state(web.clone());
    let server = asset_routes::routes()
        .merge(emulator::routes(&web.settings))
        .fallback(emulator::not_found)
        .with_state(web.clone());
    Router::new()
        .fallback(site::dispatch)
        .with_state(site::Sites { web, pools, server })
}
