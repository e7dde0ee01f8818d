//! Host names: the server's own, those of pools, and the one in an endpoint's URL.

use std::net::IpAddr;

use cabana_api::RequestInfo;
use http::request::Parts;
use http::{Uri, header};
use url::{Host, Url};

use crate::Web;

/// Scheme of a request. The server puts it into the request's extensions; plain HTTP if it is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    #[default]
    Http,
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// The parts of the public URL.
#[derive(Clone, Debug, Default)]
pub struct PublicUrl {
    /// Host name in lower case.
    pub host: String,
    pub scheme: String,
    /// `:8443`; empty for the scheme's default port.
    pub port: String,
    /// Path without a trailing slash; empty at the root.
    pub root: String,
}

impl PublicUrl {
    /// Splits a URL; an invalid one has empty parts.
    pub fn parse(url: &str) -> Self {
        let Ok(url) = Url::parse(url) else {
            return Self::default();
        };
        Self {
            host: url.host_str().unwrap_or_default().to_ascii_lowercase(),
            scheme: url.scheme().to_owned(),
            port: url
                .port()
                .map_or_else(String::new, |port| format!(":{port}")),
            root: url.path().trim_end_matches('/').to_owned(),
        }
    }
}

/// Scheme and host of a request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub scheme: Scheme,
    /// Host name in lower case, without port.
    pub host: String,
    /// Name and port, as sent.
    pub authority: String,
}

impl Asked {
    /// Reads them from a request.
    pub fn of(parts: &Parts) -> Self {
        let header = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let authority = header
            .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))
            .unwrap_or_default();
        // Only a plain authority, without user information.
        let parsed: Option<http::uri::Authority> =
            authority.parse().ok().filter(|_| !authority.contains('@'));
        Self {
            scheme: parts.extensions.get().copied().unwrap_or_default(),
            host: parsed
                .as_ref()
                .map(|it| it.host().trim_end_matches('.').to_ascii_lowercase())
                .unwrap_or_default(),
            authority: parsed.map(|it| it.to_string()).unwrap_or_default(),
        }
    }

    /// Whether cookies may be marked `Secure`.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// `https://host:port` of the request.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.authority)
    }
}

/// Whether the emulator answers under this name: the public one, or one that no stranger on the internet can point at
/// this machine. (Otherwise a hostile page could read the inbox by DNS rebinding.)
pub fn is_ours(web: &Web, host: &str) -> bool {
    cabana_api::access::is_own_name(host, &web.public.host)
}

/// Whether a browser can probably reach the emulator under this name: the public one, this machine's, an IP address.
/// Other names exist only in a container network.
pub fn opens_in_browsers(web: &Web, host: &str) -> bool {
    let is_address = matches!(Host::parse(host), Ok(Host::Ipv4(_) | Host::Ipv6(_)));
    host == web.public.host || host == "localhost" || host.ends_with(".localhost") || is_address
}

/// Whether a request comes from a browser on this machine, under a host name that leads nowhere else.
pub fn is_this_machine(asked: &Asked, info: &RequestInfo) -> bool {
    let host = asked.host.as_str();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |ip: IpAddr| ip.to_canonical().is_loopback();
    let own_name =
        host == "localhost" || host.ends_with(".localhost") || bare.parse().is_ok_and(is_loopback);
    own_name && info.source_ip.is_some_and(is_loopback)
}

/// The prefix of `<prefix>.auth.<region>.<public host>`.
pub fn prefix_of<'h>(web: &Web, host: &'h str) -> Option<&'h str> {
    let rest = host.strip_suffix(web.public.host.as_str())?;
    let rest = rest.strip_suffix('.')?;
    let rest = rest.strip_suffix(web.api.settings.region.as_str())?;
    let prefix = rest.strip_suffix(".auth.")?;
    (!prefix.is_empty() && !prefix.contains('.')).then_some(prefix)
}

/// The URI with another path and the same query.
pub fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path = if path.is_empty() { "/" } else { path };
    match uri.query() {
        Some(query) => format!("{path}?{query}").parse().ok(),
        None => path.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str) -> Asked {
        let request = http::Request::builder()
            .uri("/x")
            .header("host", host)
            .body(())
            .unwrap();
        Asked::of(&request.into_parts().0)
    }

    #[test]
    fn a_host_header_is_a_host_and_nothing_more() {
        assert_eq!(asked("LocalHost:9229").host, "localhost");
        assert_eq!(asked("LocalHost:9229").origin(), "http://LocalHost:9229");
        assert_eq!(asked("good@evil.example").host, "");
        assert_eq!(asked("a/b").host, "");
        assert_eq!(asked("").authority, "");
    }

    #[test]
    fn a_public_url_comes_apart() {
        let public = PublicUrl::parse("https://Id.Example.org:8443/auth/");
        assert_eq!(public.host, "id.example.org");
        assert_eq!(public.port, ":8443");
        assert_eq!(public.root, "/auth");
        assert_eq!(PublicUrl::parse("http://localhost:80").port, "");
    }
}
