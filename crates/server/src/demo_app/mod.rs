//! The demo app: a relying party in a few lines, as anybody would write one against Cognito.
//!
//! It signs in through the demo client by the code flow with PKCE, checks state, nonce and the ID
//! token, and shows what it got. It keeps nothing on the server: what it must remember between two
//! requests is sealed in cookies. It talks to the token endpoint like any app, only without a wire.

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

/// Where the app starts, and where people come back to after signing out.
pub const START: &str = "/demo";
/// Where the sign-in page sends people back to.
pub const CALLBACK: &str = "/demo/callback";
/// The page of the inbox.
pub const INBOX: &str = "/inbox";
const SIGN_IN: &str = "/demo/sign-in";
const SIGN_OUT: &str = "/demo/sign-out";

/// The app, with all it needs.
pub struct DemoApp {
    api: Arc<Api>,
    pool: PoolId,
    client: ClientId,
    /// The endpoints and pages of the server.
    server: Router,
}

/// What can go wrong, in words for the developer who reads the page.
type Failed = String;

/// What the sign-in page sends back.
#[derive(Deserialize)]
struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Where a request came to, and what it brought.
struct Visit {
    headers: HeaderMap,
    /// Scheme, host and port as the browser sees them.
    origin: String,
    https: bool,
    request_id: String,
}

impl DemoApp {
    /// The app over a demo client, next to the server's own pages.
    pub fn new(api: &Arc<Api>, client: &Client, server: Router) -> Self {
        Self {
            api: Arc::clone(api),
            pool: client.pool.clone(),
            client: client.id.clone(),
            server,
        }
    }

    /// The app's pages.
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

    /// Whether the client may be sent back to this origin.
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
    // The link signs in: nobody may read it who comes by a name that a stranger pointed at us.
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
        // Under a name the client does not know, the way back would be refused.
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
