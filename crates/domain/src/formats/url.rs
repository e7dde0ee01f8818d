//! Callback and sign-out URLs.

/// Longest callback or sign-out URL, in characters.
pub const LONGEST_URL: usize = 1024;

/// The reason a URL was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("a URL has 1 to 1024 characters")]
    Length,
    #[error("white space, control characters or backslashes in a URL")]
    Characters,
    #[error("not an absolute URL")]
    NotAbsolute,
    #[error("a fragment in a URL")]
    Fragment,
    /// A user name or password before the host: its only use is to deceive.
    #[error("a user name in a URL")]
    UserInfo,
    /// `http` to a host other than this machine.
    #[error("http is allowed for localhost only")]
    PlainHttp,
    /// A scheme that a browser runs or reads locally instead of visiting.
    #[error("a forbidden scheme")]
    Scheme,
}

/// Validates a callback or sign-out URL: absolute, without a fragment, over https; http only to this machine; an app's
/// own scheme as `myapp://…` or `com.example:/…`.
pub fn check_callback_url(url: &str) -> Result<(), UrlError> {
    if url.is_empty() || url.chars().count() > LONGEST_URL {
        return Err(UrlError::Length);
    }
    // Browsers read a backslash as a slash and drop line breaks: such a URL would lead elsewhere than it seems.
    if url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(UrlError::Characters);
    }
    if url.contains('#') {
        return Err(UrlError::Fragment);
    }
    let (scheme, rest) = url
        .split_once(':')
        .filter(|(scheme, _)| is_scheme(scheme))
        .ok_or(UrlError::NotAbsolute)?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" => host_and_port(rest).map(|_| ()),
        "http" => match is_this_machine(host_and_port(rest)?) {
            true => Ok(()),
            false => Err(UrlError::PlainHttp),
        },
        "javascript" | "data" | "vbscript" | "file" | "blob" | "about" => Err(UrlError::Scheme),
        // Without the slash, `localhost:3000` would pass for a URL with the scheme `localhost`.
        _ if rest.len() > 1 && rest.starts_with('/') => Ok(()),
        _ => Err(UrlError::NotAbsolute),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// The part between the two slashes and the path.
fn host_and_port(rest: &str) -> Result<&str, UrlError> {
    let rest = rest.strip_prefix("//").ok_or(UrlError::NotAbsolute)?;
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    if authority.contains('@') {
        return Err(UrlError::UserInfo);
    }
    let (host, port) = split_port(authority);
    if host.is_empty() || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(UrlError::NotAbsolute);
    }
    Ok(authority)
}

fn is_this_machine(authority: &str) -> bool {
    let (host, _) = split_port(authority);
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| host.eq_ignore_ascii_case(name))
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn callback_urls_lead_to_https_to_this_machine_or_to_an_app() {
        for url in [
            "https://example.com",
            "https://example.com/callback?x=1",
            "HTTPS://example.com:8443/",
            "https://[2001:db8::1]/",
            "https://[2001:db8::1]:8443/",
            "https://bücher.example/zurück",
            "http://localhost",
            "http://localhost:3000/cb",
            "http://LOCALHOST/",
            "http://127.0.0.1:8080/?a=b",
            "http://[::1]:3000/cb",
            "http://[::1]",
            "myapp://callback",
            "myapp://",
            "com.example.app:/oauth2redirect",
        ] {
            assert_eq!(check_callback_url(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn each_fault_of_a_callback_url_has_its_name() {
        for (url, fault) in [
            ("", UrlError::Length),
            ("https://example.com/ x", UrlError::Characters),
            ("https://example.com/\n", UrlError::Characters),
            ("http://localhost\\@example.com/", UrlError::Characters),
            ("https://example.com/#top", UrlError::Fragment),
            ("https://example.com#", UrlError::Fragment),
            ("example.com", UrlError::NotAbsolute),
            ("/callback", UrlError::NotAbsolute),
            ("//example.com/", UrlError::NotAbsolute),
            ("localhost:3000", UrlError::NotAbsolute),
            ("https:", UrlError::NotAbsolute),
            ("https://", UrlError::NotAbsolute),
            ("https:///path", UrlError::NotAbsolute),
            ("https:example.com", UrlError::NotAbsolute),
            ("https://:8443/", UrlError::NotAbsolute),
            ("https://example.com:port/", UrlError::NotAbsolute),
            ("https://example.com:99999/", UrlError::NotAbsolute),
            ("1app://x", UrlError::NotAbsolute),
            ("my app://x", UrlError::Characters),
            ("myapp:", UrlError::NotAbsolute),
            ("myapp:/", UrlError::NotAbsolute),
            ("https://user@example.com/", UrlError::UserInfo),
            ("http://localhost@example.com/", UrlError::UserInfo),
            ("http://localhost:80@example.com/", UrlError::UserInfo),
            ("http://example.com/", UrlError::PlainHttp),
            ("http://localhost.example.com/", UrlError::PlainHttp),
            ("http://127.0.0.1.example.com/", UrlError::PlainHttp),
            ("http://127.0.0.2/", UrlError::PlainHttp),
            ("http://example.com?localhost", UrlError::PlainHttp),
            ("javascript:alert(1)", UrlError::Scheme),
            ("JavaScript://x/%0aalert(1)", UrlError::Scheme),
            ("data:text/html,x", UrlError::Scheme),
            ("file:///etc/passwd", UrlError::Scheme),
        ] {
            assert_eq!(check_callback_url(url), Err(fault), "{url}");
        }
    }

    #[test]
    fn callback_urls_have_at_most_1024_characters() {
        let of_length = |length: usize| format!("https://example.com/{}", "ä".repeat(length - 20));
        assert_eq!(check_callback_url(&of_length(1024)), Ok(()));
        assert_eq!(check_callback_url(&of_length(1025)), Err(UrlError::Length));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC*") {
            let _ = check_callback_url(&text);
        }

        #[test]
        fn plain_http_only_ever_leads_to_this_machine(rest in "(localhost|127.0.0.1|\\[::1\\]|[a-z0-9.:@/?\\[\\]%-]{0,9}){0,4}") {
            let url = format!("http://{rest}");
            if check_callback_url(&url).is_ok() {
                let authority = rest.split(['/', '?']).next().unwrap();
                let names = ["localhost", "127.0.0.1", "[::1]"];
                let after_name = names.iter().find_map(|name| authority.strip_prefix(name)).unwrap();
                let port = after_name.strip_prefix(':');
                prop_assert!(after_name.is_empty() || port.is_some_and(|port| port.parse::<u16>().is_ok()));
            }
        }
    }
}
