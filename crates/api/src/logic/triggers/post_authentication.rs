//! `PostAuthentication`: after the last proof, before tokens.

use cabana_domain::pool::Pool;
use cabana_domain::trigger::authentication::After;
use cabana_domain::trigger::{self, Empty, Occasion, Source, Trigger, user_attributes};
use cabana_domain::user::User;

use super::{Call, metadata};
use crate::cx::Cx;
use crate::fault::Fault;

/// Tells the function of a sign-in, which it may still refuse. `new_device` only in a pool that tracks devices.
///
/// # Errors
/// As for every function.
pub async fn run(cx: &Cx<'_>, pool: &Pool, user: &User, new_device: bool) -> Result<(), Fault> {
    let (trigger, occasion) = (Trigger::PostAuthentication, Occasion::Authentication);
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(());
    };
    let request = After {
        user_attributes: user_attributes(pool, user),
        new_device_used: new_device,
        client_metadata: metadata::of(cx, call.source),
    };
    let read = |answer: &[u8]| trigger::check(answer, &user.username);
    call.run(cx, &user.username, request, Empty {}, read).await
}
