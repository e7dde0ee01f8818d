//! A request to a pool's endpoints or pages, with everything handlers need.

use std::sync::Arc;

use axum::body;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use cabana_api::limits::{Category, Who};
use cabana_api::{Caller, Cx, Fault, Peer, RequestId, RequestInfo, faults};
use cabana_domain::ClientId;
use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_model::Operation;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};

use crate::Web;
use crate::cookies::Place;
use crate::hosts::Asked;
use crate::lang;
use crate::params::Params;
use crate::site::Site;
use crate::texts::Texts;

/// Longest form that is read, in bytes.
pub const LONGEST_FORM: usize = 64 * 1024;
/// The same for SAML: its longest messages have 100,000 bytes before they are encoded.
const LONGEST_SAML_FORM: usize = 256 * 1024;

/// A request.
pub struct Visit {
    pub web: Arc<Web>,
    pub site: Site,
    pub asked: Asked,
    /// The path below the pool, such as `/oauth2/token`.
    pub endpoint: String,
    pub headers: HeaderMap,
    pub query: Params,
    /// The body's parameters; empty unless it is a form.
    pub form: Params,
    /// Whether the body is a form.
    pub is_form: bool,
    pub info: RequestInfo,
}

impl FromRequest<Arc<Web>> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let (Some(site), Some(asked), Some(query)) = (
            parts.extensions.remove::<Site>(),
            parts.extensions.remove::<Asked>(),
            parts.extensions.remove::<Params>(),
        ) else {
            return Err(StatusCode::NOT_FOUND.into_response());
        };
        let (mut info, endpoint) = (info(&parts), parts.uri.path().to_owned());
        info.page_host = Some(asked.host.clone());
        let is_form = is_form(&parts.headers);
        let form = if is_form {
            let longest = match endpoint.starts_with("/saml2/") {
                true => LONGEST_SAML_FORM,
                false => LONGEST_FORM,
            };
            let bytes = body::to_bytes(body, longest)
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
            endpoint,
            query,
            headers: parts.headers,
            form,
            is_form,
            info,
        })
    }
}

/// The API's view of a request.
pub fn info(parts: &Parts) -> RequestInfo {
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
        // Programs at these endpoints are no SDK of AWS.
        sdk_agent: None,
        page_host: None,
        reads_only: parts.method == Method::HEAD,
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
    /// An API context for a step that begins now.
    pub fn cx(&self) -> Cx<'_> {
        Cx::new(&self.web.api, Caller::InProcess, self.info.clone())
    }

    /// Counts a step of a sign-in: of a user, or for a name, which is counted whether there is such a user or not.
    ///
    /// # Errors
    /// If the limit is exceeded.
    pub fn count_sign_in(&self, who: Who<'_>) -> Result<(), Fault> {
        let (limits, now) = (&self.web.api.limits, self.web.api.clock.now());
        let count = |who| {
            limits
                .category(Category::UserAuthentication, now)
                .and_then(|()| limits.user_read(&self.pool().id, who, now))
                .map_err(|_| faults::too_often(Operation::InitiateAuth))
        };
        match who {
            Who::Name(name) => count(Who::Name(&self.pool().login_key(name.trim()))),
            Who::User(_) => count(who),
        }
    }

    /// The pool.
    pub fn pool(&self) -> &Pool {
        &self.site.pool
    }

    /// A client of the pool.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn client(&self, id: &str) -> Result<Option<Arc<Client>>, Fault> {
        let client = self.web.api.store.client(&ClientId::new(id)).await?;
        Ok(client.filter(|client| client.pool == self.site.pool.id))
    }

    /// The client that the query names, for pages that only show its name.
    pub async fn named_client(&self) -> Option<Arc<Client>> {
        self.client(self.query.get("client_id")?).await.ok()?
    }

    /// Scope of the cookies of the pool's pages.
    pub fn cookies(&self) -> Place<'_> {
        Place {
            path: &self.site.base,
            https: self.asked.is_https(),
        }
    }

    /// The path of another endpoint or page of the pool.
    pub fn path(&self, page: &str) -> String {
        format!("{}{page}", self.site.base)
    }

    /// The path with the query of this request, which carries the app's request from page to page.
    pub fn carrying(&self, page: &str) -> String {
        match self.query.as_sent() {
            "" => self.path(page),
            query => format!("{}?{query}", self.path(page)),
        }
    }

    /// The parameters of query and form, encoded as sent.
    pub fn all_parameters(&self) -> String {
        let parts = [self.query.as_sent(), self.form.as_sent()];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("&")
    }

    /// Base of `/oauth2/…` in URLs for other programs. In the emulator it follows the host of the request, so that
    /// browsers and containers each get a URL they can reach.
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

    /// Base of URLs that browsers open. In the emulator, a program in a container network may use a host name that
    /// browsers outside do not know; browsers then go to the public URL, with the scheme of the request.
    pub fn browser_base(&self) -> String {
        let public = &self.web.public;
        // Sec-Fetch-Mode does not identify a browser: fetch in Node.js sends it too.
        let asks_itself = self.headers.contains_key("sec-fetch-site")
            || self.headers.contains_key(header::ORIGIN);
        let elsewhere = self.web.settings.dev
            && self.site.domain.is_none()
            && !asks_itself
            && crate::hosts::is_ours(&self.web, &self.asked.host)
            && !crate::hosts::opens_in_browsers(&self.web, &self.asked.host);
        if !elsewhere {
            return self.public_base();
        }
        let base = format!("{}/{}", self.web.api.settings.public_url, self.site.pool.id);
        match base.strip_prefix("http://") {
            Some(rest) if self.asked.is_https() && public.scheme == "http" => {
                format!("https://{rest}")
            }
            _ => base,
        }
    }

    /// The reader's language.
    pub fn texts(&self) -> Texts {
        let chosen =
            lang::asked(&self.query).or_else(|| lang::remembered(&self.headers, self.cookies()));
        Texts::preferred(chosen, &self.headers)
    }
}
