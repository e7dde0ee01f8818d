//! The start of CUSTOM_AUTH: a sign-in by challenges that the pool's functions define.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;

use super::challenges::custom;
use super::{Attempt, Outcome, Parameters, proceed, stand_in};
use crate::cx::Cx;
use crate::fault::Fault;
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
    let begun = custom::begin(pool, name, parameters)?;
    let found = users::find(cx, pool, name).await?;
    let (user, known) = stand_in::user_or(cx, client, pool, name, found).await?;
    let mut attempt = Attempt::begin(cx, client, pool, user)?;
    attempt.known = known;
    attempt.session.custom = Some(begun);
    attempt.name_device(cx, parameters.device_key()).await?;
    proceed(cx, attempt).await
}
