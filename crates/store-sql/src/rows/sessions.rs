//! Token families and browser sessions, and the records of tracked ones.

use cabana_domain::code::BrowserSession;
use cabana_domain::session::{BrowserTrack, Session, Track};
use cabana_domain::tokens::TokenFamily;
use cabana_domain::{ClientId, PoolId, Sub};
use cabana_store::Result;

use super::{address, authentication};
use crate::earlier_tokens;
use crate::value::{Cells, Damage};
use crate::words;

pub fn family(cells: &mut Cells) -> Result<TokenFamily> {
    Ok(TokenFamily {
        id: cells.text()?,
        pool: PoolId::new(cells.text()?),
        client: ClientId::new(cells.text()?),
        sub: Sub::new(cells.text()?),
        scopes: cells.json()?,
        source: cells.word(words::read_token_source)?,
        resource: cells.opt_text()?,
        event_id: cells.text()?,
        authentication: authentication(cells)?,
        issued: cells.time()?,
        expires: cells.time()?,
        refresh_hash: cells.opt_hash()?,
        earlier: earlier_tokens::read(cells)?,
        revoked: cells.flag()?,
        level_asked: cells.flag()?,
        claims: cells.opt_json()?,
        session: track(cells)?,
        origin: cells.opt_text()?,
    })
}

pub fn browser_session(cells: &mut Cells) -> Result<BrowserSession> {
    Ok(BrowserSession {
        hash: cells.hash()?,
        pool: PoolId::new(cells.text()?),
        sub: Sub::new(cells.text()?),
        authentication: authentication(cells)?,
        expires: cells.time()?,
        session: browser_track(cells)?,
    })
}

/// The record of a session; none without an ID.
fn track(cells: &mut Cells) -> Result<Option<Track>> {
    let (id, device) = (cells.opt_text()?, cells.opt_text()?);
    let (last_ip, active) = (address(cells)?, cells.opt_time()?);
    match (id, device, active) {
        (None, _, _) => Ok(None),
        (Some(id), Some(device), Some(active)) => Ok(Some(Track {
            id,
            device,
            last_ip,
            active,
        })),
        _ => Err(cells.corrupt(Damage::Form)),
    }
}

fn browser_track(cells: &mut Cells) -> Result<Option<BrowserTrack>> {
    let (track, client, created) = (track(cells)?, cells.opt_text()?, cells.opt_time()?);
    match (track, client, created) {
        (None, _, _) => Ok(None),
        (Some(track), Some(client), Some(created)) => Ok(Some(BrowserTrack {
            track,
            client: ClientId::new(client),
            created,
        })),
        _ => Err(cells.corrupt(Damage::Form)),
    }
}

/// A row of a user's list.
pub fn session(cells: &mut Cells) -> Result<Session> {
    Ok(Session {
        kind: cells.word(|word| word.parse().ok())?,
        track: track(cells)?.ok_or_else(|| cells.corrupt(Damage::Form))?,
        client: ClientId::new(cells.text()?),
        created: cells.time()?,
        origin: cells.opt_text()?,
    })
}
