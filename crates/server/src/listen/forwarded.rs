//! Headers of a proxy in front of the server, and whether they are trusted.

use std::net::IpAddr;

use http::header::{FORWARDED, HOST};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue};

use super::Link;

/// The proxy between the server and its callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Nothing.
    None,
    /// A proxy on this machine whose headers are not trusted.
    Silent,
    /// A proxy whose headers are trusted.
    Trusted,
}

/// Origin of a request, proxies taken into account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub address: IpAddr,
    /// Whether the address is the sender's own, not that of a proxy shared by many.
    pub is_own: bool,
    /// Whether the client's connection is TLS; `None` if a proxy does not say.
    pub https: Option<bool>,
}

const FORWARDED_HEADERS: [&str; 5] = [
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-real-ip",
];

/// Reads the proxy's headers if the proxy is trusted, and removes them in any case, so that no later code trusts a
/// client's own.
pub fn origin(headers: &mut HeaderMap, link: Link, proxy: Proxy) -> Origin {
    let peer = link.peer.ip().to_canonical();
    let mut origin = Origin {
        address: peer,
        is_own: match proxy {
            Proxy::None => true,
            Proxy::Silent => !peer.is_loopback(),
            Proxy::Trusted => false,
        },
        https: match proxy {
            Proxy::None => Some(link.tls),
            Proxy::Silent | Proxy::Trusted => link.tls.then_some(true),
        },
    };
    if proxy == Proxy::Trusted {
        if let Some(address) = last(headers, "x-forwarded-for")
            .as_deref()
            .and_then(address)
        {
            origin.address = address;
            origin.is_own = true;
        }
        match last(headers, "x-forwarded-proto").as_deref() {
            Some("https") => origin.https = Some(true),
            Some("http") => origin.https = Some(false),
            _ => {}
        }
        let host =
            last(headers, "x-forwarded-host").filter(|host| host.parse::<Authority>().is_ok());
        if let Some(host) = host.and_then(|host| HeaderValue::try_from(host).ok()) {
            headers.insert(HOST, host);
        }
    }
    for name in FORWARDED_HEADERS {
        headers.remove(name);
    }
    headers.remove(FORWARDED);
    origin
}

/// The last entry of a list header, written by the nearest proxy. Earlier entries may be forged.
fn last(headers: &HeaderMap, name: &str) -> Option<String> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',')
        .next()
        .map(|entry| entry.trim().to_ascii_lowercase())
        .filter(|entry| !entry.is_empty())
}

/// An IP address, with or without a port and brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .trim_start_matches('[')
        .split(']')
        .next()
        .unwrap_or(text);
    let address = bare
        .parse()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|it| it.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: Link = Link {
        peer: std::net::SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 9)), 4711),
        tls: false,
    };

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn spoofed() -> HeaderMap {
        headers(&[
            ("host", "real.test"),
            ("x-forwarded-for", "1.1.1.1"),
            ("x-forwarded-for", "6.6.6.6, 203.0.113.7"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "login.example.com"),
            ("forwarded", "for=6.6.6.6"),
        ])
    }

    #[test]
    fn without_a_proxy_a_clients_word_counts_for_nothing() {
        let mut headers = spoofed();
        let origin = origin(&mut headers, LINK, Proxy::None);
        assert_eq!(
            origin,
            Origin {
                address: LINK.peer.ip(),
                is_own: true,
                https: Some(false)
            }
        );
        assert_eq!(headers, self::headers(&[("host", "real.test")]));
    }

    #[test]
    fn behind_a_proxy_the_nearest_ones_word_counts() {
        let mut headers = spoofed();
        let origin = origin(&mut headers, LINK, Proxy::Trusted);
        assert_eq!(
            origin,
            Origin {
                address: "203.0.113.7".parse().unwrap(),
                is_own: true,
                https: Some(true)
            }
        );
        assert_eq!(headers, self::headers(&[("host", "login.example.com")]));
    }

    #[test]
    fn nonsense_from_a_proxy_is_passed_over() {
        let mut headers = headers(&[
            ("host", "real.test"),
            ("x-forwarded-for", "unknown"),
            ("x-forwarded-proto", "gopher"),
            ("x-forwarded-host", "no host/at all"),
        ]);
        let origin = origin(&mut headers, LINK, Proxy::Trusted);
        assert_eq!(
            origin,
            Origin {
                address: LINK.peer.ip(),
                is_own: false,
                https: None
            }
        );
        assert_eq!(headers.get(HOST).unwrap(), "real.test");
    }

    #[test]
    fn who_comes_through_a_silent_proxy_cannot_be_told_apart() {
        let from = |ip: [u8; 4], proxy| {
            let peer = std::net::SocketAddr::from((ip, 4711));
            origin(&mut HeaderMap::new(), Link { peer, tls: false }, proxy).is_own
        };
        assert!(!from([127, 0, 0, 1], Proxy::Silent));
        assert!(from([10, 0, 0, 9], Proxy::Silent));
        assert!(from([127, 0, 0, 1], Proxy::None));
    }

    #[test]
    fn addresses_come_in_many_shapes() {
        for (text, meant) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:443", "203.0.113.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
        ] {
            assert_eq!(address(text), Some(meant.parse().unwrap()), "{text}");
        }
        assert_eq!(address("example.com"), None);
    }
}
