//! One request to a pool's endpoints or pages, with everything handlers ask of it.

use std::future::Future;
use std::sync::Arc;

use axum::body;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use cabana_api::{Caller, Cx, Fault, Peer, RequestId, RequestInfo};
use cabana_domain::pool::Pool;
use http::{HeaderMap, StatusCode, header};

use crate::Web;
use crate::hosts::Asked;
use crate::params::Params;
use crate::site::Site;
use crate::texts::Texts;

/// Longest form that is read, in bytes.
const LONGEST_FORM: usize = 64 * 1024;
/// How often a step runs at most when others write what it read.
const RUNS: u32 = 4;

/// One request.
pub struct Visit {
    pub web: Arc<Web>,
    pub site: Site,
    pub asked: Asked,
    pub headers: HeaderMap,
    pub query: Params,
    /// The body; empty unless it is a form.
    pub form: Params,
    /// Whether the body is a form.
    pub is_form: bool,
    pub info: RequestInfo,
}

impl FromRequest<Arc<Web>> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let (Some(site), Some(asked)) = (
            parts.extensions.get::<Site>().cloned(),
            parts.extensions.get::<Asked>().cloned(),
        ) else {
            return Err(StatusCode::NOT_FOUND.into_response());
        };
        let info = info(&parts);
        let is_form = is_form(&parts.headers);
        let form = if is_form {
            let bytes = body::to_bytes(body, LONGEST_FORM)
                .await
                .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
            Params::parse(&String::from_utf8_lossy(&bytes))
        } else {
            Params::default()
        };
        Ok(Self {
            web: web.clone(),
            site,
            asked,
            query: Params::parse(parts.uri.query().unwrap_or_default()),
            headers: parts.headers,
            form,
            is_form,
            info,
        })
    }
}

/// What the API wants to know of a request.
pub fn info(parts: &http::request::Parts) -> RequestInfo {
    let header = |name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    RequestInfo {
        id: parts
            .extensions
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default(),
        source_ip: parts.extensions.get::<Peer>().map(|peer| peer.0),
        user_agent: header(header::USER_AGENT),
    }
}

/// Whether a body is a form, with or without a charset.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    kind.is_some_and(|kind| {
        kind.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

impl Visit {
    /// A context of the API for a step that begins now.
    pub fn cx(&self) -> Cx<'_> {
        Cx::new(&self.web.api, Caller::InProcess, self.info.clone())
    }

    /// The pool.
    pub fn pool(&self) -> &Pool {
        &self.site.pool
    }

    /// The path of another endpoint or page of the pool.
    pub fn path(&self, page: &str) -> String {
        format!("{}{page}", self.site.base)
    }

    /// The same with the query of this request, which carries the app's request from page to page.
    pub fn carrying(&self, page: &str) -> String {
        match self.query.as_sent() {
            "" => self.path(page),
            query => format!("{}?{query}", self.path(page)),
        }
    }

    /// What goes before `/oauth2/…` in addresses meant for other programs. In the emulator it
    /// follows the host that asked, so that browser and container each get what they can reach.
    pub fn public_base(&self) -> String {
        let public = &self.web.public;
        let (dev, base) = (self.web.settings.dev, &self.site.base);
        match &self.site.domain {
            Some(_) if dev => self.asked.origin(),
            Some(domain) => format!("{}://{domain}{}", public.scheme, public.port),
            None if dev && crate::hosts::is_ours(&self.web, &self.asked.host) => {
                format!("{}{base}", self.asked.origin())
            }
            None => format!("{}/{}", self.web.api.settings.public_url, self.site.pool.id),
        }
    }

    /// The reader's language.
    pub fn texts(&self) -> Texts {
        let accept = self
            .headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Texts::negotiate(self.query.get("lang"), accept)
    }
}

/// Runs a step again, with a fresh reading, when somebody else wrote what it had read.
///
/// # Errors
/// The step's fault.
pub async fn again<T, F>(step: impl Fn() -> F) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let mut runs = 0;
    loop {
        runs += 1;
        match step().await {
            Err(fault) if fault.lost_race() && runs < RUNS => {
                tracing::debug!(runs, "lost a race, running again");
            }
            result => return result,
        }
    }
}
