//! The `Session` between two steps of a sign-in: sealing, opening, using up.
//!
//! Only this module decides whether a session is still valid.

use cabana_domain::client::Client;
use cabana_domain::flow::{self, AuthSession, Challenge, Facts, FirstFactor, Next};
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{PoolId, Sub};
use cabana_store::Change;
use subtle::ConstantTimeEq;

use super::challenges::is_called;
use super::{Attempt, facts, first_passkeys, stand_in, step_up};
use crate::Api;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::triggers::user_migration;
use crate::logic::users::{addresses, credentials};
use crate::logic::{passkeys, sign_in};

const KIND: &str = "session";
/// Longest name that a session keeps, in bytes: longer ones sign nobody in.
const LONGEST_NAME: usize = 1_024;
/// The kind of the single-use marker ([`Change::Spend`]) of a session, or of the secret block in its place.
pub(super) const SPENT: &str = "session";

/// Whether a session can keep this name.
pub(super) fn keeps(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && serde_json::to_string(name).is_ok_and(|it| it.len() <= 2 * LONGEST_NAME)
}

/// Seals a session for the client to carry. `user` is the user as stored in the same list: the session is valid while
/// their credentials stay the same.
///
/// # Errors
/// If sealing fails, which is not expected.
pub fn seal_session(cx: &Cx<'_>, mut session: AuthSession, user: &User) -> Result<String, Fault> {
    session.credentials = credentials::mark(cx, user);
    sign_in::ticket::seal(cx.api, KIND, &session)
}

/// Opens a session, with its user. It is invalid once it has expired or been answered, and after any change of the
/// user's password, second factors or status, a sign-out everywhere, or a disabling of the user; and once the sign-in
/// that it adds to has ended.
///
/// # Errors
/// NotAuthorizedException with Cognito's message.
pub async fn open_session(cx: &Cx<'_>, session: &str) -> Result<(AuthSession, User), Fault> {
    let admitted = admit(cx, read_session(cx, session)?, false).await?;
    let user = admitted.user.ok_or_else(faults::session_foreign)?;
    Ok((admitted.session, user))
}

/// Reads a session, valid or not.
///
/// # Errors
/// NotAuthorizedException if this server did not seal it.
pub(super) fn read_session(cx: &Cx<'_>, session: &str) -> Result<AuthSession, Fault> {
    sign_in::ticket::open(cx.api, KIND, session).ok_or_else(faults::session_foreign)
}

/// Admits a session of this client whose user is called by this name. Until a first factor is shown, the name is the one
/// that was typed or the one that SRP would show, if the client hides which users exist: another name of the same user
/// would tell that they do.
///
/// # Errors
/// NotAuthorizedException with Cognito's message.
pub(super) async fn admit_named(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    session: AuthSession,
    name: &str,
) -> Result<Admitted, Fault> {
    let admitted = admit(cx, session, passkeys::are_enabled(pool)).await?;
    let Admitted {
        session,
        user,
        passkeys,
    } = &admitted;
    if session.pool != pool.id || session.client != client.id {
        return Err(faults::session_foreign());
    }
    if let Some(custom) = &session.custom {
        // Functions' clients learn the real name, or that of the stand-in.
        let unknown = custom.typed.as_deref().filter(|_| user.is_none());
        let named = match (user, unknown) {
            (Some(user), _) => is_called(pool, user, name),
            (None, Some(typed)) => {
                pool.login_key(typed) == pool.login_key(name)
                    || is_called(pool, &stand_in::user(cx, pool, typed), name)
            }
            (None, None) => false,
        };
        return match named {
            true => Ok(admitted),
            false => Err(faults::session_foreign()),
        };
    }
    let is = |own: &str| pool.login_key(own) == pool.login_key(name);
    let hides = client.hides_user_existence();
    let shown = async |user: &User, known| -> Result<bool, Fault> {
        let own = passkeys.clone().unwrap_or_default();
        let passkeys = first_passkeys(cx, pool, user, known, own).await?;
        let factors = addresses::first_factors(cx, pool, user, !passkeys.is_empty());
        Ok(factors.contains(&FirstFactor::PasswordSrp) && is(&user.username))
    };
    let named = match (user, &session.typed) {
        (Some(user), None) => is_called(pool, user, name),
        (Some(user), Some(_)) if !hides => is_called(pool, user, name),
        (Some(user), Some(typed)) => is(typed) || shown(user, true).await?,
        (None, Some(typed)) if hides || user_migration::may_follow(cx, pool) => {
            is(typed) || shown(&stand_in::user(cx, pool, typed), false).await?
        }
        (None, _) => false,
    };
    match named {
        true => Ok(admitted),
        false => Err(faults::session_foreign()),
    }
}

/// A sign-in whose state went with a secret block.
///
/// # Errors
/// NotAuthorizedException after a change of the user's credentials, or once what it stands on has ended.
pub(super) async fn continued<'a>(
    cx: &Cx<'_>,
    client: &'a Client,
    pool: &'a Pool,
    user: User,
    session: AuthSession,
) -> Result<Attempt<'a>, Fault> {
    if is_changed(cx, &session, &user) || !step_up::stands(cx, &session).await? {
        return Err(faults::session_expired());
    }
    // CUSTOM_AUTH uses its sessions up before it asks for the password.
    let changes = match session.custom {
        Some(_) => Vec::new(),
        None => vec![spend_session(cx, &session)],
    };
    Ok(Attempt {
        session,
        changes,
        ..Attempt::begin(cx, client, pool, user)?
    })
}

fn is_changed(cx: &Cx<'_>, session: &AuthSession, user: &User) -> bool {
    !bool::from(session.credentials.ct_eq(&credentials::mark(cx, user)))
}

/// Whether passkeys count in this step: as a first factor, or to raise the level.
pub(super) fn asks_for_passkeys(session: &AuthSession) -> bool {
    session.custom.is_none() && (session.goal.is_some() || !session.has_first_factor())
}

/// A session that stands. Without a user it is the session of a stand-in, or of a user deleted since.
pub(super) struct Admitted {
    pub session: AuthSession,
    pub user: Option<User>,
    /// All of the user's, while they count.
    pub passkeys: Option<Vec<Passkey>>,
}

/// Reads what belongs to a session in one query.
async fn admit(cx: &Cx<'_>, session: AuthSession, passkeys: bool) -> Result<Admitted, Fault> {
    if session.expires <= cx.now() {
        return Err(faults::session_expired());
    }
    let counts = asks_for_passkeys(&session);
    let (pool, sub, key) = (&session.pool, &session.sub, key(cx, &session));
    let wanted = passkeys && counts;
    let read = cx.store().between_steps(pool, sub, &key, wanted).await?;
    if read.is_spent {
        return Err(faults::session_used());
    }
    let changed = |user: &User| is_changed(cx, &session, user);
    let is_over = read.user.as_ref().is_some_and(changed) || !step_up::stands(cx, &session).await?;
    match is_over {
        true => Err(faults::session_expired()),
        false => Ok(Admitted {
            session,
            user: read.user,
            passkeys: counts.then_some(read.passkeys),
        }),
    }
}

/// Requires that a session awaits this challenge, and that the user still has to pass it.
///
/// # Errors
/// NotAuthorizedException.
pub fn demand(
    cx: &Cx<'_>,
    session: &AuthSession,
    pool: &Pool,
    user: &User,
    challenge: Challenge,
) -> Result<(), Fault> {
    let user = session.applied(user);
    let first = addresses::first_factors(cx, pool, &user, false);
    demand_given(session, &facts(cx, pool, &user, first), challenge)
}

/// The same with all facts.
///
/// # Errors
/// NotAuthorizedException.
pub(super) fn demand_given(
    session: &AuthSession,
    facts: &Facts,
    challenge: Challenge,
) -> Result<(), Fault> {
    let due = flow::next(session, facts) == Next::Ask(challenge);
    match due && session.asked == Some(challenge) {
        true => Ok(()),
        false => Err(faults::session_foreign()),
    }
}

/// Whom the answers of a sign-in count for.
pub enum Bearer {
    /// The user, once a first factor has been shown.
    User(PoolId, Sub),
    /// The name that the sign-in began with: whoever knows it can begin one.
    Name(PoolId, String),
}

/// Whom the answers of a session count for, without a read of the store; `None` if it is invalid, has expired, or does
/// not say.
pub fn session_bearer(api: &Api, session: &str) -> Option<Bearer> {
    let session: AuthSession = sign_in::ticket::open(api, KIND, session)?;
    if session.expires <= api.clock.now() {
        return None;
    }
    if session.has_first_factor() {
        return Some(Bearer::User(session.pool, session.sub));
    }
    let custom = session.custom.and_then(|it| it.typed);
    let name = custom.or(session.typed)?;
    Some(Bearer::Name(session.pool, name))
}

/// The change that uses a session up.
pub fn spend_session(cx: &Cx<'_>, session: &AuthSession) -> Change {
    Change::Spend {
        what: SPENT,
        key: key(cx, session),
        expires: session.expires,
    }
}

fn key(cx: &Cx<'_>, session: &AuthSession) -> [u8; 32] {
    let sealer = &cx.api.sealer;
    sealer.keyed_hash(&[b"session", session.id.as_bytes()])
}
