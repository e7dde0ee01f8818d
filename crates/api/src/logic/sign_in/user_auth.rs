//! The start of USER_AUTH: a choice between the first factors that a user has.

use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_model::{ChallengeNameType, UserStatusType};

use super::challenges::choose_first;
use super::{Attempt, Outcome, Parameters, proceed, session, stand_in};
use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::triggers::pre_authentication;
use crate::logic::users;

/// Starts a sign-in of the user with this name: with the preferred first factor if they have it, else with the choice.
///
/// # Errors
/// UserNotFoundException and UserNotConfirmedException if existence is not hidden; those of the preferred factor.
pub async fn start(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    parameters: &Parameters,
) -> Result<Outcome, Fault> {
    let typed = parameters.need("USERNAME")?;
    let mut attempt = begin(cx, client, pool, name, typed).await?;
    let device = parameters.device_key();
    attempt.name_device(cx, device).await?;
    let preferred = match parameters.get("PREFERRED_CHALLENGE") {
        Some(word) => {
            let name: Result<ChallengeNameType, _> = word.parse();
            Some(name.map_err(|_| faults::invalid_first_choice(word))?)
        }
        None => None,
    };
    let preferred = preferred
        .and_then(choose_first::of_name)
        .filter(|factor| attempt.first_factors(cx).contains(factor));
    match preferred {
        Some(factor) => choose_first::take(cx, attempt, factor, parameters).await,
        None => proceed(cx, attempt).await,
    }
}

/// The same on our own pages: a code that is all a user has is sent at once.
///
/// # Errors
/// UserNotFoundException and UserNotConfirmedException if existence is not hidden.
pub fn start_on_page<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    name: &'a str,
) -> Boxed<'a, Result<Outcome, Fault>> {
    Box::pin(async move {
        let mut attempt = begin(cx, client, pool, name, name).await?;
        if let [only] = attempt.first_factors(cx)[..] {
            attempt.session.first = only.sent_as().map(|_| only);
        }
        proceed(cx, attempt).await
    })
}

/// The attempt of the user with this name, or of a stand-in. `typed` is the name that the answers repeat.
async fn begin<'a>(
    cx: &Cx<'_>,
    client: &'a Client,
    pool: &'a Pool,
    name: &str,
    typed: &str,
) -> Result<Attempt<'a>, Fault> {
    if !session::keeps(typed) {
        return Err(faults::name_too_long());
    }
    let hidden = client.hides_user_existence();
    let user = users::find(cx, pool, name).await?;
    let known = user.is_some();
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
    attempt.session.typed = Some(typed.to_owned());
    Ok(attempt)
}
