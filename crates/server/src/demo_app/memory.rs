//! What the app remembers, sealed in cookies.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_domain::{Span, Time};
use cabana_store::Sealer;
use cabana_store::seal::Purpose;
use http::{HeaderMap, HeaderValue, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Failed;

/// A cookie of the app.
pub struct Cookie {
    name: &'static str,
    life: Span,
}

/// Between leaving for the sign-in page and coming back.
pub const FLOW: Cookie = Cookie {
    name: "cabana-demo-flow",
    life: Span::minutes(60),
};
/// While signed in.
pub const SESSION: Cookie = Cookie {
    name: "cabana-demo",
    life: Span::hours(1),
};

/// What must be the same when the browser comes back.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Who is signed in.
#[derive(Serialize, Deserialize)]
pub struct Session {
    pub id_token: String,
}

/// Seals and opens the cookies.
pub struct Memory<'a> {
    pub sealer: &'a Sealer,
    pub now: Time,
    pub https: bool,
}

#[derive(Serialize, Deserialize)]
struct Dated<T> {
    until: Time,
    what: T,
}

impl Memory<'_> {
    /// A `Set-Cookie` that remembers `what`.
    ///
    /// # Errors
    /// If it cannot be sealed.
    pub fn keep<T: Serialize>(&self, cookie: Cookie, what: &T) -> Result<HeaderValue, Failed> {
        let dated = Dated {
            until: self.now.after(cookie.life),
            what,
        };
        let plain = serde_json::to_vec(&dated).map_err(|error| error.to_string())?;
        let sealed = self
            .sealer
            .seal(Purpose::Ticket, &["demo-app", cookie.name], &plain)
            .map_err(|error| error.to_string())?;
        let value = BASE64_URL_SAFE_NO_PAD.encode(sealed);
        HeaderValue::try_from(self.line(cookie.name, &value, cookie.life.as_seconds()))
            .map_err(|error| error.to_string())
    }

    /// What a cookie that was sent remembers; `None` for one that is missing, old or not ours.
    pub fn recall<T: DeserializeOwned>(&self, headers: &HeaderMap, cookie: Cookie) -> Option<T> {
        let lines = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let mut pairs = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == cookie.name)?;
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        let plain = self
            .sealer
            .open(Purpose::Ticket, &["demo-app", cookie.name], &sealed)
            .ok()?;
        let dated: Dated<T> = serde_json::from_slice(&plain).ok()?;
        (dated.until > self.now).then_some(dated.what)
    }

    /// A `Set-Cookie` that removes it.
    pub fn forget(&self, cookie: Cookie) -> HeaderValue {
        HeaderValue::try_from(self.line(cookie.name, "", 0))
            .unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    fn line(&self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.https { "; Secure" } else { "" };
        format!("{name}={value}; Path=/demo; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}
