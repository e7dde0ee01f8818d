//! Cookies: read by name, written with everything that protects them.

use http::{HeaderMap, HeaderValue, header};

/// The value of a cookie that was sent.
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| {
            let (it, value) = pair.trim().split_once('=')?;
            (it == name).then_some(value)
        })
}

/// A `Set-Cookie` that no script reads and no other site's form sends along. `None` for a value
/// that no header carries.
pub fn write(
    name: &str,
    value: &str,
    path: &str,
    secure: bool,
    max_age: Option<i64>,
) -> Option<HeaderValue> {
    let path = if path.is_empty() { "/" } else { path };
    let mut line = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax");
    if let Some(seconds) = max_age {
        line.push_str(&format!("; Max-Age={seconds}"));
    }
    if secure {
        line.push_str("; Secure");
    }
    HeaderValue::from_str(&line).ok()
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
        assert_eq!(read(&headers, "cognito"), Some("x=y"));
        assert_eq!(read(&headers, "ognito"), None);
    }
}
