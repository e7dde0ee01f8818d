//! The start of CUSTOM_AUTH: a sign-in by challenges that the pool's functions define.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_model::UserStatusType;

use super::challenges::custom;
use super::{Attempt, Outcome, Parameters, proceed, stand_in};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::triggers::pre_authentication;
use crate::logic::users;

/// Starts a sign-in of the user with this name.
///
/// # Errors
/// InvalidParameterException if the pool has no function for it; UserNotFoundException and UserNotConfirmedException if
/// existence is not hidden; those of the functions.
pub async fn start(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    parameters: &Parameters,
) -> Result<Outcome, Fault> {
    let hidden = client.hides_user_existence();
    let user = users::find(cx, pool, name).await?;
    let known = user.is_some();
    let begun = custom::begin(pool, name, parameters)?;
    let user = match user {
        Some(user) if user.status == UserStatusType::Unconfirmed && !hidden => {
            return Err(faults::user_not_confirmed());
        }
        Some(user) => user,
        None if hidden => stand_in::user(cx, pool, name),
        None => return Err(faults::no_such_user()),
    };
    let account = known.then_some(&user);
    pre_authentication::run(cx, client, pool, name, account).await?;
    let mut attempt = Attempt::begin(cx, client, pool, user)?;
    attempt.known = known;
    attempt.session.custom = Some(begun);
    attempt.name_device(cx, parameters.device_key()).await?;
    proceed(cx, attempt).await
}
