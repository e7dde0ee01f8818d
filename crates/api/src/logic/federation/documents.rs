//! What providers publish about themselves, kept in memory as long as they allow: discovery documents, keys, metadata.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use cabana_domain::provider::IdentityProvider;
use cabana_domain::{Span, Time};
use cabana_federation::jose::KeySet;
use cabana_federation::oidc::Discovery;
use cabana_federation::saml::Metadata;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, Request};
use quick_cache::sync::Cache;
use tokio::sync::Mutex;
use url::Url;

use super::calls::{self, Endpoint};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;

/// Most documents kept of each kind.
const MOST: usize = 256;
/// Shortest and longest time for which a document is kept, and the usual one.
const SHORTEST: Span = Span::minutes(5);
const LONGEST: Span = Span::hours(24);
/// As with Cognito, whatever a provider allows.
const LONGEST_METADATA: Span = Span::hours(6);
const USUAL: Span = Span::hours(1);
/// Time for which an address that failed is not called again: strangers can begin a sign-in as often as they like.
const REST: Span = Span::seconds(10);
/// Keys are read again for a key that is not among them, but no sooner than this.
const PAUSE: Span = Span::minutes(1);

/// The documents.
pub struct Documents {
    discoveries: Cache<String, Kept<Discovery>>,
    keys: Cache<String, Kept<KeySet>>,
    metadata: Cache<String, Kept<Metadata>>,
    /// When addresses failed, and how.
    failed: Cache<String, (Time, Arc<str>)>,
    /// Held while an address is called.
    turns: Cache<String, Arc<Mutex<()>>>,
}

/// A document as it was read.
pub struct Kept<T> {
    what: Arc<T>,
    read: Time,
    good_until: Time,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self {
            what: Arc::clone(&self.what),
            ..*self
        }
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            discoveries: Cache::new(MOST),
            keys: Cache::new(MOST),
            metadata: Cache::new(MOST),
            failed: Cache::new(MOST),
            turns: Cache::new(MOST),
        }
    }
}

impl Documents {
    /// The turn of an address: of many who need it at once, one calls it.
    fn turn(&self, address: &Url) -> Arc<Mutex<()>> {
        let made = self
            .turns
            .get_or_insert_with(address.as_str(), || Ok::<_, Infallible>(Arc::default()));
        made.unwrap_or_default()
    }
}

/// The discovery document of an issuer.
///
/// # Errors
/// If it cannot be read, or is of another issuer.
pub async fn discovery(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    issuer: &str,
) -> Result<Arc<Discovery>, Fault> {
    let cache = &cx.api.documents.discoveries;
    let unusable = |why: &str| federation::provider_incomplete(&provider.name, why);
    let address = Discovery::address(issuer);
    let address = address.ok_or_else(|| unusable("the issuer is no address"))?;
    let parse = |body: &[u8]| {
        Discovery::parse(body, issuer)
            .map_err(|bad| unusable("the discovery document is of no use").because(bad))
    };
    let endpoint = Endpoint::Discovery;
    Ok(kept(cx, cache, provider, endpoint, &address, parse)
        .await?
        .what)
}

/// The keys at an address.
///
/// # Errors
/// If they cannot be read.
pub async fn keys(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    address: &Url,
) -> Result<Kept<KeySet>, Fault> {
    let cache = &cx.api.documents.keys;
    kept(cx, cache, provider, Endpoint::Keys, address, |body| {
        keys_of(provider, body)
    })
    .await
}

/// Newer keys than these; `None` if these were read just now.
///
/// # Errors
/// If they cannot be read.
pub async fn newer_keys(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    address: &Url,
    known: &Kept<KeySet>,
) -> Result<Option<Kept<KeySet>>, Fault> {
    let cache = &cx.api.documents.keys;
    newer(
        cx,
        cache,
        provider,
        Endpoint::Keys,
        address,
        known,
        |body| keys_of(provider, body),
    )
    .await
}

/// What a SAML provider says about itself at an address.
///
/// # Errors
/// If it cannot be read.
pub async fn metadata(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    address: &Url,
) -> Result<Kept<Metadata>, Fault> {
    let cache = &cx.api.documents.metadata;
    let endpoint = Endpoint::Metadata;
    kept(cx, cache, provider, endpoint, address, |body| {
        metadata_of(provider, body)
    })
    .await
}

/// The same, read now in any case.
///
/// # Errors
/// If it cannot be read.
pub async fn metadata_now(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    address: &Url,
) -> Result<Kept<Metadata>, Fault> {
    let read = read(cx, provider, Endpoint::Metadata, address, |body| {
        metadata_of(provider, body)
    });
    let read = read.await?;
    let cache = &cx.api.documents.metadata;
    cache.insert(address.as_str().to_owned(), read.clone());
    Ok(read)
}

/// What a SAML provider says about itself in a file among its settings.
///
/// # Errors
/// If it is of no use.
pub fn metadata_file(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    file: &str,
) -> Result<Kept<Metadata>, Fault> {
    let cache = &cx.api.documents.metadata;
    let of = format!("{} {} {}", provider.pool, provider.name, provider.version);
    let modified = provider.modified;
    // A provider of the same name may have been made since.
    if let Some(known) = cache.get(&of).filter(|it| it.read == modified) {
        return Ok(known);
    }
    let read = Kept {
        what: Arc::new(metadata_of(provider, file.as_bytes())?),
        read: modified,
        good_until: modified,
    };
    cache.insert(of, read.clone());
    Ok(read)
}

/// The same, newer than this; `None` if this was read just now.
///
/// # Errors
/// If it cannot be read.
pub async fn newer_metadata(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    address: &Url,
    known: &Kept<Metadata>,
) -> Result<Option<Kept<Metadata>>, Fault> {
    let cache = &cx.api.documents.metadata;
    let endpoint = Endpoint::Metadata;
    newer(cx, cache, provider, endpoint, address, known, |body| {
        metadata_of(provider, body)
    })
    .await
}

async fn newer<T>(
    cx: &Cx<'_>,
    cache: &Cache<String, Kept<T>>,
    provider: &IdentityProvider,
    endpoint: Endpoint,
    address: &Url,
    known: &Kept<T>,
    parse: impl FnOnce(&[u8]) -> Result<T, Fault>,
) -> Result<Option<Kept<T>>, Fault> {
    if cx.now() < known.read.after(PAUSE) {
        return Ok(None);
    }
    let is_newer = |it: &Kept<T>| it.read > known.read;
    let newer = renewed(cx, cache, provider, endpoint, address, is_newer, parse);
    newer.await.map(Some)
}

fn metadata_of(provider: &IdentityProvider, body: &[u8]) -> Result<Metadata, Fault> {
    let text = String::from_utf8_lossy(body);
    Metadata::parse(&text).map_err(|bad| {
        federation::provider_incomplete(&provider.name, "the metadata is of no use").because(bad)
    })
}

fn keys_of(provider: &IdentityProvider, body: &[u8]) -> Result<KeySet, Fault> {
    KeySet::parse(body).map_err(|bad| {
        federation::provider_incomplete(&provider.name, "the key set is of no use").because(bad)
    })
}

impl<T> std::ops::Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.what
    }
}

/// A document from memory, or read now. If that fails, one that is not a day old yet still serves.
async fn kept<T>(
    cx: &Cx<'_>,
    cache: &Cache<String, Kept<T>>,
    provider: &IdentityProvider,
    endpoint: Endpoint,
    address: &Url,
    parse: impl FnOnce(&[u8]) -> Result<T, Fault>,
) -> Result<Kept<T>, Fault> {
    let is_fresh = |it: &Kept<T>| cx.now() < it.good_until;
    if let Some(fresh) = cache.get(address.as_str()).filter(is_fresh) {
        return Ok(fresh);
    }
    let renewed = renewed(cx, cache, provider, endpoint, address, is_fresh, parse).await;
    renewed.or_else(|fault| {
        let still = cache.get(address.as_str());
        let still = still.filter(|it| cx.now() < it.read.after(LONGEST));
        still.ok_or(fault)
    })
}

/// A document that is good enough, or read now: once for all who need it at once, and not soon after a failure.
async fn renewed<T>(
    cx: &Cx<'_>,
    cache: &Cache<String, Kept<T>>,
    provider: &IdentityProvider,
    endpoint: Endpoint,
    address: &Url,
    suffices: impl Fn(&Kept<T>) -> bool,
    parse: impl FnOnce(&[u8]) -> Result<T, Fault>,
) -> Result<Kept<T>, Fault> {
    let failed = &cx.api.documents.failed;
    let turn = cx.api.documents.turn(address);
    let _held = turn.lock().await;
    if let Some(known) = cache.get(address.as_str()).filter(suffices) {
        return Ok(known);
    }
    let last = failed.get(address.as_str());
    if let Some((_, words)) = last.filter(|(at, _)| cx.now() < at.after(REST)) {
        return Err(endpoint.rests(&words));
    }
    let read = read(cx, provider, endpoint, address, parse).await;
    match &read {
        Ok(new) => cache.insert(address.as_str().to_owned(), new.clone()),
        Err(fault) => {
            let words: Arc<str> = super::told(fault).into();
            failed.insert(address.as_str().to_owned(), (cx.now(), words));
        }
    }
    read
}

async fn read<T>(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    endpoint: Endpoint,
    address: &Url,
    parse: impl FnOnce(&[u8]) -> Result<T, Fault>,
) -> Result<Kept<T>, Fault> {
    let request = match endpoint {
        Endpoint::Metadata => Request::get(address.as_str()),
        _ => calls::get(address),
    };
    let request = request.body(Bytes::new());
    let request = request.map_err(Fault::internal)?;
    let (headers, body) = calls::call(cx, provider, endpoint, request).await?;
    let longest = match endpoint {
        Endpoint::Metadata => LONGEST_METADATA,
        _ => LONGEST,
    };
    Ok(Kept {
        what: Arc::new(parse(&body)?),
        read: cx.now(),
        good_until: cx.now().after(life(&headers).min(longest)),
    })
}

/// How long an answer may be kept.
fn life(headers: &HeaderMap) -> Span {
    let words = headers.get(CACHE_CONTROL).and_then(|it| it.to_str().ok());
    let seconds = words
        .into_iter()
        .flat_map(|it| it.split(','))
        .find_map(|it| {
            let (name, value) = it.trim().split_once('=')?;
            let value = name.eq_ignore_ascii_case("max-age").then_some(value)?;
            value.trim_matches('"').parse::<u32>().ok()
        });
    let life = seconds.map_or(USUAL, |it| Span::seconds(it.into()));
    life.clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_kept_as_long_as_its_headers_say_within_bounds() {
        let told = |words: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, http::HeaderValue::from_static(words));
            life(&headers)
        };
        assert_eq!(life(&HeaderMap::new()), USUAL);
        assert_eq!(
            told("public, max-age=1800, must-revalidate"),
            Span::minutes(30)
        );
        assert_eq!(told("no-store"), USUAL);
        assert_eq!(told("Max-Age=0"), SHORTEST);
        assert_eq!(told("max-age=4294967295"), LONGEST);
    }
}
