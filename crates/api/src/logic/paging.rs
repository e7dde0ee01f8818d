//! Pages of lists: page size, and tokens for the start of the next page.
//!
//! A token is sealed and bound to its operation and parameters, so that a client can neither read the store's keys
//! nor use a token of one list in another. It is valid for an hour.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::{Span, Time};
use cabana_model::Operation;
use cabana_store::seal::Purpose;
use cabana_store::{Cursor, Page};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// Validity of a token.
const LIFE: Span = Span::hours(1);

/// Default size of a page.
pub const DEFAULT_LIMIT: u32 = 60;

/// The size of a page as requested, or `default` if it is absent or 0.
pub fn limit(asked: Option<i32>, default: u32) -> u32 {
    asked
        .and_then(|it| u32::try_from(it).ok())
        .filter(|it| *it > 0)
        .unwrap_or(default)
}

/// The page that a caller requests with a size and a token.
///
/// # Errors
/// As [`open_token`].
pub fn page(
    cx: &Cx<'_>,
    operation: Operation,
    parameters: &[&str],
    asked: Option<i32>,
    token: Option<&str>,
) -> Result<Page, Fault> {
    let after = open_token(cx, operation, parameters, token)?;
    Ok(Page {
        limit: limit(asked, DEFAULT_LIMIT),
        after,
    })
}

/// Opens a token and returns the start of its page; `None` without a token.
///
/// # Errors
/// If the token was not issued for this operation and these parameters, or is over an hour old.
pub fn open_token(
    cx: &Cx<'_>,
    operation: Operation,
    parameters: &[&str],
    token: Option<&str>,
) -> Result<Option<Cursor>, Fault> {
    token
        .map(|token| {
            open(cx, &place(operation, parameters), token).ok_or_else(faults::bad_paging_token)
        })
        .transpose()
}

fn open(cx: &Cx<'_>, place: &[&str], token: &str) -> Option<Cursor> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let plain = cx.api.sealer.open(Purpose::Ticket, place, &sealed).ok()?;
    let (expires, cursor) = plain.split_first_chunk::<8>()?;
    let live = cx.now() < Time::from_micros(i64::from_be_bytes(*expires));
    let cursor = String::from_utf8(cursor.to_vec()).ok()?;
    live.then_some(Cursor(cursor))
}

/// The token for the page that begins at `next`; `None` at the end of the list.
///
/// # Errors
/// If sealing fails.
pub fn seal_token(
    cx: &Cx<'_>,
    operation: Operation,
    parameters: &[&str],
    next: Option<Cursor>,
) -> Result<Option<String>, Fault> {
    let Some(Cursor(cursor)) = next else {
        return Ok(None);
    };
    let mut plain = cx.now().after(LIFE).micros().to_be_bytes().to_vec();
    plain.extend_from_slice(cursor.as_bytes());
    let sealed = cx
        .api
        .sealer
        .seal(Purpose::Ticket, &place(operation, parameters), &plain)
        .map_err(Fault::internal)?;
    Ok(Some(BASE64_URL_SAFE_NO_PAD.encode(sealed)))
}

fn place<'a>(operation: Operation, parameters: &[&'a str]) -> Vec<&'a str> {
    let mut place = vec!["page", operation.name()];
    place.extend_from_slice(parameters);
    place
}
