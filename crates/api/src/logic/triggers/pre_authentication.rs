//! `PreAuthentication`: at the start of a sign-in, before anything is proven.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::authentication::Before;
use cabana_domain::trigger::{self, Empty, Occasion, Pairs, Source, Trigger, user_attributes};
use cabana_domain::user::User;

use super::{Call, metadata};
use crate::cx::Cx;
use crate::fault::Fault;

/// Asks the function whether a sign-in may go on. `user` is `None` for a name without an account: call it only if the
/// client hides which users exist.
///
/// # Errors
/// As for every function: it may refuse.
pub async fn run(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    user: Option<&User>,
) -> Result<(), Fault> {
    let (trigger, occasion) = (Trigger::PreAuthentication, Occasion::Authentication);
    let Some(call) = Call::of(pool, Source { trigger, occasion }) else {
        return Ok(());
    };
    cx.set_app(&client.id);
    let name = user.map_or(name, |user| &user.username);
    let request = Before {
        user_attributes: user.map_or_else(Pairs::default, |user| user_attributes(pool, user)),
        validation_data: metadata::of(cx, call.source),
        user_not_found: client.hides_user_existence().then_some(user.is_none()),
    };
    let read = |answer: &[u8]| trigger::check(answer, name);
    call.run(cx, name, request, Empty {}, read).await
}
