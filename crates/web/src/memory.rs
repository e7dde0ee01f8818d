//! State between two requests, sealed in cookies, so that the server stores nothing.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_api::Fault;
use cabana_api::logic::sign_in::ticket;
use cabana_domain::{Span, Time};
use cabana_store::Sealer;
use cabana_store::seal::Purpose;
use http::{HeaderMap, HeaderValue};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::cookies::Place;

/// Longest contents that are padded, in bytes: browsers take lines of 4,096.
const LONGEST: usize = 2_700;

/// A cookie with sealed contents.
#[derive(Clone, Copy, Debug)]
pub struct Cookie<'n> {
    pub name: &'n str,
    /// Lifetime of the contents.
    pub life: Span,
}

/// Seals and opens the cookies.
pub struct Memory<'a> {
    pub sealer: &'a Sealer,
    pub now: Time,
    /// Owner of the cookies: those of another owner do not open.
    pub owner: &'a str,
    pub place: Place<'a>,
}

#[derive(Serialize, Deserialize)]
struct Dated<T> {
    until: Time,
    what: T,
}

impl Memory<'_> {
    /// A `Set-Cookie` that stores `what`.
    ///
    /// # Errors
    /// If sealing fails.
    pub fn keep<T: Serialize>(&self, cookie: Cookie<'_>, what: &T) -> Result<HeaderValue, Fault> {
        let dated = Dated {
            until: self.now.after(cookie.life),
            what,
        };
        let plain = ticket::padded(&dated, LONGEST).map_err(Fault::internal)?;
        let sealed = self
            .sealer
            .seal(Purpose::Ticket, &[self.owner, cookie.name], &plain)
            .map_err(Fault::internal)?;
        let value = BASE64_URL_SAFE_NO_PAD.encode(sealed);
        let line = self
            .place
            .write(cookie.name, &value, Some(cookie.life.as_seconds()));
        line.ok_or_else(|| Fault::internal("a cookie that no header carries"))
    }

    /// The contents of a cookie; `None` if it is missing, expired or not ours.
    pub fn recall<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        cookie: Cookie<'_>,
    ) -> Option<T> {
        Some(self.open::<T>(headers, cookie)?.what)
    }

    fn open<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        cookie: Cookie<'_>,
    ) -> Option<Dated<T>> {
        let value = self.place.read(headers, cookie.name)?;
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        let plain = self
            .sealer
            .open(Purpose::Ticket, &[self.owner, cookie.name], &sealed)
            .ok()?;
        let dated: Dated<T> = serde_json::from_slice(&plain).ok()?;
        (dated.until > self.now).then_some(dated)
    }

    /// The time until which a cookie is good; `None` if it is missing, expired or not ours.
    pub fn good_until(&self, headers: &HeaderMap, cookie: Cookie<'_>) -> Option<Time> {
        let dated: Dated<IgnoredAny> = self.open(headers, cookie)?;
        Some(dated.until)
    }

    /// A `Set-Cookie` that removes the cookie.
    pub fn forget(&self, cookie: Cookie<'_>) -> Option<HeaderValue> {
        self.place.write(cookie.name, "", Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_of_earlier_and_later_programs_are_read() {
        let golden = r#"{"until":9,"what":["a",1],"later":1}"#;
        let dated: Dated<(String, u8)> = serde_json::from_str(golden).unwrap();
        assert_eq!(dated.until, Time::from_micros(9));
        assert_eq!(dated.what, ("a".to_owned(), 1));
    }
}
