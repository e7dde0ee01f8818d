//! The pool of a request, named by the path or by the host.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use cabana_api::{Fault, RequestId, cors};
use cabana_domain::PoolId;
use cabana_domain::pool::Pool;
use http::header;
use http::request::Parts;
use tower::ServiceExt;

use crate::cookies::Place;
use crate::hosts::{self, Asked};
use crate::params::Params;
use crate::texts::Texts;
use crate::{Web, assets, authorize, lang, oauth, rate_limit, reply, root};

/// The pool of a request, and the base of its pages.
#[derive(Clone)]
pub struct Site {
    pub pool: Arc<Pool>,
    /// Path before `/login`: `/us-east-1_abc`, or empty under the pool's own domain, after the path of the public URL.
    pub base: String,
    /// The domain, if the host named the pool.
    pub domain: Option<String>,
}

/// The routers behind the dispatch.
#[derive(Clone)]
pub struct Sites {
    pub web: Arc<Web>,
    pub pools: Router,
    pub server: Router,
}

/// Passes a request to its pool, or to the server's own pages. Scripts may read every answer, even that there is no
/// such pool.
pub async fn dispatch(State(sites): State<Sites>, request: Request) -> Response {
    let is_open = oauth::is_open_to_scripts(request.uri().path());
    if is_open && cors::is_preflight(request.method()) {
        return cors::preflight();
    }
    let mut response = answer(sites, request).await;
    if is_open {
        cors::allow(response.headers_mut());
    }
    response
}

async fn answer(sites: Sites, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (asked, method) = (Asked::of(&parts), parts.method.clone());
    let id = parts.extensions.get::<RequestId>().cloned();
    let mut response = routed(sites, parts, body, &asked).await;
    reply::finish(
        &method,
        response.headers_mut(),
        asked.is_https(),
        id.as_ref().map(|id| id.0.as_str()),
    );
    response
}

async fn routed(sites: Sites, mut parts: Parts, body: Body, asked: &Asked) -> Response {
    let path = parts.uri.path();
    let path = path
        .strip_prefix(sites.web.public.root.as_str())
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
        .to_owned();
    let query = Params::parse(parts.uri.query().unwrap_or_default());
    let (found, body) = match find(&sites.web, asked, &path).await {
        Ok(None) if root::is_endpoint(&path) && root::is_at(&sites.web, &asked.host) => {
            match at_the_root(&sites.web, &parts, &query, body, &path).await {
                Ok((site, body)) => (Some((site, path.clone())), body),
                Err(Some(response)) => return response,
                Err(None) => (None, Body::empty()),
            }
        }
        Ok(found) => (found, body),
        Err(fault) => {
            tracing::error!(cause = ?fault.cause(), "the pool could not be looked up");
            return reply::unavailable(Texts::accepted(&parts.headers));
        }
    };
    let (mut language, of_pool) = (None, found.is_some());
    let (router, path) = match found {
        Some((site, rest)) => {
            let place = Place {
                path: &site.base,
                https: asked.is_https(),
            };
            language = lang::remember(&query, place);
            parts.extensions.insert(site);
            parts.extensions.insert(query);
            (sites.pools, rest)
        }
        None => (sites.server, path),
    };
    if let Some(uri) = hosts::with_path(&parts.uri, &path) {
        parts.uri = uri;
    }
    parts.extensions.insert(asked.clone());
    if of_pool && rate_limit::count(&sites.web, &parts).is_err() {
        return rate_limit::refuse(&sites.web, parts).await;
    }
    // Not before the limit: opening what was pushed costs more than to refuse.
    expand_pushed(&sites.web, &mut parts);
    let Ok(mut response) = router.oneshot(Request::from_parts(parts, body)).await;
    if let Some(cookie) = language {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The site of an endpoint at the server's root, found by the client in the request.
///
/// # Errors
/// An error response; `None` if there is no such page.
async fn at_the_root(
    web: &Web,
    parts: &Parts,
    query: &Params,
    body: Body,
    path: &str,
) -> Result<(Site, Body), Option<Response>> {
    let (pool, body) = root::pool(web, parts, query, body).await?;
    let Some(pool) = pool else {
        return Err((!root::is_opened(path)).then(oauth::unknown_client));
    };
    let base = format!("{}/{}", web.public.root, pool.id);
    if root::is_opened(path) {
        return Err(Some(root::sent_on(parts, &base, path)));
    }
    let site = Site {
        pool,
        base,
        domain: None,
    };
    Ok((site, body))
}

/// The pool, and the path below it.
async fn find(web: &Web, asked: &Asked, path: &str) -> Result<Option<(Site, String)>, Fault> {
    if path.starts_with(assets::PATH) {
        return Ok(None);
    }
    if let Some((pool, domain)) = by_host(web, &asked.host).await? {
        let site = Site {
            pool,
            base: String::new(),
            domain: Some(domain),
        };
        return Ok(Some((site, path.to_owned())));
    }
    let (first, rest) = match path.trim_start_matches('/').split_once('/') {
        Some((first, rest)) => (first, format!("/{rest}")),
        None => (path.trim_start_matches('/'), "/".to_owned()),
    };
    // Every pool id contains an underscore; other paths need no look-up.
    if !first.contains('_') || first.starts_with('_') {
        return Ok(None);
    }
    let Some(pool) = web.api.store.pool(&PoolId::new(first)).await? else {
        return Ok(None);
    };
    let site = Site {
        base: format!("{}/{first}", web.public.root),
        pool,
        domain: None,
    };
    Ok(Some((site, rest)))
}

async fn by_host(web: &Web, host: &str) -> Result<Option<(Arc<Pool>, String)>, Fault> {
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    if host == web.public.host || host == "localhost" || host.is_empty() || is_address {
        return Ok(None);
    }
    let name = match hosts::prefix_of(web, host) {
        Some(prefix) => prefix,
        None if host.contains('.') => host,
        None => return Ok(None),
    };
    let Some(domain) = web.api.store.domain(name).await? else {
        return Ok(None);
    };
    let pool = web.api.store.pool(&domain.pool).await?;
    Ok(pool.map(|pool| (pool, host.to_owned())))
}

/// Puts the request that a client pushed in place of its name.
fn expand_pushed(web: &Web, parts: &mut Parts) {
    let site = parts.extensions.get::<Site>().cloned();
    let query = parts.extensions.remove::<Params>();
    if let (Some(site), Some(query)) = (site, query) {
        let expanded = authorize::pushed::expand(&web.api, &site.pool, query);
        parts.extensions.insert(expanded);
    }
}
