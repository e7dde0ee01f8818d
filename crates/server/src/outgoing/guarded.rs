//! The client for addresses that settings of pools name: it keeps to the [`Guard`].

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cabana_api::Boxed;
use cabana_api::ports::{Fetch, FetchError};
use http::header::{AUTHORIZATION, LOCATION};
use http::{Method, Request, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use super::guard::{Forbidden, Guard};
use super::{Client, NoReply};
use crate::problem::Problem;

/// Time for a call with all its redirects.
const TIME: Duration = Duration::from_secs(5);
/// Largest answer, in bytes.
const LARGEST: usize = 1024 * 1024;
/// Most redirects.
const REDIRECTS: usize = 5;
/// Variables that name the proxies of this machine.
const PROXIES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// The client.
pub struct Guarded {
    client: Client,
    guard: Guard,
    /// Hosts of proxies: the operator has named them.
    proxies: Arc<[String]>,
}

/// Looks names up.
type Lookup = fn(String) -> Boxed<'static, io::Result<Vec<SocketAddr>>>;

impl Guarded {
    /// A client with these rules. It uses the proxies that the environment names; such a proxy decides what it connects
    /// to.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(guard: Guard) -> Result<Self, Problem> {
        let variables = PROXIES.iter().filter_map(|name| std::env::var(name).ok());
        Self::with(
            guard,
            system,
            variables.filter_map(|url| host(&url)).collect(),
        )
    }

    fn with(guard: Guard, lookup: Lookup, proxies: Arc<[String]>) -> Result<Self, Problem> {
        let resolver = Resolver {
            guard,
            lookup,
            proxies: Arc::clone(&proxies),
        };
        Ok(Self {
            client: Client::build(|builder| builder.dns_resolver(Arc::new(resolver)))?,
            guard,
            proxies,
        })
    }

    async fn answer(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, FetchError> {
        // A request with a secret goes to one address only.
        let may_follow =
            request.method() == Method::GET && !request.headers().contains_key(AUTHORIZATION);
        for _ in 0..=REDIRECTS {
            let url = Url::parse(&request.uri().to_string()).map_err(|_| Forbidden::Host)?;
            self.guard.judge(&url)?;
            let is_proxy = |host: &str| self.proxies.iter().any(|proxy| proxy == host);
            if url.host_str().is_some_and(is_proxy) {
                return Err(Forbidden::Never("the proxy".to_owned()).into());
            }
            let reply = self.client.reply(request.clone(), LARGEST).await?;
            let target = reply.headers.get(LOCATION).filter(|_| may_follow);
            let target = target.filter(|_| reply.status.is_redirection());
            let Some(target) = target else {
                let mut response = Response::new(reply.body);
                *response.status_mut() = reply.status;
                *response.headers_mut() = reply.headers;
                return Ok(response);
            };
            let bad = || FetchError::Unreachable("it redirects to no address".to_owned());
            let next = target.to_str().map_err(|_| bad())?;
            let next = url.join(next).map_err(|_| bad())?;
            *request.uri_mut() = next.as_str().parse().map_err(|_| bad())?;
        }
        Err(FetchError::Redirects)
    }
}

impl Fetch for Guarded {
    fn fetch(&self, request: Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async move {
            let answer = tokio::time::timeout(TIME, self.answer(request)).await;
            answer.map_err(|_| FetchError::TimedOut)?
        })
    }
}

/// Looks names up as the system does, and lets through what the rules admit.
struct Resolver {
    guard: Guard,
    lookup: Lookup,
    proxies: Arc<[String]>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, name) = (self.guard, name.as_str().to_owned());
        let is_proxy = self.proxies.contains(&name);
        let found = (self.lookup)(name.clone());
        Box::pin(async move {
            let found = found.await?;
            if is_proxy {
                return Ok(Box::new(found.into_iter()) as Addrs);
            }
            let mut refusal = None;
            let mut admitted = Vec::new();
            for address in found {
                match guard.admit(address.ip(), &name) {
                    Ok(()) => admitted.push(address),
                    Err(reason) => refusal = Some(reason),
                }
            }
            match (admitted.is_empty(), refusal) {
                (true, Some(refusal)) => Err(refusal.into()),
                _ => Ok(Box::new(admitted.into_iter()) as Addrs),
            }
        })
    }
}

fn system(name: String) -> Boxed<'static, io::Result<Vec<SocketAddr>>> {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
}

/// The host of a proxy's address, which may lack its scheme.
fn host(proxy: &str) -> Option<String> {
    let parsed = Url::parse(proxy).ok().filter(Url::has_host);
    let parsed = parsed.or_else(|| Url::parse(&format!("http://{proxy}")).ok());
    parsed?.host_str().map(str::to_owned)
}

impl From<Forbidden> for FetchError {
    fn from(reason: Forbidden) -> Self {
        Self::Forbidden(reason.to_string())
    }
}

impl From<NoReply> for FetchError {
    fn from(reason: NoReply) -> Self {
        match reason {
            NoReply::TooLate(_) => Self::TimedOut,
            NoReply::TooLarge(_) => Self::TooLarge,
            NoReply::Forbidden(reason) => reason.into(),
            other => Self::Unreachable(other.to_string()),
        }
    }
}

/// The rule that a look-up broke, if that is why a call failed.
pub(super) fn forbidden(error: &reqwest::Error) -> Option<Forbidden> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(reason) = cause.downcast_ref::<Forbidden>() {
            return Some(reason.clone());
        }
        next = cause.source();
    }
    None
}

#[cfg(test)]
mod tests;
