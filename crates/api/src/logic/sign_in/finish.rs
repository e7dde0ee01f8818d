//! The end of a sign-in, shared by the API and the hosted pages.

use cabana_domain::event::Event;
use cabana_domain::flow::Authentication;
use cabana_domain::trigger::Occasion;
use cabana_domain::user::User;
use cabana_store::Change;

use super::commit;
use crate::cx::Cx;
use crate::fault::Fault;

/// A user who has passed every challenge. Nothing has been written yet; only [`finish`] writes it.
pub struct SignedIn {
    pub(super) user: User,
    pub(super) authentication: Authentication,
    /// The occasion of its tokens, for the pool's function.
    pub(super) occasion: Occasion,
    /// Whether the app asked for a level of authentication.
    pub(super) level_asked: bool,
    /// Changes of the earlier steps: a lockout reset, a new password, a used session.
    pub(super) changes: Vec<Change>,
    pub(super) event: Event,
}

impl SignedIn {
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
        }
    }
    changes.push(event.into());
    commit(cx, changes).await
}
