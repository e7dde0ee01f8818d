//! Pages of the store's own lists. The cursor of the next page is sealed in the address, as it may contain values that
//! the list is sorted by.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_api::Fault;
use cabana_store::seal::Purpose;
use cabana_store::{Cursor, Page};

use crate::desk::Desk;
use crate::halt::Halt;
use crate::pager::SHORT_PAGE;

fn place(list: &str) -> [&str; 2] {
    ["console page", list]
}

/// Reads the page of this list that the query asks for.
///
/// # Errors
/// If the address was not made by [`next`] for this list.
pub fn asked(desk: &Desk, list: &str) -> Result<Page, Halt> {
    let open = |token: &str| {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let sealer = &desk.console.api.sealer;
        let plain = sealer.open(Purpose::Ticket, &place(list), &sealed).ok()?;
        String::from_utf8(plain.to_vec()).ok().map(Cursor)
    };
    let after = match desk.query.get("next") {
        None => None,
        Some(token) => Some(open(token).ok_or_else(|| {
            Halt::bad_request("This page of the list no longer exists. Start at the first page.")
        })?),
    };
    Ok(Page {
        limit: SHORT_PAGE.into(),
        after,
    })
}

/// Value of the parameter `next` for the page at this cursor.
///
/// # Errors
/// If the cursor cannot be sealed.
pub fn next(desk: &Desk, list: &str, cursor: Option<Cursor>) -> Result<Option<String>, Halt> {
    let Some(Cursor(cursor)) = cursor else {
        return Ok(None);
    };
    let sealer = &desk.console.api.sealer;
    let sealed = sealer
        .seal(Purpose::Ticket, &place(list), cursor.as_bytes())
        .map_err(Fault::internal)?;
    Ok(Some(BASE64_URL_SAFE_NO_PAD.encode(sealed)))
}
