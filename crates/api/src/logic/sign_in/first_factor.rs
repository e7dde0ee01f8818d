//! The password, sent in plain (not SRP).

use cabana_domain::client::Client;
use cabana_domain::code::Counter;
use cabana_domain::event::Event;
use cabana_domain::flow::{Goal, Proof};
use cabana_domain::lockout::Lockout;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{Span, Time};
use cabana_model::UserStatusType;
use cabana_store::Change;

use super::{Attempt, Outcome, proceed};
use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::triggers::{pre_authentication, user_migration};
use crate::logic::{passwords, users};

/// What a sign-in names beside its user.
#[derive(Clone, Default)]
pub struct Named<'a> {
    /// The key of the client's device.
    pub device: Option<&'a str>,
    /// The level that it is to reach.
    pub goal: Option<Goal>,
}

/// Signs in with name and password. One read of the user, no write unless failures were counted. With
/// `tells_unconfirmed` an unconfirmed account is reported whatever the password, as Cognito does if existence is not
/// hidden; otherwise only after the right one. `named` holds the device and the level that the
/// caller names.
///
/// # Errors
/// In Cognito's words; a wrong password has been counted by then.
pub fn with_password<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    name: &'a str,
    password: &'a str,
    tells_unconfirmed: bool,
    named: Named<'a>,
) -> Boxed<'a, Result<Outcome, Fault>> {
    Box::pin(async move {
        let user = match users::find(cx, pool, name).await? {
            Some(user) => Some(user),
            None => user_migration::sign_in(cx, client, pool, name, password).await?,
        };
        let Some(user) = user else {
            return Err(unknown(cx, client, pool, name, password, true).await?);
        };
        if tells_unconfirmed && user.status == UserStatusType::Unconfirmed {
            return Err(faults::user_not_confirmed());
        }
        if !user.lockout.is_locked(cx.now()) {
            pre_authentication::run(cx, client, pool, name, Some(&user)).await?;
        }
        let mut attempt = Attempt::begin(cx, client, pool, user)?;
        attempt.session.goal = named.goal;
        attempt.name_device(cx, named.device).await?;
        judge_password(cx, attempt, name, password).await
    })
}

/// Judges the password of an attempt made under this name.
pub(super) async fn judge_password(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    name: &str,
    password: &str,
) -> Result<Outcome, Fault> {
    let Attempt { client, pool, .. } = attempt;
    if !attempt.known {
        let may_migrate = user_migration::may_follow(cx, pool);
        let found = match may_migrate {
            true => match users::find(cx, pool, name).await? {
                // An earlier run of this request has created them.
                Some(user) => Some(user),
                None => user_migration::sign_in(cx, client, pool, name, password).await?,
            },
            false => None,
        };
        let Some(user) = found else {
            return Err(unknown(cx, client, pool, name, password, may_migrate).await?);
        };
        pre_authentication::run(cx, client, pool, name, Some(&user)).await?;
        attempt = attempt.become_of(cx, user)?;
    }
    let user = &mut attempt.user;
    if user.lockout.is_locked(cx.now()) {
        ask_as_for_unknown(cx, pool, name).await?;
        return Err(faults::locked_out());
    }
    if !passwords::matches(cx, pool, user, password).await? {
        ask_as_for_unknown(cx, pool, name).await?;
        let event = attempt.event(cx);
        return Err(failed(cx, attempt.user, event).await?);
    }
    // Store the password again if it dates from before the pool's SRP was switched on or off, but not if it no
    // longer signs in: a pending reset ends with a change of the password.
    let outdated = user.status != UserStatusType::ResetRequired
        && !passwords::is_of_kind(pool, &user.secrets.password);
    if outdated {
        user.secrets.password = passwords::seal(cx, pool, &user.username, password).await?;
    }
    attempt.changed |= outdated;
    after_password(cx, attempt).await
}

/// Repeats the query that reads the failures of a name without an account. A failure of an existing user costs it as
/// well, so that timing does not tell them apart.
async fn ask_as_for_unknown(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<(), Fault> {
    let key = unknown_key(cx, pool, name);
    cx.store().counter(&key).await?;
    Ok(())
}

/// Continues after a right password.
pub(super) async fn after_password(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
) -> Result<Outcome, Fault> {
    attempt.prove(Proof::Password);
    let expired = attempt
        .user
        .temporary_password_expires
        .is_some_and(|expires| expires <= cx.now());
    if attempt.user.status == UserStatusType::ForceChangePassword && expired {
        return Err(faults::temporary_password_expired());
    }
    proceed(cx, attempt).await
}

/// Counts a wrong password against the user, emits an event, and returns the fault.
///
/// # Errors
/// If the failure cannot be counted.
pub async fn failed(cx: &Cx<'_>, mut user: User, event: Event) -> Result<Fault, Fault> {
    user.lockout = user.lockout.failed(cx.now());
    let event = event.refused("wrong_password");
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, event.into()]).await?;
    Ok(faults::wrong_password())
}

/// A name without an account. If existence is hidden, it costs the same work, locks out like a real one, and gets the
/// same message. `begins`: whether the sign-in begins with it.
async fn unknown(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    password: &str,
    begins: bool,
) -> Result<Fault, Fault> {
    if !client.hides_user_existence() {
        return Ok(faults::no_such_user());
    }
    let failures = Failures::of_name(cx, pool, name).await?;
    failures.admit(cx)?;
    if begins {
        pre_authentication::run(cx, client, pool, name, None).await?;
    }
    passwords::pretend(cx, pool, name, password).await?;
    failures.count(cx).await?;
    Ok(faults::wrong_password())
}

/// The failures of a name without an account.
pub struct Failures {
    key: [u8; 32],
    counter: Option<Counter>,
}

impl Failures {
    /// Reads them.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn of_name(cx: &Cx<'_>, pool: &Pool, name: &str) -> Result<Self, Fault> {
        let key = unknown_key(cx, pool, name);
        let counter = cx.store().counter(&key).await?;
        Ok(Self { key, counter })
    }

    /// Refuses further attempts while the name is locked out.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub fn admit(&self, cx: &Cx<'_>) -> Result<(), Fault> {
        match lockout_of(self.counter).is_locked(cx.now()) {
            true => Err(faults::locked_out()),
            false => Ok(()),
        }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// A conflict, or a failure of the store.
    pub async fn count(self, cx: &Cx<'_>) -> Result<(), Fault> {
        count_unknown(cx, self.key, self.counter).await
    }
}

/// Counts a failure against a name without an account.
pub(super) async fn count_unknown(
    cx: &Cx<'_>,
    key: [u8; 32],
    from: Option<Counter>,
) -> Result<(), Fault> {
    let lockout = lockout_of(from).failed(cx.now());
    let to = Counter {
        count: lockout.failures,
        since: from.map_or(cx.now(), |counter| counter.since),
        last: lockout.last_failure,
        // The longest lockout is 15 minutes, and so is the quiet time after which failures are reset.
        expires: cx.now().after(Span::hours(1)),
    };
    cx.commit([Change::PutCounter { key, from, to }]).await
}

/// The key of the failure counter of a name without an account: hashed, so that the table reveals no names.
pub(super) fn unknown_key(cx: &Cx<'_>, pool: &Pool, name: &str) -> [u8; 32] {
    let name = pool.login_key(name);
    cx.api
        .sealer
        .keyed_hash(&[b"lockout", pool.id.as_str().as_bytes(), name.as_bytes()])
}

/// The lockout that such a counter represents.
pub(super) fn lockout_of(counter: Option<Counter>) -> Lockout {
    counter.map_or_else(Lockout::default, |counter| Lockout {
        failures: counter.count,
        last_failure: Time::from_micros(counter.last.micros()),
    })
}
