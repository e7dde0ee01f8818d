//! Signature version 4 in the `Authorization` header: what the signature of a request has to be.
//!
//! Pure functions over the request as it came in, and the keys of the day. The path is taken as it
//! stands, because the API has only one: `/`.

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use http::header::HOST;
use http::request::Parts;
use quick_cache::sync::Cache;
use subtle::ConstantTimeEq;

use super::authorization::{ALGORITHM, Authorization, TERMINATOR};

/// Why a signature is not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A header that is said to be signed did not come, or cannot be read.
    HeaderMissing(String),
    /// It is another request, or another secret, that was signed.
    Mismatch,
}

/// The key of each access key for the scope it signed in last: it holds for a day.
pub struct ScopedKeys(Cache<String, Arc<ScopedKey>>);

struct ScopedKey {
    scope: String,
    secret: String,
    key: Key,
}

impl Default for ScopedKeys {
    fn default() -> Self {
        /// Access keys whose last scope is kept at most.
        const KEPT: usize = 1_024;
        Self(Cache::new(KEPT))
    }
}

impl ScopedKeys {
    fn get(&self, authorization: &Authorization<'_>, secret: &str) -> Arc<ScopedKey> {
        if let Some(kept) = self.0.get(authorization.key_id) {
            let same_secret = kept.secret.as_bytes().ct_eq(secret.as_bytes());
            if kept.scope == authorization.scope && bool::from(same_secret) {
                return kept;
            }
        }
        let made = Arc::new(ScopedKey {
            scope: authorization.scope.to_owned(),
            secret: secret.to_owned(),
            key: signing_key(authorization, secret),
        });
        self.0
            .insert(authorization.key_id.to_owned(), Arc::clone(&made));
        made
    }
}

/// Whether the signature is the one that `secret` gives for this request at `date` (the value of
/// `X-Amz-Date`). Takes the same time wherever the two differ.
///
/// # Errors
/// [`Wrong`] if not.
pub fn verify(
    keys: &ScopedKeys,
    authorization: &Authorization<'_>,
    secret: &str,
    date: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<(), Wrong> {
    let request = canonical_request(parts, authorization.signed_headers, body)?;
    let text = string_to_sign(authorization.scope, date, &request);
    let right = sign(&keys.get(authorization, secret).key, text.as_bytes());
    // As text: a signature has one form, and capitals are another.
    let right = hex::encode(right);
    if bool::from(right.as_bytes().ct_eq(authorization.signature.as_bytes())) {
        Ok(())
    } else {
        Err(Wrong::Mismatch)
    }
}

/// The request in the form both sides agree on.
fn canonical_request(parts: &Parts, signed_headers: &str, body: &[u8]) -> Result<String, Wrong> {
    let mut text = format!(
        "{}\n{}\n{}\n",
        parts.method,
        parts.uri.path(),
        canonical_query(parts.uri.query().unwrap_or_default())
    );
    for name in signed_headers.split(';') {
        let value =
            header_value(parts, name).ok_or_else(|| Wrong::HeaderMissing(name.to_owned()))?;
        text.extend([name, ":", &*value, "\n"]);
    }
    text.extend(["\n", signed_headers, "\n", &hex_hash(body)]);
    Ok(text)
}

/// Parameters in order, each with an equals sign; already percent-encoded by who sent them.
fn canonical_query(query: &str) -> String {
    let mut parameters: Vec<_> = query
        .split('&')
        .filter(|it| !it.is_empty())
        .map(|it| it.split_once('=').unwrap_or((it, "")))
        .collect();
    parameters.sort_unstable();
    let parameters: Vec<_> = parameters
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parameters.join("&")
}

/// All values of a header, each with its white space made single. HTTP/2 has the host elsewhere.
fn header_value<'p>(parts: &'p Parts, name: &str) -> Option<Cow<'p, str>> {
    let mut all = parts.headers.get_all(name).iter();
    let Some(first) = all.next() else {
        let authority = parts.uri.authority().filter(|_| name == HOST.as_str())?;
        return Some(Cow::Borrowed(authority.as_str()));
    };
    let mut value = single_spaced(first.to_str().ok()?);
    for more in all {
        value = Cow::Owned(format!("{value},{}", single_spaced(more.to_str().ok()?)));
    }
    Some(value)
}

fn single_spaced(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_ascii();
    if !trimmed.contains(['\t', '\n', '\r', '\x0C']) && !trimmed.contains("  ") {
        return Cow::Borrowed(trimmed);
    }
    let words: Vec<_> = trimmed.split_ascii_whitespace().collect();
    Cow::Owned(words.join(" "))
}

fn string_to_sign(scope: &str, date: &str, request: &str) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{scope}\n{}",
        hex_hash(request.as_bytes())
    )
}

/// The key for one day, region and service.
fn signing_key(authorization: &Authorization<'_>, secret: &str) -> Key {
    let first = Key::new(HMAC_SHA256, format!("AWS4{secret}").as_bytes());
    [
        authorization.date,
        authorization.region,
        authorization.service,
        TERMINATOR,
    ]
    .into_iter()
    .fold(first, |key, part| {
        Key::new(HMAC_SHA256, sign(&key, part.as_bytes()).as_ref())
    })
}

fn hex_hash(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

#[cfg(test)]
mod tests;
