//! Tracked sessions: recorded by sign-ins, listed, revoked; the settings of pools and clients.

use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::ids;
use cabana_domain::pool::Pool;
use cabana_domain::session::{Session, SessionSettings, Track, device_type};
use cabana_domain::tokens::TokenFamily;
use cabana_domain::user::User;
use cabana_model::{
    ClientSSOSessionConfigType, Operation, RevokeAssociatedSessionsType, SessionDescriptionType,
    SessionLocationType, SessionTypeType, Timestamp, UserPoolTokenSessionConfigType,
    UserSessionTrackingType,
};
use cabana_store::{Change, Page, StoreError};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::sessions as refusals;
use crate::logic::paging;
use crate::logic::pools::tiers;

/// Sessions on a page; the operations have no size of their own.
const PAGE: u32 = 60;
const UNKNOWN: &str = "unknown";

/// The settings of a pool that tracks sessions.
pub fn tracking(pool: &Pool) -> Option<&SessionSettings> {
    let on = pool.sessions.tracks && !tiers::is_lite(&pool.settings);
    on.then_some(&pool.sessions)
}

/// The record of a session that begins now; `None` if the pool tracks none.
///
/// # Errors
/// If the system has no randomness.
pub fn track(cx: &Cx<'_>, pool: &Pool, kind: SessionTypeType) -> Result<Option<Track>, Fault> {
    if tracking(pool).is_none() {
        return Ok(None);
    }
    let kind = match kind {
        SessionTypeType::Token => "tkn",
        SessionTypeType::Sso => "sso",
    };
    Ok(Some(Track {
        id: ids::session_id(kind, cx.random()?),
        device: device_type(cx.request.user_agent.as_deref()),
        last_ip: cx.request.source_ip,
        active: cx.now(),
    }))
}

/// The changes that store a new token family: if it is a tracked session, the user's least recently used ones make
/// room for it.
pub fn begun(
    cx: &Cx<'_>,
    pool: &Pool,
    family: TokenFamily,
) -> impl Iterator<Item = Change> + use<> {
    let session = family.session.as_ref().zip(tracking(pool));
    let limit = session.map(|(track, settings)| Change::LimitSessions {
        pool: family.pool.clone(),
        sub: family.sub.clone(),
        but: track.id.clone(),
        most: settings.most,
        now: cx.now(),
    });
    std::iter::once(Change::InsertFamily(family)).chain(limit)
}

/// The change that records a refresh, at most once a minute; `None` if there is nothing to write.
pub fn used(cx: &Cx<'_>, pool: &Pool, family: &TokenFamily) -> Option<Change> {
    tracking(pool)?;
    let used = family
        .session
        .as_ref()?
        .used(cx.request.source_ip, cx.now())?;
    Some(Change::TouchSession {
        pool: family.pool.clone(),
        sub: family.sub.clone(),
        used,
        origin: None,
    })
}

/// The changes that record a rotation: in the family that is written anyway; in the browser session that it came
/// from, at most once a minute.
pub fn rotated(cx: &Cx<'_>, pool: &Pool, family: &mut TokenFamily) -> Option<Change> {
    tracking(pool)?;
    let session = family.session.as_mut()?;
    let due = session.used(cx.request.source_ip, cx.now());
    (session.active, session.last_ip) = (cx.now(), cx.request.source_ip);
    Some(Change::TouchSession {
        pool: family.pool.clone(),
        sub: family.sub.clone(),
        used: due?,
        origin: Some(family.origin.clone()?),
    })
}

/// A page of a user's sessions, newest first, with the token for the next.
pub struct Listed {
    pub sessions: Vec<SessionDescriptionType>,
    pub next: Option<String>,
}

/// Lists a user's sessions; `current` is the caller's own. None, if the pool tracks none.
///
/// # Errors
/// InvalidParameterException for a bad token.
pub async fn list(
    cx: &Cx<'_>,
    operation: Operation,
    pool: &Pool,
    user: &User,
    current: Option<&str>,
    token: Option<&str>,
) -> Result<Listed, Fault> {
    let bound = [user.pool.as_str(), user.sub.as_str()];
    let after = paging::open_token(cx, operation, &bound, token)?;
    let page = Page { limit: PAGE, after };
    if tracking(pool).is_none() {
        return Ok(Listed {
            sessions: Vec::new(),
            next: None,
        });
    }
    let since = user.tokens_not_before;
    let found = cx
        .store()
        .sessions(&user.pool, &user.sub, since, cx.now(), page);
    let found = found.await?;
    let described = |it| described(it, current);
    Ok(Listed {
        sessions: found.items.into_iter().map(described).collect(),
        next: paging::seal_token(cx, operation, &bound, found.next)?,
    })
}

fn described(session: Session, current: Option<&str>) -> SessionDescriptionType {
    let Session {
        kind,
        track,
        client,
        created,
        origin,
    } = session;
    SessionDescriptionType {
        is_current_session: Some(current == Some(track.id.as_str())),
        session_id: Some(track.id),
        session_type: Some(kind),
        client_id: Some(client.as_str().into()),
        create_date: Some(Timestamp::from_secs(created.seconds())),
        last_active_date: Some(Timestamp::from_secs(track.active.seconds())),
        device_type: Some(track.device),
        last_ip_address: track.last_ip.map(|ip| ip.to_string().into()),
        last_location: Some(SessionLocationType {
            city: Some(UNKNOWN.to_owned()),
            country: Some(UNKNOWN.to_owned()),
        }),
        origin_session_id: origin,
    }
}

/// Ends a session of a user, and emits an event. No query: the change itself requires that the session is theirs.
///
/// # Errors
/// ResourceNotFoundException, for another user's session as for none.
pub async fn revoke(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    id: &str,
    associated: Option<RevokeAssociatedSessionsType>,
) -> Result<(), Fault> {
    if tracking(pool).is_none() {
        return Err(refusals::no_such_session());
    }
    let kind = match id.starts_with("sso") {
        true => SessionTypeType::Sso,
        false => SessionTypeType::Token,
    };
    let revocation = Change::RevokeSession {
        pool: user.pool.clone(),
        sub: user.sub.clone(),
        id: id.to_owned(),
        kind,
        linked: associated == Some(RevokeAssociatedSessionsType::Linked),
    };
    let event = cx.emit(user, EventKind::RevokeToken);
    match cx.try_commit([revocation, event]).await {
        Err(StoreError::Gone) => Err(refusals::no_such_session()),
        outcome => Ok(outcome?),
    }
}

/// The settings of a pool in AWS's shape.
pub fn shown(pool: &Pool) -> (UserSessionTrackingType, UserPoolTokenSessionConfigType) {
    let tracking = match pool.sessions.tracks {
        true => UserSessionTrackingType::Enabled,
        false => UserSessionTrackingType::Disabled,
    };
    let most = i32::try_from(pool.sessions.most).unwrap_or(i32::MAX);
    (
        tracking,
        UserPoolTokenSessionConfigType { max_per_user: most },
    )
}

/// The settings of a client in AWS's shape.
pub fn shown_of_client(client: &Client) -> ClientSSOSessionConfigType {
    let minutes = client.sso_life().as_seconds() / 60;
    ClientSSOSessionConfigType {
        max_validity_minutes: i32::try_from(minutes).unwrap_or(i32::MAX),
    }
}
