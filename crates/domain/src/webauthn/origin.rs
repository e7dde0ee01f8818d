//! Relying party IDs, and the origins that belong to one.

use crate::formats::is_host_name;

/// Whether this can be the ID of a relying party: a host name in lower case, or `localhost`. An IP address cannot
/// (section 5.1.2), nor can a name of one label.
pub fn is_relying_party(id: &str) -> bool {
    let last = id.rsplit('.').next().unwrap_or_default();
    // Browsers read a name whose last label is a number as an IPv4 address.
    let is_address = last.bytes().all(|byte| byte.is_ascii_digit());
    id == "localhost" || (is_host_name(id) && !is_address)
}

/// Whether a host is the relying party's or below it.
pub fn is_inside(host: &str, relying_party: &str) -> bool {
    let above = host.strip_suffix(relying_party);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// Whether a client of this origin may use the relying party's credentials: a page of its host or of one below it, over
/// https, or http on `localhost`; an Android app. (Which apps may use a relying party's credentials, Android learns
/// from the relying party's `assetlinks.json`.)
pub(super) fn is_allowed(origin: &str, relying_party: &str) -> bool {
    if let Some(hash) = origin.strip_prefix("android:apk-key-hash:") {
        return !hash.is_empty();
    }
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_port =
        |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|it| it.is_ascii_digit());
    let secure = match scheme {
        "https" => true,
        "http" => is_inside(host, "localhost"),
        _ => false,
    };
    let plain = (host == "localhost" || is_host_name(host)) && port.is_none_or(is_port);
    secure && plain && is_inside(host, relying_party)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relying_party_is_a_host_name() {
        for id in [
            "localhost",
            "example.com",
            "login.example.com",
            "xn--bcher-kva.example",
        ] {
            assert!(is_relying_party(id), "{id}");
        }
        for id in [
            "",
            "com",
            "Example.com",
            "127.0.0.1",
            "[::1]",
            "a.1",
            "example.com.",
            ".example.com",
            "https://example.com",
            "example.com:443",
            "bücher.example",
            "exa mple.com",
        ] {
            assert!(!is_relying_party(id), "{id}");
        }
    }

    #[test]
    fn origins_belong_to_the_relying_party_of_their_host_and_those_above() {
        for (origin, relying_party) in [
            ("https://example.com", "example.com"),
            ("https://login.example.com", "example.com"),
            ("https://example.com:8443", "example.com"),
            ("http://localhost:9229", "localhost"),
            ("http://shop.localhost:9229", "localhost"),
            ("https://localhost", "localhost"),
            ("android:apk-key-hash:kIs4Jq", "example.com"),
        ] {
            assert!(is_allowed(origin, relying_party), "{origin}");
        }
        for (origin, relying_party) in [
            ("https://evil.example", "example.com"),
            ("https://notexample.com", "example.com"),
            ("https://example.com.evil.example", "example.com"),
            ("https://example.com", "login.example.com"),
            ("http://example.com", "example.com"),
            ("http://evil-localhost", "localhost"),
            ("https://example.com@evil.example", "example.com"),
            ("https://evil.example/.example.com", "example.com"),
            ("https://evil.example#.example.com", "example.com"),
            ("https://evil.example:1.example.com", "example.com"),
            ("https://example.com:", "example.com"),
            ("ftp://example.com", "example.com"),
            ("https:example.com", "example.com"),
            ("example.com", "example.com"),
            ("android:apk-key-hash:", "example.com"),
            ("ios:bundle-id:example.com", "example.com"),
            ("null", "example.com"),
            ("", "example.com"),
        ] {
            assert!(!is_allowed(origin, relying_party), "{origin}");
        }
    }
}
