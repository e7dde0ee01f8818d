//! What keeps web pages from administering an emulator, where administrative calls need no signature: a page of another
//! origin, and one whose name a stranger has pointed at this machine (DNS rebinding).
//!
//! Programs send no `Origin` and may call under whatever name their network gives the emulator. Browsers send `Origin`
//! with every POST, the page's own server included; `Sec-Fetch-Site` and `Referer` give away those that leave it out.

use cabana_model::Operation;
use http::header::{HOST, ORIGIN, REFERER};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName};
use url::{Host, Url};

use crate::fault::Fault;
use crate::{Api, faults};

/// Longest origin or name that a refusal repeats, in characters.
const SAID_BACK: usize = 100;

/// Lets an unsigned call pass unless a foreign page has sent it.
///
/// # Errors
/// AccessDeniedException, with what to do instead.
pub(super) fn no_foreign_page(api: &Api, operation: Operation, parts: &Parts) -> Result<(), Fault> {
    let headers = &parts.headers;
    let is_from_browser = [ORIGIN, REFERER, HeaderName::from_static("sec-fetch-site")]
        .iter()
        .any(|name| headers.contains_key(name));
    if !is_from_browser {
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

/// Whether a name is the public one, or one that no stranger on the internet can point at this machine: an address, a
/// name of one part, or one of a domain that is private by definition.
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

/// Whether pages of an origin come from this machine or its network. An address may be anybody's on the internet, so it
/// has to be this machine's or the one the request was sent to.
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

/// The name a request was sent to, in lowercase and without a port.
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
