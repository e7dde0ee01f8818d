//! The start of USER_AUTH: a choice between the first factors that a user has.

use cabana_domain::client::Client;
use cabana_domain::flow::{self, Ahead, Challenge, FirstFactor, Goal, Next};
use cabana_domain::pool::Pool;
use cabana_model::ChallengeNameType;

use super::challenges::choose_first;
use super::step_up::{self, Holder};
use super::{Attempt, Outcome, Parameters, proceed, session, stand_in};
use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::triggers::pre_authentication;
use crate::logic::{passkeys, users};

/// Starts a sign-in of the user with this name: with the preferred first factor if they have it, else with the choice.
///
/// # Errors
/// UserNotFoundException and UserNotConfirmedException if existence is not hidden; those of the preferred factor and of
/// step-up.
pub async fn start(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    parameters: &Parameters,
) -> Result<Outcome, Fault> {
    let typed = parameters.need("USERNAME")?;
    let goal = step_up::goal(pool, parameters)?;
    let mut attempt = match step_up::bearer(cx, client, pool, parameters).await? {
        Some(bearer) => go_on(cx, client, pool, bearer, goal).await?,
        None => begin(cx, client, pool, name, typed, goal).await?,
    };
    attempt.name_device(cx, parameters.device_key()).await?;
    let preferred = match parameters.get("PREFERRED_CHALLENGE") {
        Some(word) => {
            let name: Result<ChallengeNameType, _> = word.parse();
            Some(name.map_err(|_| faults::invalid_first_choice(word))?)
        }
        None => None,
    };
    let next = flow::next(&attempt.session, &attempt.facts(cx));
    let preferred = preferred
        .filter(|_| matches!(next, Next::Ask(Challenge::ChooseFirst)))
        .and_then(choose_first::of_name)
        .filter(|factor| attempt.first_factors(cx).contains(factor));
    match preferred {
        Some(factor) => choose_first::take(cx, attempt, factor, parameters).await,
        None => proceed(cx, attempt).await,
    }
}

/// The same on our own pages: a passkey is asked for first, and a code that is all a user has is sent at once.
///
/// # Errors
/// UserNotFoundException and UserNotConfirmedException if existence is not hidden.
pub fn start_on_page<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    name: &'a str,
    goal: Option<Goal>,
) -> Boxed<'a, Result<Outcome, Fault>> {
    Box::pin(async move {
        let mut attempt = begin(cx, client, pool, name, name, goal).await?;
        let factors = attempt.first_factors(cx);
        attempt.session.first = match factors[..] {
            _ if factors.contains(&FirstFactor::Passkey) => Some(FirstFactor::Passkey),
            [only] => only.sent_as().map(|_| only),
            _ => None,
        };
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
    goal: Option<Goal>,
) -> Result<Attempt<'a>, Fault> {
    if !session::keeps(typed) {
        return Err(faults::name_too_long());
    }
    let found = match passkeys::are_enabled(pool) {
        true => users::find_with_passkeys(cx, pool, name).await?,
        false => users::find(cx, pool, name)
            .await?
            .map(|user| (user, Vec::new())),
    };
    let (found, own) = found.unzip();
    let (user, known) = stand_in::user_or(cx, client, pool, name, found).await?;
    let mut attempt = Attempt::begin(cx, client, pool, user)?;
    attempt.known = known;
    attempt.take_passkeys(cx, own.unwrap_or_default()).await?;
    attempt.session.typed = Some(typed.to_owned());
    attempt.session.goal = goal;
    Ok(attempt)
}

/// The attempt of the bearer of an access token, whose sign-in counts.
async fn go_on<'a>(
    cx: &Cx<'_>,
    client: &'a Client,
    pool: &'a Pool,
    bearer: Holder,
    goal: Option<Goal>,
) -> Result<Attempt<'a>, Fault> {
    let goal = goal.ok_or_else(|| faults::missing_parameter("TARGET_ACR_VALUES"))?;
    let Holder { user, earlier } = bearer;
    pre_authentication::run(cx, client, pool, &user.username, Some(&user)).await?;
    let Some((earlier, ground)) = earlier else {
        let mut attempt = Attempt::begin(cx, client, pool, user)?;
        attempt.session.goal = Some(goal);
        attempt.look_up_passkeys(cx).await?;
        return Ok(attempt);
    };
    let goal = Goal {
        ground: Some(ground),
        ..goal
    };
    let attempt = step_up::on_top(cx, client, pool, user, &earlier, goal).await?;
    match attempt.ahead(cx) {
        Ahead::Nothing => Err(faults::level_reached()),
        Ahead::Missing(_) | Ahead::OutOfReach => Ok(attempt),
    }
}
