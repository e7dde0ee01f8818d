//! Authentication of calls: Signature Version 4, or none for the public operations.
//!
//! A server in production knows every key that may call it. An emulator accepts any well-formed signature, or none,
//! but a signature with a known key has to be right, so that calls tested with the real key also pass in production.
//! A call that an emulator accepts without a known key must not come from another origin's web page ([`browser`]).

mod authorization;
mod browser;
pub mod signing;
mod sigv4;

use bytes::Bytes;
use cabana_domain::keys::AccessKey;
use cabana_domain::{Span, Time};
use cabana_model::{Operation, Secret};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::caller::Caller;
use crate::dispatch::{Access, row};
use crate::fault::Fault;
use crate::{Api, Signatures, faults};
use authorization::{Authorization, Malformed};
pub use browser::{is_from_browser, is_own_name};
pub(crate) use sigv4::ScopedKeys;
use sigv4::Wrong;

/// The service's name in a credential scope.
const SERVICE: &str = "cognito-idp";
/// Maximum difference between the caller's clock and the server's.
const SKEW: Span = Span::minutes(5);
const DATE: &str = "x-amz-date";
/// Headers that a signature must cover, if the request has them.
const COVERED: [&str; 3] = ["host", DATE, "x-amz-target"];
/// The format of `X-Amz-Date`.
const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// Verifies the request's signature. Public operations ignore it.
pub(crate) async fn caller(
    api: &Api,
    operation: Operation,
    parts: &Parts,
    body: &Bytes,
) -> Result<Caller, Fault> {
    if operation.is_public() {
        return Ok(Caller::Anonymous);
    }
    if !parts.headers.contains_key(AUTHORIZATION) {
        return unsigned(api, operation, parts);
    }
    match signer(api, SERVICE, parts, body).await? {
        Signer::Known(key) => Ok(Caller::AccessKey(key.id)),
        Signer::Unknown(_) => unchecked(api, operation, parts),
    }
}

/// The signer of a request.
pub(crate) enum Signer {
    /// A known key, with a right signature.
    Known(AccessKey),
    /// An unknown key with this identifier, which an emulator admits.
    Unknown(String),
}

/// Verifies a signature made for this service.
///
/// # Errors
/// If it is missing or wrong, or its key is unknown and has to be known.
pub(crate) async fn signer(
    api: &Api,
    service: &str,
    parts: &Parts,
    body: &Bytes,
) -> Result<Signer, Fault> {
    let authorization = authorization(parts)?;
    match api.store.access_key(authorization.key_id).await? {
        Some(key) if key.enabled => {
            check(api, service, &authorization, &key.secret, parts, body)?;
            Ok(Signer::Known(key))
        }
        None if api.settings.signatures == Signatures::KnownKeysOnly => {
            Ok(Signer::Unknown(authorization.key_id.to_owned()))
        }
        _ => Err(faults::unrecognized_client()),
    }
}

/// Verifies a signature made for this service, if it was made with a key that the server itself has for it. Returns
/// whether it was.
///
/// # Errors
/// If it is missing, or such a key's and wrong.
pub(crate) fn signed_with<'s>(
    api: &Api,
    service: &str,
    parts: &Parts,
    body: &Bytes,
    secret_of: impl Fn(&str) -> Option<&'s Secret>,
) -> Result<bool, Fault> {
    let authorization = authorization(parts)?;
    match secret_of(authorization.key_id) {
        Some(secret) => check(api, service, &authorization, secret, parts, body).map(|()| true),
        None => Ok(false),
    }
}

fn authorization(parts: &Parts) -> Result<Authorization<'_>, Fault> {
    let header = parts
        .headers
        .get(AUTHORIZATION)
        .ok_or_else(faults::authentication_missing)?;
    let header = header.to_str().map_err(|_| {
        faults::incomplete_signature("Authorization header is not ASCII.".to_owned())
    })?;
    Authorization::parse(header).map_err(|Malformed(text)| faults::incomplete_signature(text))
}

/// Whether the header names an access key that may call, or no signature is needed. The signature itself is verified
/// once the body has been read.
pub(crate) async fn may_administer(api: &Api, headers: &HeaderMap) -> bool {
    if api.settings.signatures == Signatures::KnownKeysOnly {
        return true;
    }
    let authorization = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .and_then(|header| Authorization::parse(header).ok());
    let Some(authorization) = authorization else {
        return false;
    };
    let key = api.store.access_key(authorization.key_id).await;
    key.is_ok_and(|key| key.is_some_and(|key| key.enabled))
}

/// Admits an unsigned call if its operation allows one: clients may authenticate with their secret, which the
/// operation then checks.
fn unsigned(api: &Api, operation: Operation, parts: &Parts) -> Result<Caller, Fault> {
    match (row(operation).access, api.settings.signatures) {
        (Access::Client, _) => Ok(Caller::Anonymous),
        (_, Signatures::KnownKeysOnly) => unchecked(api, operation, parts),
        (_, Signatures::Required) => Err(faults::authentication_missing()),
    }
}

/// Admits a call of an emulator's administrator without authentication: a signature with an unknown key counts as
/// none.
fn unchecked(api: &Api, operation: Operation, parts: &Parts) -> Result<Caller, Fault> {
    browser::no_foreign_page(api, operation, parts)?;
    Ok(Caller::Unchecked)
}

fn check(
    api: &Api,
    service: &str,
    authorization: &Authorization<'_>,
    secret: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<(), Fault> {
    let date = parts
        .headers
        .get(DATE)
        .and_then(|it| it.to_str().ok())
        .ok_or_else(faults::signature_without_date)?;
    let uncovered = COVERED.into_iter().find(|name| {
        let always = *name != "x-amz-target";
        !authorization.signs(name) && (always || parts.headers.contains_key(*name))
    });
    if let Some(name) = uncovered {
        return Err(faults::header_not_signed(name));
    }
    if authorization.service != service {
        return Err(faults::scope_of_another_service(service));
    }
    check_time(authorization, date, api.clock.now())?;
    let right = sigv4::verify(&api.scoped_keys, authorization, secret, date, parts, body);
    right.map_err(|wrong| match wrong {
        Wrong::HeaderMissing(name) => faults::signed_header_missing(&name),
        Wrong::Mismatch => faults::signature_mismatch(),
    })
}

fn check_time(authorization: &Authorization<'_>, date: &str, now: Time) -> Result<(), Fault> {
    let at = PrimitiveDateTime::parse(date, FORMAT)
        .map_err(|_| faults::signature_date_malformed(date))?;
    let at = Time::from_seconds(at.assume_utc().unix_timestamp());
    if !date.starts_with(authorization.date) || authorization.date.len() != 8 {
        return Err(faults::scope_of_another_day(authorization.date, date));
    }
    let (earliest, latest) = (now.before(SKEW), now.after(SKEW));
    if at < earliest {
        return Err(faults::signature_expired(
            date,
            &written(earliest),
            &written(now),
        ));
    }
    if at > latest {
        return Err(faults::signature_not_yet_current(
            date,
            &written(latest),
            &written(now),
        ));
    }
    Ok(())
}

/// An instant in the format of `X-Amz-Date`.
fn written(at: Time) -> String {
    OffsetDateTime::from_unix_timestamp(at.seconds())
        .ok()
        .and_then(|it| it.format(FORMAT).ok())
        .unwrap_or_default()
}
