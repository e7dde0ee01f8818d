//! `PostConfirmation`: after a user was confirmed, or has set a new password with a code.

use cabana_domain::pool::Pool;
use cabana_domain::trigger::confirmation::Request;
use cabana_domain::trigger::{self, Empty, Occasion, Source, Trigger, user_attributes};
use cabana_domain::user::User;

use super::{Call, metadata};
use crate::cx::Cx;
use crate::fault::Fault;

/// Tells the function. The change is stored by then, and stays if the function fails.
///
/// # Errors
/// As for every function.
pub async fn run(cx: &Cx<'_>, pool: &Pool, user: &User, occasion: Occasion) -> Result<(), Fault> {
    let trigger = Trigger::PostConfirmation;
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(());
    };
    let request = Request {
        user_attributes: user_attributes(pool, user),
        client_metadata: metadata::of(cx, call.source),
    };
    let read = |answer: &[u8]| trigger::check(answer, &user.username);
    call.run(cx, &user.username, request, Empty {}, read).await
}
