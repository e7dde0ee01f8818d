//! The end of a sign-in, shared by the API and the hosted pages.

use cabana_domain::device::Device;
use cabana_domain::event::Event;
use cabana_domain::flow::{Authentication, Methods, Proof};
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_store::Change;

use super::{Attempt, commit};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::users::credentials;

/// A user who has passed every challenge. Nothing has been written yet; only [`finish`] writes it.
pub struct SignedIn {
    user: User,
    authentication: Authentication,
    /// The occasion of its tokens, for the pool's function.
    occasion: Occasion,
    /// Whether the app asked for a level of authentication.
    level_asked: bool,
    /// The device that the sign-in named.
    device: Option<Device>,
    passed_mfa: bool,
    /// Changes of the earlier steps: a lockout reset, a new password, a used session.
    changes: Vec<Change>,
    event: Event,
}

impl SignedIn {
    /// The result of an attempt that has passed every challenge.
    pub(super) fn of(cx: &Cx<'_>, mut attempt: Attempt<'_>) -> Self {
        let session = &attempt.session;
        let goal = session.goal.as_ref();
        let level_asked = goal.is_some();
        let authentication = Authentication {
            at: goal.and_then(|goal| goal.since).unwrap_or(cx.now()),
            methods: Methods::of(&session.proven),
            device: None,
            provider: attempt.provider.clone(),
            app: credentials::app_mark(cx, &attempt.user).filter(|_| session.has_app()),
            vouched: attempt.vouched.take(),
        };
        let occasion = if session.has_device() {
            Occasion::AuthenticateDevice
        } else if session.has(Proof::NewPassword) {
            Occasion::NewPasswordChallenge
        } else {
            Occasion::Authentication
        };
        // What an earlier sign-in has passed may have been another factor.
        let passed_mfa = !session.is_on_top() && session.has_second_factor();
        let event = attempt.event(cx).with(&authentication.methods);
        let device = attempt.device.take();
        let (user, changes) = attempt.into_changes();
        Self {
            user,
            authentication,
            occasion,
            level_asked,
            device,
            passed_mfa,
            changes,
            event,
        }
    }

    /// The user, as they will be stored.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The user's authentication: time and methods.
    pub fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    /// Whether the app asked for a level of authentication; then its tokens state theirs.
    pub fn level_asked(&self) -> bool {
        self.level_asked
    }

    /// Emits the event of the sign-in as refused, because a function refused its tokens.
    ///
    /// # Errors
    /// If the event cannot be stored.
    pub async fn refused(self, cx: &Cx<'_>, fault: Fault) -> Result<Fault, Fault> {
        super::refused(cx, self.event, fault).await
    }

    /// The occasion of tokens that the API gives for it.
    pub fn occasion(&self) -> Occasion {
        self.occasion
    }

    /// The device that the sign-in named, as it was read.
    pub fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }

    /// Whether the sign-in included a second factor, and none of it is an earlier one's.
    pub fn passed_mfa(&self) -> bool {
        self.passed_mfa
    }
}

/// Commits a sign-in together with its result (a token family, an authorization code, a browser's session), and emits
/// its event.
///
/// # Errors
/// NotAuthorizedException for a session used before, ExpiredCodeException for a TOTP code used before; a conflict.
pub async fn finish(
    cx: &Cx<'_>,
    signed_in: SignedIn,
    given: impl IntoIterator<Item = Change>,
) -> Result<(), Fault> {
    let mut changes = signed_in.changes;
    changes.extend(given);
    let mut event = signed_in.event;
    // As with Cognito, the `event_id` of tokens is the event's.
    for change in &changes {
        if let Change::InsertFamily(family) = change {
            event.id.clone_from(&family.event_id);
            event
                .detail
                .device
                .clone_from(&family.authentication.device);
        }
    }
    changes.push(event.into());
    commit(cx, changes).await
}
