//! Signature Version 4 in the `Authorization` header: computing and comparing the expected signature.
//!
//! Pure functions over a request, and the cached signing keys.

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use http::header::HOST;
use http::request::Parts;
use quick_cache::sync::Cache;
use subtle::ConstantTimeEq;

use super::authorization::{ALGORITHM, Authorization, TERMINATOR};

/// The reason why a signature is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A header listed as signed is missing or cannot be read.
    HeaderMissing(String),
    /// Another request was signed, or with another secret.
    Mismatch,
}

/// The signing key of each access key for its latest scope: valid for a day.
pub struct ScopedKeys(Cache<String, Arc<ScopedKey>>);

struct ScopedKey {
    scope: String,
    secret: String,
    key: Key,
}

impl Default for ScopedKeys {
    fn default() -> Self {
        /// Maximum number of access keys in the cache.
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

/// Compares the signature with the one that `secret` gives for this request at `date` (the value of `X-Amz-Date`), in
/// constant time.
///
/// # Errors
/// [`Wrong`] if they differ.
pub fn verify(
    keys: &ScopedKeys,
    authorization: &Authorization<'_>,
    secret: &str,
    date: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<(), Wrong> {
    // The path is not normalized, because the API has only one: `/`.
    let path = parts.uri.path();
    let request = canonical_request(parts, path, authorization.signed_headers, body)?;
    let text = string_to_sign(authorization.scope, date, &request);
    let right = sign(&keys.get(authorization, secret).key, text.as_bytes());
    // Compared as text: only lowercase hexadecimal is valid.
    let right = hex::encode(right);
    if bool::from(right.as_bytes().ct_eq(authorization.signature.as_bytes())) {
        Ok(())
    } else {
        Err(Wrong::Mismatch)
    }
}

/// The canonical request.
pub(super) fn canonical_request(
    parts: &Parts,
    path: &str,
    signed_headers: &str,
    body: &[u8],
) -> Result<String, Wrong> {
    let mut text = format!(
        "{}\n{path}\n{}\n",
        parts.method,
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

/// Parameters in order, each with an equals sign; the caller has percent-encoded them.
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

/// All values of a header, with runs of white space collapsed. HTTP/2 carries the host in the URI's authority.
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

pub(super) fn string_to_sign(scope: &str, date: &str, request: &str) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{scope}\n{}",
        hex_hash(request.as_bytes())
    )
}

/// The signing key for one day, region and service.
pub(super) fn signing_key(authorization: &Authorization<'_>, secret: &str) -> Key {
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
