//! The language chosen with `lang`, remembered in a cookie of the same name.

use http::{HeaderMap, HeaderValue};

use crate::cookies::Place;
use crate::params::Params;

const NAME: &str = "lang";
/// Languages that Cognito's pages accept. Those without texts here fall back to English.
const CODES: [&str; 12] = [
    "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW",
];
/// Lifetime of the cookie in seconds: a year.
const LIFE: i64 = 365 * 24 * 3600;

/// The language in a query, if it is a supported one.
pub fn asked(query: &Params) -> Option<&'static str> {
    let asked = query.get(NAME)?;
    let is_asked = |code: &&str| code.eq_ignore_ascii_case(asked);
    CODES.into_iter().find(is_asked)
}

/// The language remembered in this browser.
pub fn remembered<'h>(headers: &'h HeaderMap, place: Place<'_>) -> Option<&'h str> {
    place.read(headers, NAME)
}

/// A `Set-Cookie` that remembers the language in a query.
pub fn remember(query: &Params, place: Place<'_>) -> Option<HeaderValue> {
    let code = asked(query)?;
    place.write(NAME, code, Some(LIFE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_language_that_can_be_asked_for_is_remembered() {
        let place = Place {
            path: "/us-east-1_a",
            https: false,
        };
        let query = Params::parse("client_id=x&lang=PT-br");
        let line = remember(&query, place).unwrap();
        assert_eq!(
            line,
            "lang=pt-BR; Path=/us-east-1_a; HttpOnly; SameSite=Lax; Max-Age=31536000"
        );
        for query in ["", "lang=", "lang=xx", "lang=de%3B%20Domain%3Dexample.com"] {
            let asked = Params::parse(query);
            assert_eq!(remember(&asked, place), None, "{query}");
        }
    }
}
