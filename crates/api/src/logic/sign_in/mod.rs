//! The sign-in driver, shared by the API's operations and the hosted pages.
//!
//! A step loads its data, judges one answer, and passes the session to [`proceed`], which asks `domain::flow::next`
//! and either issues the next challenge or reports that the user is signed in. Changes on the way (a lockout reset, a
//! new password, a used session) are collected and written in one list at the end, together with the result of the
//! sign-in.

mod challenges;
mod custom_auth;
mod facts;
pub mod federated;
mod finish;
mod first_factor;
pub mod initiate;
mod known_network;
mod named_device;
mod parameters;
pub mod passkey_prompt;
mod second_factor;
mod session;
pub mod signed_up;
mod stand_in;
pub mod step_up;
pub mod ticket;
mod user_auth;

use std::borrow::Cow;

use cabana_domain::client::Client;
use cabana_domain::device::Device;
use cabana_domain::event::{Event, EventKind};
use cabana_domain::factor::Factor;
use cabana_domain::flow::{
    self, AuthSession, Challenge, Facts, FirstFactor, Next, Proof, RefusalReason, Vouched,
};
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::user::{LoginName, User};
use cabana_store::{Change, StoreError};

use self::facts::facts;
use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::triggers::post_authentication;
use crate::logic::users::{addresses, credentials};
use crate::logic::{codes, passkeys, told};

pub use challenges::{
    Answer, Issued, answer, answer_device, answer_srp, challenge_name, choose, keep_recovery_codes,
    passkey_options, recover, start_device, start_srp, totp_use,
};
pub use finish::{SignedIn, finish};
pub use first_factor::{Failures, Named, failed, with_password};
pub use parameters::{Parameters, answers_of};
pub use second_factor::{admit_factor, count_wrong_factor, wrong_factor};
pub use session::{Bearer, demand, open_session, seal_session, session_bearer, spend_session};
pub use user_auth::start_on_page;

/// The outcome of a step.
pub enum Outcome {
    /// Another challenge has to be answered.
    Challenge(Box<Issued>),
    /// Every challenge has been passed.
    SignedIn(Box<SignedIn>),
}

/// A sign-in attempt during one step.
pub struct Attempt<'a> {
    pub client: &'a Client,
    pub pool: &'a Pool,
    pub user: User,
    /// Whether `user` exists. A stand-in is asked for a first factor and gets no further.
    pub known: bool,
    /// The passkeys that can be a first factor, or raise the level; `None` until they are looked up.
    pub passkeys: Option<Vec<Passkey>>,
    pub session: AuthSession,
    /// The device that the session names, once it has been looked up.
    pub device: Option<Device>,
    /// The identity provider that vouches for the user.
    pub provider: Option<String>,
    /// What it says about the sign-in there.
    pub vouched: Option<Vouched>,
    /// Whether `user` differs from the stored one.
    pub changed: bool,
    /// The user's sign-in names, if those may have changed too.
    pub names: Option<Vec<LoginName>>,
    /// Further changes: a used session, a message to send.
    pub changes: Vec<Change>,
}

impl<'a> Attempt<'a> {
    /// Starts a sign-in attempt.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn begin(
        cx: &Cx<'_>,
        client: &'a Client,
        pool: &'a Pool,
        user: User,
    ) -> Result<Self, Fault> {
        let (pool_id, client_id) = (pool.id.clone(), client.id.clone());
        let expires = cx.now().after(client.session_life());
        let session = AuthSession {
            credentials: credentials::mark(cx, &user),
            ..AuthSession::begin(cx.uuid()?, pool_id, client_id, user.sub.clone(), expires)
        };
        cx.set_app(&client.id);
        Ok(Self {
            client,
            pool,
            user,
            known: true,
            passkeys: None,
            session,
            device: None,
            provider: None,
            vouched: None,
            changed: false,
            names: None,
            changes: Vec::new(),
        })
    }

    /// Records a proof. It resets failures of its own kind only: a right password does not reset wrong second
    /// factors. What the session awaited is answered with it.
    pub fn prove(&mut self, proof: Proof) {
        self.session.asked = None;
        self.session.prove(proof.clone());
        let user = &mut self.user;
        let is_factor = matches!(
            proof,
            Proof::Factor(_) | Proof::Device(_) | Proof::RecoveryCode
        );
        if is_factor {
            // It always writes the user, even if there is nothing to reset: of many concurrent attempts none is then
            // judged without counting all wrong ones written before it.
            user.factor_guesses = user.factor_guesses.succeeded();
            self.changed = true;
        } else if proof == Proof::Password {
            let lockout = user.lockout.succeeded();
            self.changed |= lockout != user.lockout;
            user.lockout = lockout;
        }
    }

    /// The attempt of a user who did not exist when it began.
    fn become_of(self, cx: &Cx<'_>, user: User) -> Result<Self, Fault> {
        let mut attempt = Self::begin(cx, self.client, self.pool, user)?;
        attempt.session.goal = self.session.goal;
        attempt.changes = self.changes;
        Ok(attempt)
    }

    /// Replaces the user with a changed one whose sign-in names may have changed too.
    fn rename(&mut self, user: User) {
        self.names = Some(user.login_names(self.pool));
        self.user = user;
        self.changed = true;
    }

    /// The user with the address that this attempt may add.
    fn person(&self) -> Cow<'_, User> {
        self.session.applied(&self.user)
    }

    /// Requires that the session awaits this challenge and that it is due.
    fn demand(&self, cx: &Cx<'_>, challenge: Challenge) -> Result<(), Fault> {
        session::demand_given(&self.session, &self.facts(cx), challenge)
    }

    /// Requires that the session awaits a first factor, or the choice of one.
    fn demand_first(&self, cx: &Cx<'_>) -> Result<(), Fault> {
        match self.session.asked {
            Some(asked @ (Challenge::ChooseFirst | Challenge::First(_))) => self.demand(cx, asked),
            _ => Err(faults::session_foreign()),
        }
    }

    /// The first factors that the user can choose from.
    fn first_factors(&self, cx: &Cx<'_>) -> Vec<FirstFactor> {
        flow::choices(&self.session, &self.facts(cx)).first
    }

    /// The second factors that the user can choose from.
    fn second_factors(&self, cx: &Cx<'_>) -> Vec<Factor> {
        flow::choices(&self.session, &self.facts(cx)).second
    }

    /// The key under which the user's attempts are counted.
    fn subject(&self) -> String {
        let user = self.known.then_some(&self.user);
        codes::attempts::subject(self.pool, self.called(), user)
    }

    /// The name that the user is called by: as typed, until a first factor is shown.
    fn called(&self) -> &str {
        self.session.typed.as_deref().unwrap_or(&self.user.username)
    }

    /// The passkeys that have been looked up.
    fn passkeys(&self) -> &[Passkey] {
        self.passkeys.as_deref().unwrap_or_default()
    }

    /// Looks up the passkeys while they count, once.
    async fn look_up_passkeys(&mut self, cx: &Cx<'_>) -> Result<(), Fault> {
        if self.passkeys.is_some() || !session::asks_for_passkeys(&self.session) {
            return Ok(());
        }
        let own = match passkeys::are_enabled(self.pool) {
            true => cx.store().passkeys(&self.pool.id, &self.user.sub).await?,
            false => Vec::new(),
        };
        self.take_passkeys(cx, own).await
    }

    /// Takes all passkeys of the user, which have been read.
    async fn take_passkeys(&mut self, cx: &Cx<'_>, own: Vec<Passkey>) -> Result<(), Fault> {
        let found = first_passkeys(cx, self.pool, &self.user, self.known, own).await?;
        self.passkeys = Some(found);
        Ok(())
    }

    /// The facts that `flow::next` needs.
    fn facts(&self, cx: &Cx<'_>) -> Facts {
        let factors = |user| credentials::factors_mark(cx, user);
        let trust = |device: &Device| device.trust(self.pool, &factors(&self.user));
        let has_passkey = !self.passkeys().is_empty();
        let first = addresses::first_factors(cx, self.pool, &self.user, has_passkey);
        Facts {
            device: self.device.as_ref().map(trust).unwrap_or_default(),
            ..facts(cx, self.pool, &self.person(), first)
        }
    }

    /// The event of this sign-in.
    fn event(&self, cx: &Cx<'_>) -> Event {
        let device = self.device.as_ref().map(|device| device.key.as_str());
        let event = cx
            .event(&self.user, EventKind::SignIn)
            .in_app(&self.client.id)
            .on_device(device);
        match &self.provider {
            Some(provider) => event.at_provider(provider),
            None => event,
        }
    }

    /// All changes to commit, the user last.
    fn into_changes(self) -> (User, Vec<Change>) {
        let Self {
            user,
            changed,
            names,
            mut changes,
            ..
        } = self;
        if changed {
            changes.push(Change::UpdateUser {
                user: Box::new(user.clone()),
                names,
            });
        }
        (user, changes)
    }
}

/// Decides the next step and takes it.
///
/// # Errors
/// The fault if the account may not sign in; the changes are committed all the same.
pub fn proceed<'a>(cx: &'a Cx<'a>, mut attempt: Attempt<'a>) -> Boxed<'a, Result<Outcome, Fault>> {
    Box::pin(async move {
        attempt.look_up_device(cx).await?;
        attempt.look_up_passkeys(cx).await?;
        let next = flow::next(&attempt.session, &attempt.facts(cx));
        let next = match attempt.known {
            true => next,
            false => stand_in::step(&attempt.session, next)?,
        };
        match next {
            Next::Define => {
                let attempt = challenges::custom::define(cx, attempt).await?;
                proceed(cx, attempt).await
            }
            Next::Ask(challenge) => challenges::issue(cx, attempt, challenge).await,
            Next::Refuse(reason) => {
                let refusal = refusal(reason);
                let event = attempt.event(cx).refused(refusal.reason.as_str());
                let (known, unproven) = (attempt.known, attempt.session.proven.is_empty());
                let (user, mut changes) = attempt.into_changes();
                if !unproven {
                    changes.push(event.into());
                    commit(cx, changes).await?;
                    return Err(refusal);
                }
                // Functions refuse whoever has shown nothing yet, again and again.
                commit(cx, changes).await?;
                if known {
                    let of = [b"sign-in refused", user.sub.as_str().as_bytes()];
                    told::hourly(cx, event, &of).await?;
                }
                Err(refusal)
            }
            Next::Done => {
                let pool = attempt.pool;
                let tracks = pool.device_configuration().is_some() && attempt.provider.is_none();
                let new = tracks && attempt.device.is_none();
                let told = post_authentication::run(cx, pool, &attempt.user, new).await;
                let network = known_network::remember(cx, &attempt).await?;
                attempt.changes.extend(network);
                let signed_in = SignedIn::of(cx, attempt);
                match told {
                    Ok(()) => Ok(Outcome::SignedIn(Box::new(signed_in))),
                    Err(fault) => Err(signed_in.refused(cx, fault).await?),
                }
            }
        }
    })
}

/// Commits the changes of a step, together with the result of the sign-in.
///
/// # Errors
/// NotAuthorizedException for a session used before, ExpiredCodeException for a TOTP code used before; a conflict.
pub async fn commit(cx: &Cx<'_>, changes: Vec<Change>) -> Result<(), Fault> {
    let result = cx.try_commit(changes).await;
    result.map_err(|error| match error {
        StoreError::Conflict(session::SPENT) => faults::session_used(),
        StoreError::Conflict(challenges::TOTP_CODE) => faults::totp_reused(),
        other => other.into(),
    })
}

/// Emits the event of a sign-in that a function refused with the last proof there. Nothing else of it is stored.
async fn refused(cx: &Cx<'_>, event: Event, fault: Fault) -> Result<Fault, Fault> {
    if !fault.is_internal() {
        cx.commit([event.refused(fault.reason.as_str()).into()])
            .await?;
    }
    Ok(fault)
}

fn refusal(reason: RefusalReason) -> Fault {
    match reason {
        RefusalReason::Disabled => faults::user_disabled(),
        RefusalReason::NotConfirmed => faults::user_not_confirmed(),
        RefusalReason::ResetRequired => faults::password_reset_required(),
        RefusalReason::NoFactor => faults::no_second_factor(),
        RefusalReason::LevelOutOfReach => faults::level_out_of_reach(),
        RefusalReason::WrongStatus | RefusalReason::Failed => faults::wrong_password(),
    }
}

/// The passkeys with which a user, who has these, or a stand-in can begin a sign-in where this request comes from.
///
/// # Errors
/// The failure of the store.
async fn first_passkeys(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
    known: bool,
    own: Vec<Passkey>,
) -> Result<Vec<Passkey>, Fault> {
    let own = passkeys::usable_of(cx, pool, own).await?;
    let mut passkeys = match known {
        true => own,
        false => stand_in::passkeys(cx, pool, user).await?,
    };
    passkeys.retain(|it| passkeys::is_here(cx, &it.detail.relying_party));
    Ok(passkeys)
}
