//! The session of a browser with the pool: the `cognito` cookie. Good for an hour from the sign-in,
//! never longer; the store knows only its hash.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_api::logic::tokens;
use cabana_api::{Cx, Fault};
use cabana_domain::code::BrowserSession;
use cabana_domain::flow::Authentication;
use cabana_domain::user::User;
use cabana_domain::{Span, Time};
use cabana_model::UserStatusType;
use cabana_store::Change;
use http::HeaderValue;

use crate::visit::Visit;

const COOKIE: &str = "cognito";
const LIFE: Span = Span::hours(1);

/// Who is signed in, since when and how.
pub struct Current {
    pub user: User,
    pub authentication: Authentication,
}

/// Who is signed in with this browser, if anybody is and still may be.
///
/// # Errors
/// If the store does not answer.
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
        .filter(|user| may_go_on(user, session.authentication.at))
        .map(|user| Current {
            user,
            authentication: session.authentication,
        }))
}

/// Whether somebody who signed in then may still go on now.
pub fn may_go_on(user: &User, auth_time: Time) -> bool {
    user.enabled && user.status == UserStatusType::Confirmed && auth_time >= user.tokens_not_before
}

/// A new session: what to write, and the cookie. One that the browser had before ends.
///
/// # Errors
/// If there is no randomness.
pub fn begin(
    cx: &Cx<'_>,
    visit: &Visit,
    user: &User,
    authentication: &Authentication,
) -> Result<(Vec<Change>, Option<HeaderValue>), Fault> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?);
    let mut changes = end(visit);
    changes.push(Change::InsertBrowserSession(BrowserSession {
        hash: tokens::hash(&token),
        pool: user.pool.clone(),
        sub: user.sub.clone(),
        authentication: authentication.clone(),
        expires: cx.now().after(LIFE),
    }));
    let cookie = visit
        .cookies()
        .write(COOKIE, &token, Some(LIFE.as_seconds()));
    Ok((changes, cookie))
}

/// The change that ends the browser's session, if it has one.
pub fn end(visit: &Visit) -> Vec<Change> {
    sent(visit)
        .map(|hash| Change::DeleteBrowserSession { hash })
        .into_iter()
        .collect()
}

/// The cookie that takes the session away from the browser.
pub fn clear(visit: &Visit) -> Option<HeaderValue> {
    visit.cookies().write(COOKIE, "", Some(0))
}

fn sent(visit: &Visit) -> Option<[u8; 32]> {
    visit
        .cookies()
        .read(&visit.headers, COOKIE)
        .filter(|token| !token.is_empty())
        .map(tokens::hash)
}
