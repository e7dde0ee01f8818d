//! The server's own pages: the start page of the emulator and the built-in inbox.
//!
//! The inbox holds codes, so it answers only under host names that no stranger can point at this machine, and it exists
//! only if messages stay in it.

mod functions;
mod inbox;
mod landing;
mod messages;

use std::sync::Arc;

use axum::Router;
use axum::body;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cabana_api::logic::operators;
use cabana_api::{Api, Caller, Cx, Fault, RequestInfo};
use http::{HeaderMap, StatusCode};

use crate::authorize::{secured, set_cookie};
use crate::cookies::Place;
use crate::csrf::Csrf;
use crate::hosts::{self, Asked};
use crate::pages::emulator::Nav;
use crate::pages::{Brand, ErrorPage, Frame, PageError, Template};
use crate::params::Params;
use crate::texts::Texts;
use crate::visit::{info, is_form};
use crate::{Settings, Web, reply};

/// Longest form of these pages, in bytes.
const LONGEST_FORM: usize = 4096;

pub fn routes(settings: &Settings) -> Router<Arc<Web>> {
    let mut routes = Router::new();
    if settings.dev {
        routes = routes
            .route("/", get(landing::landing))
            .route("/_cabana/functions", get(functions::list));
    }
    if settings.inbox {
        routes = routes
            .route("/inbox", get(inbox::list).post(inbox::empty))
            .route("/inbox/{id}", get(inbox::message))
            .route(
                "/_cabana/messages",
                get(messages::list).delete(messages::empty),
            );
    }
    routes
}

/// A request to one of these pages, under one of the server's own host names.
pub struct Desk {
    pub web: Arc<Web>,
    pub asked: Asked,
    pub headers: HeaderMap,
    pub form: Params,
    pub info: RequestInfo,
    /// Path of the inbox in links.
    inbox: String,
}

impl FromRequest<Arc<Web>> for Desk {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let asked = parts.extensions.get::<Asked>().cloned();
        let Some(asked) = asked.filter(|asked| hosts::is_ours(web, &asked.host)) else {
            return Err(StatusCode::FORBIDDEN.into_response());
        };
        let info = info(&parts);
        let form = if is_form(&parts.headers) {
            let bytes = body::to_bytes(body, LONGEST_FORM).await;
            let bytes = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
            Params::parse(&String::from_utf8_lossy(&bytes))
        } else {
            Params::default()
        };
        Ok(Self {
            web: web.clone(),
            asked,
            headers: parts.headers,
            form,
            info,
            inbox: format!("{}/inbox", web.public.root),
        })
    }
}

impl Desk {
    fn cx(&self) -> Cx<'_> {
        Cx::new(&self.web.api, Caller::InProcess, self.info.clone())
    }

    fn frame(&self) -> Frame {
        frame(&self.web, &self.headers)
    }

    fn nav(&self) -> Nav {
        let at = |path: &str| format!("{}{path}", self.web.public.root);
        let settings = &self.web.settings;
        let demo = settings.demo.as_ref().map(|demo| demo.url.clone());
        Nav {
            start_url: at("/"),
            inbox_url: self.inbox.clone(),
            demo_url: demo.unwrap_or_else(|| at("/")),
            console_url: settings
                .console
                .then(|| at(&console(&self.web.api, settings.dev))),
        }
    }

    /// Scope of the cookies of these pages: only the inbox has forms.
    fn cookies(&self) -> Place<'_> {
        Place {
            path: &self.inbox,
            https: self.asked.is_https(),
        }
    }

    fn csrf(&self) -> Result<Csrf, Fault> {
        Csrf::of(&self.cx(), &self.headers, self.cookies())
    }

    fn page(&self, view: &impl Template, csrf: Option<Csrf>) -> Response {
        match view.render() {
            Ok(html) => {
                let mut response = secured(html, StatusCode::OK, None);
                set_cookie(&mut response, csrf.and_then(|csrf| csrf.cookie));
                response
            }
            Err(error) => failed(&Fault::internal(error)),
        }
    }
}

/// URL of the console; in the emulator the link that signs in directly.
pub fn console(api: &Api, dev: bool) -> String {
    let token = match dev {
        true => operators::setup_token(api, api.clock.now()).ok(),
        false => None,
    };
    token.map_or_else(
        || "/console".to_owned(),
        |token| format!("/console/setup?token={token}"),
    )
}

fn frame(web: &Web, headers: &HeaderMap) -> Frame {
    let brand = Brand {
        name: "Cabana".to_owned(),
        ..Brand::default()
    };
    let mut frame = Frame::new(Texts::accepted(headers), brand);
    frame.root.clone_from(&web.public.root);
    frame
}

fn failed(fault: &Fault) -> Response {
    tracing::error!(cause = ?fault.cause(), %fault, "a page of the server failed");
    reply::unavailable(Texts::english())
}

/// Answers an unknown path.
pub async fn not_found(State(web): State<Arc<Web>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    missing(&web, &parts.headers, info(&parts).id)
}

fn missing(web: &Web, headers: &HeaderMap, request_id: String) -> Response {
    let view = ErrorPage::new(frame(web, headers), PageError::NotFound, &request_id);
    match view.render() {
        Ok(html) => secured(html, StatusCode::NOT_FOUND, None),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
