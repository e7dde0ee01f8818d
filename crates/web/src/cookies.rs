//! Cookies: read by name, written with every protection browsers offer.
//!
//! Over TLS their names begin with `__Host-`, which browsers accept from this exact host only, or with `__Secure-`,
//! which they accept over TLS only. A sibling subdomain with its own TLS can still plant one of the second kind; a name
//! that is sent twice therefore counts as missing. Over plain HTTP other apps on the same host may use the same name:
//! the cookie with the longer path, ours, comes first.

use http::{HeaderMap, HeaderValue, header};

/// The scope of cookies.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// Path prefix; empty for the root.
    pub path: &'p str,
    /// Whether the request came over TLS.
    pub https: bool,
}

impl Place<'_> {
    /// The value of a cookie in the request.
    pub fn read<'h>(&self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let name = self.full_name(name);
        let lines = headers.get_all(header::COOKIE).iter();
        let mut found = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| {
                let (it, value) = pair.trim().split_once('=')?;
                (it == name).then_some(value)
            });
        let value = found.next()?;
        let is_planted = self.https && found.next().is_some();
        (!is_planted).then_some(value)
    }

    /// Names of the cookies in the request that start like this, each once.
    pub fn names(&self, headers: &HeaderMap, start: &str) -> Vec<String> {
        let (bare, full) = (self.full_name(""), self.full_name(start));
        let lines = headers.get_all(header::COOKIE).iter();
        let pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'));
        let named = pairs.filter_map(|pair| Some(pair.trim().split_once('=')?.0));
        let own = named.filter(|name| name.starts_with(&full));
        let own = own.filter_map(|name| name.strip_prefix(&bare));
        let mut names: Vec<_> = own.map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    /// A `Set-Cookie` that scripts cannot read and other sites' forms do not send (`HttpOnly`, `SameSite`). `None` if a
    /// header cannot hold the value.
    pub fn write(&self, name: &str, value: &str, max_age: Option<i64>) -> Option<HeaderValue> {
        let (name, path) = (self.full_name(name), self.path());
        let mut line = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax");
        if let Some(seconds) = max_age {
            line.push_str(&format!("; Max-Age={seconds}"));
        }
        if self.https {
            line.push_str("; Secure");
        }
        HeaderValue::from_str(&line).ok()
    }

    fn path(&self) -> &str {
        if self.path.is_empty() { "/" } else { self.path }
    }

    fn full_name(&self, name: &str) -> String {
        let prefix = match (self.https, self.path()) {
            (false, _) => "",
            (true, "/") => "__Host-",
            (true, _) => "__Secure-",
        };
        format!("{prefix}{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=1; cognito=x=y;b=2"),
        );
        let plain = Place {
            path: "/us-east-1_a",
            https: false,
        };
        assert_eq!(plain.read(&headers, "cognito"), Some("x=y"));
        assert_eq!(plain.read(&headers, "ognito"), None);
    }

    #[test]
    fn over_tls_a_cookie_that_comes_twice_counts_as_none() {
        let sent = HeaderValue::from_static("__Secure-cognito=planted; __Secure-cognito=own");
        let headers = HeaderMap::from_iter([(header::COOKIE, sent)]);
        let path = "/us-east-1_a";
        let tls = Place { path, https: true };
        assert_eq!(tls.read(&headers, "cognito"), None);
        let sent = HeaderValue::from_static("XSRF-TOKEN=own; XSRF-TOKEN=of-another-app");
        let headers = HeaderMap::from_iter([(header::COOKIE, sent)]);
        let plain = Place { path, https: false };
        assert_eq!(plain.read(&headers, "XSRF-TOKEN"), Some("own"));
    }

    #[test]
    fn over_tls_a_name_says_that_nobody_else_has_planted_the_cookie() {
        for (path, https, line) in [
            ("", false, "n=v; Path=/; HttpOnly; SameSite=Lax"),
            (
                "",
                true,
                "__Host-n=v; Path=/; HttpOnly; SameSite=Lax; Secure",
            ),
            (
                "/p",
                true,
                "__Secure-n=v; Path=/p; HttpOnly; SameSite=Lax; Secure",
            ),
        ] {
            let place = Place { path, https };
            assert_eq!(place.write("n", "v", None).unwrap(), line);
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static("n=planted"));
            assert_eq!(place.read(&headers, "n").is_none(), https);
        }
    }
}
