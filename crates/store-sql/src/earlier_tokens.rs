//! The earlier refresh tokens in a family's row: a list, and besides it the single one that programs before schema 4
//! read, so that old and new versions can serve the same database.

use cabana_domain::Time;
use cabana_domain::tokens::EarlierToken;
use cabana_store::Result;
use serde::{Deserialize, Serialize};

use crate::value::{Cells, Damage, Value, json};

/// An element of the list. The hash is in hexadecimal.
#[derive(Serialize, Deserialize)]
struct Element {
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Time>,
}

/// The list; `None` while it is empty.
pub fn write(earlier: &[EarlierToken]) -> Result<Value> {
    if earlier.is_empty() {
        return Ok(Value::Null);
    }
    let elements: Vec<Element> = earlier
        .iter()
        .map(|token| Element {
            hash: hex::encode(token.hash),
            until: token.good_until,
        })
        .collect();
    json(&elements)
}

/// The token that was used last.
pub fn previous(earlier: &[EarlierToken]) -> Option<(&[u8; 32], Time)> {
    let used = earlier
        .iter()
        .filter_map(|token| Some((&token.hash, token.good_until?)));
    used.max_by_key(|(_, good_until)| *good_until)
}

/// Reads both: the columns of the older schema, then the list.
pub fn read(cells: &mut Cells) -> Result<Vec<EarlierToken>> {
    let previous = match (cells.opt_hash()?, cells.opt_time()?) {
        (Some(hash), Some(end)) => Some(EarlierToken {
            hash,
            good_until: Some(end),
        }),
        (None, None) => None,
        _ => return Err(cells.corrupt(Damage::Form)),
    };
    let elements: Vec<Element> = cells.opt_json()?.unwrap_or_default();
    let mut earlier = Vec::with_capacity(elements.len() + 1);
    for element in elements {
        let mut hash = [0; 32];
        hex::decode_to_slice(&element.hash, &mut hash).map_err(|error| cells.corrupt(error))?;
        earlier.push(EarlierToken {
            hash,
            good_until: element.until,
        });
    }
    // A version with the older schema has rotated it since.
    let is_known = |it: &EarlierToken| earlier.iter().any(|known| known.hash == it.hash);
    if let Some(previous) = previous.filter(|it| !is_known(it)) {
        earlier.push(previous);
    }
    Ok(earlier)
}
