//! CSRF protection: a form is accepted only from the browser that got it. The hidden `_csrf` is a keyed hash of the
//! `XSRF-TOKEN` cookie, and browsers that send `Sec-Fetch-Site` must name ours.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_api::{Api, Cx, Fault};
use http::{HeaderMap, HeaderValue};
use subtle::ConstantTimeEq;

use crate::cookies::Place;

const COOKIE: &str = "XSRF-TOKEN";
/// Length of the cookie: 32 bytes in base64url.
const LENGTH: usize = 43;

/// The token of a browser.
pub struct Csrf {
    /// Value of `_csrf`.
    pub field: String,
    /// The cookie to set, if the browser has none yet.
    pub cookie: Option<HeaderValue>,
}

impl Csrf {
    /// The browser's token, or a new one.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn of(cx: &Cx<'_>, headers: &HeaderMap, place: Place<'_>) -> Result<Self, Fault> {
        if let Some(token) = sent(headers, place) {
            return Ok(Self {
                field: field(cx.api, token),
                cookie: None,
            });
        }
        let token = BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?);
        Ok(Self {
            field: field(cx.api, &token),
            cookie: place.write(COOKIE, &token, None),
        })
    }
}

/// Whether a form with this `_csrf` came from a page that this browser got from us.
pub fn holds(api: &Api, headers: &HeaderMap, place: Place<'_>, given: Option<&str>) -> bool {
    let foreign = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none");
    let (Some(token), Some(given), false) = (sent(headers, place), given, foreign) else {
        return false;
    };
    bool::from(field(api, token).as_bytes().ct_eq(given.as_bytes()))
}

fn sent<'h>(headers: &'h HeaderMap, place: Place<'_>) -> Option<&'h str> {
    place
        .read(headers, COOKIE)
        .filter(|token| token.len() == LENGTH)
}

fn field(api: &Api, token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(api.sealer.keyed_hash(&[b"csrf", token.as_bytes()]))
}
