//! Attempts at second factors: admission and counting.

use cabana_domain::event::Event;
use cabana_domain::user::User;
use cabana_store::Change;

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// Refuses to judge a second factor after too many wrong ones.
///
/// # Errors
/// NotAuthorizedException.
pub fn admit_factor(cx: &Cx<'_>, user: &User) -> Result<(), Fault> {
    match user.factor_guesses.are_refused(cx.now()) {
        true => Err(faults::locked_out()),
        false => Ok(()),
    }
}

/// Counts a wrong second factor against the user, whatever name the request used, and emits an event.
///
/// # Errors
/// If the failure cannot be counted.
pub async fn wrong_factor(cx: &Cx<'_>, user: User, event: Event) -> Result<(), Fault> {
    count_wrong_factor(cx, user, event.refused("wrong_code")).await
}

/// The same with the event of a refusal for another reason.
///
/// # Errors
/// If the failure cannot be counted.
pub async fn count_wrong_factor(cx: &Cx<'_>, mut user: User, refused: Event) -> Result<(), Fault> {
    user.factor_guesses = user.factor_guesses.failed(cx.now());
    let update = Change::UpdateUser {
        user: Box::new(user),
        names: None,
    };
    cx.commit([update, refused.into()]).await
}
