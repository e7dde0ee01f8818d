//! The demo app: a small app as anyone would write one for Cognito.
//!
//! It signs in through the demo client by the authorization code flow with PKCE, checks state, nonce and the ID token,
//! and shows the claims. It stores nothing on the server: its state between two requests is sealed in cookies. It calls
//! the token endpoint like any app, only in this process.

mod flow;
mod id_token;
mod memory;
mod views;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, Request, State};
use axum::response::Response;
use axum::routing::get;
use cabana_api::{Api, RequestId};
use cabana_domain::client::Client;
use cabana_domain::{ClientId, PoolId};
use cabana_web::Scheme;
use cabana_web::cookies::Place;
use http::{HeaderMap, header};
use serde::Deserialize;

use cabana_web::memory::Memory;
use memory::{FLOW, SESSION};
use views::{Shown, redirect};

/// Start page of the app, and its sign-out URL.
pub const START: &str = "/demo";
/// Callback URL of the app.
pub const CALLBACK: &str = "/demo/callback";
/// Path of the inbox.
pub const INBOX: &str = "/inbox";
const SIGN_IN: &str = "/demo/sign-in";
const SIGN_OUT: &str = "/demo/sign-out";

/// State of the app.
pub struct DemoApp {
    api: Arc<Api>,
    pool: PoolId,
    client: ClientId,
    /// The endpoints and pages of the server.
    server: Router,
}

/// A failure, in words for the developer who reads the page.
type Failed = String;

/// Parameters of the callback.
#[derive(Deserialize)]
struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// A request to the app.
struct Visit {
    headers: HeaderMap,
    /// Scheme, host and port as the browser sees them.
    origin: String,
    https: bool,
    request_id: String,
}

impl DemoApp {
    /// The app for a demo client, next to the server's own pages.
    pub fn new(api: &Arc<Api>, client: &Client, server: Router) -> Self {
        Self {
            api: Arc::clone(api),
            pool: client.pool.clone(),
            client: client.id.clone(),
            server,
        }
    }

    /// Routes of the app's pages.
    pub fn routes(self) -> Router {
        Router::new()
            .route(START, get(start))
            .route(SIGN_IN, get(sign_in))
            .route(CALLBACK, get(callback))
            .route(SIGN_OUT, get(sign_out))
            .with_state(Arc::new(self))
    }

    fn memory(&self, visit: &Visit) -> Memory<'_> {
        Memory {
            sealer: &self.api.sealer,
            now: self.api.clock.now(),
            owner: "demo-app",
            place: Place {
                path: START,
                https: visit.https,
            },
        }
    }

    /// Whether the client has a callback URL on this origin.
    async fn is_registered(&self, origin: &str) -> Result<bool, Failed> {
        let callback = format!("{origin}{CALLBACK}");
        let client = flow::client(self).await?;
        Ok(client
            .settings
            .callback_urls
            .iter()
            .flatten()
            .any(|url| *url == callback))
    }
}

impl Visit {
    fn of(request: &Request) -> Self {
        let https = request.extensions().get::<Scheme>() == Some(&Scheme::Https);
        let host = request
            .headers()
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        let scheme = if https { "https" } else { "http" };
        Self {
            headers: request.headers().clone(),
            origin: format!("{scheme}://{host}"),
            https,
            request_id: request
                .extensions()
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
        }
    }
}

async fn start(State(app): State<Arc<DemoApp>>, request: Request) -> Response {
    let visit = Visit::of(&request);
    let mut shown = Shown::new(&visit);
    // The link signs in: it must not be shown under a host name that a stranger could point at this machine.
    if app.is_registered(&visit.origin).await.unwrap_or(false) {
        shown = shown.with_console(cabana_web::console_link(&app.api, true));
    }
    match app
        .memory(&visit)
        .recall::<memory::Session>(&visit.headers, SESSION)
    {
        Some(session) => match id_token::check(&app, &session.id_token, None).await {
            Ok(claims) => shown.home(&claims, &session.id_token),
            Err(_) => shown.start(),
        },
        None => shown.start(),
    }
}

async fn sign_in(State(app): State<Arc<DemoApp>>, request: Request) -> Response {
    let visit = Visit::of(&request);
    match app.is_registered(&visit.origin).await {
        Ok(true) => {}
        // Under a host name that the client does not know, the callback would be refused.
        Ok(false) => return redirect(&format!("{}{START}", app.api.settings.public_url), None),
        Err(failed) => return Shown::new(&visit).failed(failed),
    }
    match flow::begin(&app, &visit) {
        Ok((target, cookie)) => redirect(&target, Some(cookie)),
        Err(failed) => Shown::new(&visit).failed(failed),
    }
}

async fn callback(
    State(app): State<Arc<DemoApp>>,
    Query(back): Query<Back>,
    request: Request,
) -> Response {
    let visit = Visit::of(&request);
    match flow::finish(&app, &visit, back).await {
        Ok(cookies) => {
            let mut response = redirect(START, None);
            for cookie in cookies {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(failed) => Shown::new(&visit).failed(failed),
    }
}

async fn sign_out(State(app): State<Arc<DemoApp>>, request: Request) -> Response {
    let visit = Visit::of(&request);
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", app.client.as_str())
        .append_pair("logout_uri", &format!("{}{START}", visit.origin))
        .finish();
    let mut response = redirect(&format!("/{}/logout?{query}", app.pool), None);
    let forgotten = [SESSION, FLOW].map(|cookie| app.memory(&visit).forget(cookie));
    for cookie in forgotten.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests;
