//! The session of a browser with the pool: the `cognito` cookie. It lasts an hour from the sign-in and is never
//! extended, not by a further step either; the store holds only its hash. In a pool that tracks sessions, each app
//! client says how long it reuses one, and the session is kept for the longest.

use axum::response::Response;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_api::logic::federation::identities;
use cabana_api::logic::{sessions, tokens};
use cabana_api::{Cx, Fault};
use cabana_domain::client::Client;
use cabana_domain::code::BrowserSession;
use cabana_domain::flow::{Authentication, Ground};
use cabana_domain::pool::Pool;
use cabana_domain::session::{BrowserTrack, SSO_MINUTES, Track, Use};
use cabana_domain::user::User;
use cabana_domain::{ClientId, Span, Time};
use cabana_model::{Blob, SessionTypeType, UserStatusType};
use cabana_store::Change;
use http::HeaderValue;

use crate::steps;
use crate::visit::Visit;

const COOKIE: &str = "cognito";
const LIFE: Span = Span::hours(1);

/// The signed-in user, with the time and the methods of the sign-in.
pub struct Current {
    pub user: User,
    pub authentication: Authentication,
    /// The record of the session, if the pool tracks sessions.
    pub track: Option<Track>,
}

impl Current {
    /// The change that records a grant, and requires that the session has not been ended meanwhile: what it gives
    /// could no longer be revoked with it.
    pub fn used(&self, cx: &Cx<'_>) -> Option<Change> {
        Some(Change::TouchBrowserSession(Use {
            id: self.id()?,
            last_ip: cx.request.source_ip,
            at: cx.now(),
        }))
    }

    /// The ID of the tracked session.
    pub fn id(&self) -> Option<String> {
        self.track.as_ref().map(|track| track.id.clone())
    }
}

/// The user signed in with this browser, if the session and the account are still valid.
///
/// # Errors
/// If the store fails.
pub async fn current(cx: &Cx<'_>, visit: &Visit) -> Result<Option<Current>, Fault> {
    let Some(session) = live(cx, visit).await? else {
        return Ok(None);
    };
    let user = cx.store().user(&session.pool, &session.sub).await?;
    let tracked = sessions::tracking(visit.pool()).is_some();
    Ok(user
        .filter(|user| may_go_on(user, &session.authentication))
        .map(|user| Current {
            user,
            authentication: session.authentication,
            track: session.session.map(|it| it.track).filter(|_| tracked),
        }))
}

/// The browser's session, if it has not expired.
async fn live(cx: &Cx<'_>, visit: &Visit) -> Result<Option<BrowserSession>, Fault> {
    let Some(hash) = sent(visit) else {
        return Ok(None);
    };
    let session = cx.store().browser_session(&hash).await?;
    Ok(session.filter(|it| it.pool == visit.site.pool.id && it.expires > cx.now()))
}

/// How long after a sign-in an app client reuses the browser's session; zero: never.
pub fn reused_for(pool: &Pool, client: &Client) -> Span {
    match sessions::tracking(pool) {
        Some(_) => client.sso_life(),
        None => LIFE,
    }
}

/// Whether a user who signed in like this may still continue. One who came by an identity provider has to be linked to
/// it still; the state of their password does not matter.
pub fn may_go_on(user: &User, authentication: &Authentication) -> bool {
    let is_ready = match authentication.provider.as_deref() {
        Some(provider) => identities::comes_by(user, provider),
        None => user.status == UserStatusType::Confirmed,
    };
    user.enabled && is_ready && authentication.at >= user.tokens_not_before
}

/// A new session that is not written yet.
pub struct Begun {
    pub changes: Vec<Change>,
    pub cookie: Option<HeaderValue>,
    /// The ID of the tracked session.
    pub id: Option<String>,
}

/// A new session. It replaces the browser's previous session.
///
/// # Errors
/// If the system has no randomness, or the store fails.
pub async fn begin(
    cx: &Cx<'_>,
    visit: &Visit,
    client: &ClientId,
    user: &User,
    authentication: &Authentication,
) -> Result<Begun, Fault> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?);
    let life = match sessions::tracking(visit.pool()) {
        Some(settings) => Span::minutes(settings.longest_sso.max(SSO_MINUTES).into()),
        None => LIFE,
    };
    let expires = authentication.at.after(life);
    let record = record(cx, visit, client, user).await?;
    let id = record.as_ref().map(|it| it.track.id.clone());
    let mut changes = end(visit);
    changes.push(Change::InsertBrowserSession(BrowserSession {
        hash: tokens::hash(&token),
        pool: user.pool.clone(),
        sub: user.sub.clone(),
        authentication: authentication.clone(),
        expires,
        session: record,
    }));
    let left = expires.since(cx.now()).as_seconds();
    let cookie = visit.cookies().write(COOKIE, &token, Some(left));
    Ok(Begun {
        changes,
        cookie,
        id,
    })
}

/// The record of a new session. What adds to a session of the same user goes on with its ID, so that the tokens that
/// came from it still do.
async fn record(
    cx: &Cx<'_>,
    visit: &Visit,
    client: &ClientId,
    user: &User,
) -> Result<Option<BrowserTrack>, Fault> {
    let Some(new) = sessions::track(cx, visit.pool(), SessionTypeType::Sso)? else {
        return Ok(None);
    };
    let earlier = live(cx, visit).await?.filter(|it| it.sub == user.sub);
    Ok(Some(match earlier.and_then(|it| it.session) {
        Some(earlier) => BrowserTrack {
            track: Track {
                id: earlier.track.id,
                ..new
            },
            ..earlier
        },
        None => BrowserTrack {
            track: new,
            client: client.clone(),
            created: cx.now(),
        },
    }))
}

/// The change that ends the browser's session, if it has one.
pub fn end(visit: &Visit) -> Vec<Change> {
    sent(visit)
        .map(|hash| Change::DeleteBrowserSession { hash })
        .into_iter()
        .collect()
}

/// What a sign-in stands on that adds to the browser's session; `None` without one. An app may wish it younger.
pub fn ground(
    visit: &Visit,
    client: &Client,
    auth_time: Time,
    young_until: Option<Time>,
) -> Option<Ground> {
    let expires = auth_time.after(reused_for(visit.pool(), client));
    sent(visit).map(|hash| Ground {
        family: None,
        browser: Some(Blob(hash.to_vec())),
        until: young_until.map_or(expires, |until| until.min(expires)),
    })
}

/// Removes what a browser keeps of its session: the cookie, and the steps of sign-ins.
pub fn forget(visit: &Visit, response: &mut Response) {
    super::set_cookie(response, visit.cookies().write(COOKIE, "", Some(0)));
    steps::end_all(visit, response);
}

fn sent(visit: &Visit) -> Option<[u8; 32]> {
    visit
        .cookies()
        .read(&visit.headers, COOKIE)
        .filter(|token| !token.is_empty())
        .map(tokens::hash)
}
