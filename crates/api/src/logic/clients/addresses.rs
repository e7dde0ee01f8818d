//! The redirect URLs of an app client: after sign-in (`CallbackURLs`) and after sign-out (`LogoutURLs`).

use cabana_domain::client::Client;
use cabana_model::{UpdateUserPoolClientRequest, UserPoolClientType};
use url::Url;

use super::view;
use crate::fault::Fault;
use crate::logic::described::same;

/// One of an app client's two lists of redirect URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressList {
    /// `CallbackURLs`
    Callback,
    /// `LogoutURLs`
    SignOut,
}

impl AddressList {
    /// Stable name for use in paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::SignOut => "sign-out",
        }
    }

    /// The list with this name.
    pub fn named(word: &str) -> Option<Self> {
        let all = [Self::Callback, Self::SignOut];
        all.into_iter().find(|list| list.as_str() == word)
    }

    /// The URLs of the list in a client's settings.
    pub fn of(self, settings: &UserPoolClientType) -> &[String] {
        let list = match self {
            Self::Callback => &settings.callback_urls,
            Self::SignOut => &settings.logout_urls,
        };
        list.as_deref().unwrap_or_default()
    }

    /// Adds a URL to an update request unless it is already there.
    pub fn add(self, input: &mut UpdateUserPoolClientRequest, url: &str) {
        let urls = match self {
            Self::Callback => &mut input.callback_urls,
            Self::SignOut => &mut input.logout_urls,
        };
        let urls = urls.get_or_insert_default();
        if !urls.iter().any(|it| it == url) {
            urls.push(url.to_owned());
        }
    }

    /// Request parameters that carry a URL of this list, in order of precedence.
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Callback => &["redirect_uri"],
            Self::SignOut => &["logout_uri", "post_logout_redirect_uri"],
        }
    }

    /// The endpoint that takes such a request.
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::Callback => "/oauth2/authorize",
            Self::SignOut => "/logout",
        }
    }
}

/// An update request that adds a URL to a client and changes nothing else.
///
/// # Errors
/// If the description does not fit the shape of the request, which the model rules out.
pub fn adding(
    client: &Client,
    list: AddressList,
    url: &str,
) -> Result<UpdateUserPoolClientRequest, Fault> {
    let mut input: UpdateUserPoolClientRequest = same(&view::describe(client))?;
    list.add(&mut input, url);
    Ok(input)
}

/// Renders a URL for people to judge: its host as browsers resolve it, in ASCII (`xn--…`), and every other character
/// outside printable ASCII escaped (`\u{202e}`), so that nothing can be disguised.
pub fn plain(url: &str) -> String {
    let mut shown = String::with_capacity(url.len());
    for c in with_real_host(url)
        .unwrap_or_else(|| url.to_owned())
        .chars()
    {
        match c {
            ' '..='[' | ']'..='~' => shown.push(c),
            _ => shown.extend(c.escape_default()),
        }
    }
    shown
}

/// The URL with its host as browsers parse it; `None` if they cannot.
fn with_real_host(url: &str) -> Option<String> {
    let parsed = Url::parse(url).ok()?;
    let host = parsed.host_str().filter(|_| parsed.is_special())?;
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let (person, place) = match authority.rsplit_once('@') {
        Some((person, place)) => (format!("{person}@"), place),
        None => (String::new(), authority),
    };
    let (written, port) = match place.rsplit_once(':') {
        Some((written, port)) if !port.contains(']') => (written, format!(":{port}")),
        _ => (place, String::new()),
    };
    let host = if written.eq_ignore_ascii_case(host) {
        written
    } else {
        host
    };
    Some(format!("{scheme}://{person}{host}{port}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_shown_looks_like_no_other() {
        for same in [
            "https://app.example",
            "HTTPS://App.example:8443/cb?x=%C3%BC&y=1",
            "http://[::1]:3000/cb",
            "myapp://callback",
            "not an address",
        ] {
            assert_eq!(plain(same), same);
        }
        for (url, shown) in [
            ("https://l\u{43e}calhost/cb", "https://xn--lcalhost-nbh/cb"),
            (
                "https://b\u{fc}cher.example:1/z\u{fc}",
                "https://xn--bcher-kva.example:1/z\\u{fc}",
            ),
            ("https://%61pp.example/", "https://app.example/"),
            (
                "https://l\u{43e}c.example@evil.example/",
                "https://l\\u{43e}c.example@evil.example/",
            ),
            (
                "https://a.example/\u{202e}gro.live",
                "https://a.example/\\u{202e}gro.live",
            ),
            ("my\u{430}pp://x", "my\\u{430}pp://x"),
            ("https://a.example\\b", "https://a.example\\\\b"),
        ] {
            assert_eq!(plain(url), shown);
        }
    }
}
