//! Addresses of providers.

use url::{Host, Url};

/// Reads an address to which a person is sent, or that the server calls. Plain HTTP is for an emulator's own machine;
/// whether the server goes there is decided when it does.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "it is not a URL")?;
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err("it names no host"),
    };
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        _ => return Err("it must be an https address"),
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("it must have neither credentials nor a fragment");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_but_on_this_machine() {
        for text in [
            "https://idp.example",
            "http://localhost:8080/a",
            "http://127.0.0.1:1",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
        for text in [
            "http://idp.example",
            "ftp://localhost",
            "https://user@idp.example",
            "https://idp.example/#a",
            "idp.example",
            "data:text/plain,a",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
