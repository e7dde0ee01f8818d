//! The session of a browser with the pool: the `cognito` cookie. It lasts an hour from the sign-in and is never
//! extended, not by a further step either; the store holds only its hash.

use axum::response::Response;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_api::logic::federation::identities;
use cabana_api::logic::tokens;
use cabana_api::{Cx, Fault};
use cabana_domain::code::BrowserSession;
use cabana_domain::flow::{Authentication, Ground};
use cabana_domain::user::User;
use cabana_domain::{Span, Time};
use cabana_model::{Blob, UserStatusType};
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
}

/// The user signed in with this browser, if the session and the account are still valid.
///
/// # Errors
/// If the store fails.
pub async fn current(cx: &Cx<'_>, visit: &Visit) -> Result<Option<Current>, Fault> {
    let Some(hash) = sent(visit) else {
        return Ok(None);
    };
    let Some(session) = cx.store().browser_session(&hash).await? else {
        return Ok(None);
    };
    if session.pool != visit.site.pool.id || session.expires <= cx.now() {
        return Ok(None);
    }
    let user = cx.store().user(&session.pool, &session.sub).await?;
    Ok(user
        .filter(|user| may_go_on(user, &session.authentication))
        .map(|user| Current {
            user,
            authentication: session.authentication,
        }))
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

/// A new session: the changes, and the cookie. It replaces the browser's previous session.
///
/// # Errors
/// If the system has no randomness.
pub fn begin(
    cx: &Cx<'_>,
    visit: &Visit,
    user: &User,
    authentication: &Authentication,
) -> Result<(Vec<Change>, Option<HeaderValue>), Fault> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?);
    let expires = authentication.at.after(LIFE);
    let mut changes = end(visit);
    changes.push(Change::InsertBrowserSession(BrowserSession {
        hash: tokens::hash(&token),
        pool: user.pool.clone(),
        sub: user.sub.clone(),
        authentication: authentication.clone(),
        expires,
    }));
    let left = expires.since(cx.now()).as_seconds();
    let cookie = visit.cookies().write(COOKIE, &token, Some(left));
    Ok((changes, cookie))
}

/// The change that ends the browser's session, if it has one.
pub fn end(visit: &Visit) -> Vec<Change> {
    sent(visit)
        .map(|hash| Change::DeleteBrowserSession { hash })
        .into_iter()
        .collect()
}

/// What a sign-in stands on that adds to the browser's session; `None` without one. An app may wish it younger.
pub fn ground(visit: &Visit, auth_time: Time, young_until: Option<Time>) -> Option<Ground> {
    let expires = auth_time.after(LIFE);
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
