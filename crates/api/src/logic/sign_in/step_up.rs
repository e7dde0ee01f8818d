//! Step-up: a sign-in that is to reach a level of authentication, from the beginning or on top of an earlier one.
//!
//! What an earlier sign-in has shown counts, and only what is missing is asked for. The time of the new one stays that of
//! the earlier: nothing it has shown becomes younger.

use cabana_domain::client::Client;
use cabana_domain::flow::{self, Ahead, AuthSession, Authentication, Goal, Ground};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_domain::{Span, Time};
use cabana_model::UserStatusType;

use super::challenges::is_called;
use super::{Attempt, Outcome, Parameters, proceed};
use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::pools::levels;
use crate::logic::pools::tiers::{self, Feature};
use crate::logic::tokens::access_token;
use crate::logic::triggers::pre_authentication;
use crate::logic::users::credentials;

/// The level that `TARGET_ACR_VALUES` ask for.
///
/// # Errors
/// FeatureUnavailableInTierException; InvalidParameterException if none of the values is one of the pool's.
pub(super) fn goal(pool: &Pool, parameters: &Parameters) -> Result<Option<Goal>, Fault> {
    let Some(values) = parameters.get("TARGET_ACR_VALUES") else {
        return Ok(None);
    };
    tiers::demand(&pool.settings, Feature::StepUp)?;
    let levels = levels::named(pool, values);
    match levels.is_empty() {
        true => Err(faults::no_such_level()),
        false => Ok(Some(Goal {
            levels,
            is_required: true,
            since: None,
            ground: None,
        })),
    }
}

/// The bearer of `ACCESS_TOKEN`.
pub(super) struct Holder {
    pub user: User,
    /// Their sign-in, and what makes it count; `None` if it is older than `MAX_AGE`.
    pub earlier: Option<(Authentication, Ground)>,
}

/// The bearer of `ACCESS_TOKEN`, who must be the user whom `USERNAME` names, of this client.
///
/// # Errors
/// NotAuthorizedException, as for every operation of a user's own; InvalidParameterException for a bad `MAX_AGE`.
pub(super) async fn bearer(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    parameters: &Parameters,
) -> Result<Option<Holder>, Fault> {
    let max_age = parameters.get("MAX_AGE").map(str::parse::<u32>).transpose();
    let max_age = max_age.map_err(|_| faults::bad_max_age())?;
    let Some(token) = parameters.get("ACCESS_TOKEN") else {
        return Ok(None);
    };
    let who = access_token::verify(cx, token).await?;
    if who.client.id != client.id || who.pool.id != pool.id {
        return Err(faults::access_token_invalid());
    }
    if !is_called(pool, &who.user, parameters.need("USERNAME")?) {
        return Err(faults::access_token_of_another());
    }
    let longest = max_age.map(|seconds| Span::seconds(i64::from(seconds)));
    let age = cx.now().since(who.authentication.at);
    let is_young = longest.is_none_or(|longest| age <= longest);
    let old = longest.map(|longest| who.authentication.at.after(longest));
    let ground = Ground {
        family: who.family,
        browser: None,
        until: old.map_or(who.expires, |old| old.min(who.expires)),
    };
    Ok(Some(Holder {
        user: who.user,
        earlier: is_young.then_some((who.authentication, ground)),
    }))
}

/// A sign-in on top of an earlier one. That counts only for an account that could finish a sign-in now: it must not
/// replace a password that is to be proven before it is changed.
pub(super) async fn on_top<'a>(
    cx: &Cx<'_>,
    client: &'a Client,
    pool: &'a Pool,
    user: User,
    earlier: &Authentication,
    goal: Goal,
) -> Result<Attempt<'a>, Fault> {
    let counts = user.status == UserStatusType::Confirmed;
    let mut attempt = Attempt::begin(cx, client, pool, user)?;
    if counts {
        let app = credentials::app_mark(cx, &attempt.user);
        attempt.session.proven = earlier.proofs(app.as_ref());
    }
    let begun = attempt.session.has_first_factor();
    // A device proves itself on top of a first factor.
    let device = earlier.device.clone().filter(|_| begun);
    attempt.session.name_device(device);
    let since = begun.then_some(earlier.at);
    let ground = goal.ground.filter(|_| !attempt.session.proven.is_empty());
    attempt.session.goal = Some(Goal {
        since,
        ground,
        ..goal
    });
    attempt.look_up_passkeys(cx).await?;
    Ok(attempt)
}

/// Whether a browser's session lacks something for the level that an app wishes and its user can reach.
///
/// # Errors
/// A failure of the store.
pub async fn is_short(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    user: &User,
    earlier: &Authentication,
    goal: Option<Goal>,
) -> Result<bool, Fault> {
    let Some(goal) = goal else {
        return Ok(false);
    };
    let attempt = on_top(cx, client, pool, user.clone(), earlier, goal).await?;
    Ok(matches!(attempt.ahead(cx), Ahead::Missing(_)))
}

/// Asks a user who is signed in with a browser for what is missing.
///
/// # Errors
/// In Cognito's words.
pub fn on_page<'a>(
    cx: &'a Cx<'a>,
    client: &'a Client,
    pool: &'a Pool,
    user: User,
    earlier: &'a Authentication,
    goal: Goal,
) -> Boxed<'a, Result<Outcome, Fault>> {
    Box::pin(async move {
        pre_authentication::run(cx, client, pool, &user.username, Some(&user)).await?;
        let attempt = on_top(cx, client, pool, user, earlier, goal).await?;
        proceed(cx, attempt).await
    })
}

/// Whether what a sign-in stands on is still there: the token's family or the browser's session, and its age. One that
/// adds to nothing stands by itself.
///
/// # Errors
/// A failure of the store.
pub(super) async fn stands(cx: &Cx<'_>, session: &AuthSession) -> Result<bool, Fault> {
    let Some(goal) = &session.goal else {
        return Ok(true);
    };
    let Some(Ground {
        family,
        browser,
        until,
    }) = &goal.ground
    else {
        // Programs before this one did not say what it was.
        return Ok(goal.since.is_none());
    };
    if *until < cx.now() {
        return Ok(false);
    }
    if let Some(id) = family {
        let family = cx.store().family(id).await?;
        return Ok(family.is_some_and(|family| !family.revoked));
    }
    let Some(hash) = browser else { return Ok(true) };
    let hash: [u8; 32] = hash.0.as_slice().try_into().map_err(Fault::internal)?;
    Ok(cx.store().browser_session(&hash).await?.is_some())
}

/// The end of a session that would last until `expires`: no later than what it stands on counts.
pub(super) fn end(session: &AuthSession, expires: Time) -> Time {
    let ground = session.goal.as_ref().and_then(|goal| goal.ground.as_ref());
    ground.map_or(expires, |ground| expires.min(ground.until))
}

impl Attempt<'_> {
    /// What it lacks for its goal.
    pub(super) fn ahead(&self, cx: &Cx<'_>) -> Ahead {
        flow::ahead(&self.session, &self.facts(cx))
    }
}
