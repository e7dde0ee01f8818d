//! Protection of an emulator, where administrative calls need no signature, against web pages: pages of another
//! origin, and pages whose name a third party has pointed at this machine (DNS rebinding).
//!
//! Programs send no `Origin` and may call under whatever name their network gives the emulator. Browsers send
//! `Origin` with every POST, even to the page's own server; `Sec-Fetch-Site` and `Referer` reveal those that omit it.

use cabana_model::Operation;
use http::header::{HOST, ORIGIN, REFERER};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName};
use url::{Host, Url};

use crate::fault::Fault;
use crate::{Api, faults};

/// Maximum length of an origin or name that a fault message repeats, in characters.
const SAID_BACK: usize = 100;

/// Admits an unsigned call unless a foreign page has sent it.
///
/// # Errors
/// AccessDeniedException, with advice in its message.
pub(super) fn no_foreign_page(api: &Api, operation: Operation, parts: &Parts) -> Result<(), Fault> {
    let headers = &parts.headers;
    if !is_from_browser(headers) {
        return Ok(());
    }
    let public = Url::parse(&api.settings.public_url).ok();
    let public = public.as_ref().and_then(Url::host_str).unwrap_or_default();
    let host = host(headers);
    if !is_own_name(&host, public) {
        return Err(faults::foreign_host(operation, cut(&host)));
    }
    match text(headers, &ORIGIN) {
        Some(origin) if !is_own_origin(origin, &host, public) => {
            Err(faults::foreign_origin(operation, cut(origin)))
        }
        _ => Ok(()),
    }
}

/// Whether a browser sent a request with these headers, for a page.
pub fn is_from_browser(headers: &HeaderMap) -> bool {
    [ORIGIN, REFERER, HeaderName::from_static("sec-fetch-site")]
        .iter()
        .any(|name| headers.contains_key(name))
}

/// Whether a name is the public one, or one that nobody on the internet can point at this machine: an IP address, a
/// single label, or a name in a domain that is private by definition.
pub fn is_own_name(host: &str, public_host: &str) -> bool {
    if host.is_empty() {
        return false;
    }
    if host == public_host || host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    match Host::parse(host) {
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        Ok(Host::Domain(name)) => !name.contains('.') || name.ends_with(".internal"),
        Err(_) => false,
    }
}

/// Whether an origin's pages come from this machine or its network. An IP address on the internet may be anybody's,
/// so it has to be this machine's or the one that the request was sent to.
fn is_own_origin(origin: &str, asked: &str, public_host: &str) -> bool {
    let Some(url) = Url::parse(origin)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
    else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let is_loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => return is_own_name(host, public_host),
    };
    is_loopback || host == asked || host == public_host
}

/// The host that a request was sent to, in lowercase and without a port.
fn host(headers: &HeaderMap) -> String {
    let authority: Option<Authority> = text(headers, &HOST).and_then(|host| host.parse().ok());
    authority
        .map(|it| it.host().trim_end_matches('.').to_ascii_lowercase())
        .unwrap_or_default()
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers
        .get(name)
        .map(|value| value.to_str().unwrap_or_default())
}

fn cut(text: &str) -> &str {
    text.get(..SAID_BACK).unwrap_or(text)
}
