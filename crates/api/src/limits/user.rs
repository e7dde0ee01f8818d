//! Counting of public operations for the user they name, before the caller is authenticated.

use cabana_domain::{ClientId, PoolId};
use cabana_model::Operation;
use serde_json::Value;

use super::{Category, Limit, Who};
use crate::Api;
use crate::dispatch::{Access, row};
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::{self, Bearer};

/// Counts a public operation for the user it names. Between two steps of a sign-in that is the user of the session,
/// whatever name the request uses, once a first factor has been shown. Before that the caller is unknown: the name that
/// the sign-in began with is counted, with or without an account.
///
/// # Errors
/// If that exceeds the limit.
pub async fn count_named(api: &Api, operation: Operation, body: &Value) -> Result<(), Fault> {
    let limit = match reads(operation) {
        true => Limit::UserReads,
        false => Limit::UserWrites,
    };
    let too_often = |_| faults::too_often(operation);
    let (pool, name) = match bearer(api, operation, body) {
        Some(Bearer::User(pool, sub)) => {
            let who = Who::User(&sub);
            let counted = api.limits.user(limit, &pool, who, api.clock.now());
            return counted.map_err(too_often);
        }
        Some(Bearer::Name(pool, name)) => (Some(pool), Some(name)),
        None => (None, named(operation, body).map(str::to_owned)),
    };
    let Some(name) = name.filter(|_| api.limits.rates.per_user != 0) else {
        return Ok(());
    };
    // A request without an existing client is refused by the operation itself.
    let pool = match pool {
        Some(pool) => Some(pool),
        None => pool_of_client(api, body).await?,
    };
    let Some(pool) = pool else { return Ok(()) };
    let Some(pool) = api.store.pool(&pool).await? else {
        return Ok(());
    };
    let name = pool.login_key(&name);
    let counted = api
        .limits
        .user(limit, &pool.id, Who::Name(&name), api.clock.now());
    counted.map_err(too_often)
}

async fn pool_of_client(api: &Api, body: &Value) -> Result<Option<PoolId>, Fault> {
    let client = body.get("ClientId").and_then(Value::as_str);
    let client = ClientId::new(client.unwrap_or_default());
    let client = api.store.client(&client).await?;
    Ok(client.map(|client| client.pool.clone()))
}

/// Whom the session that an operation continues counts for.
fn bearer(api: &Api, operation: Operation, body: &Value) -> Option<Bearer> {
    let continues =
        operation == Operation::RespondToAuthChallenge || row(operation).access == Access::Session;
    let session = body.get("Session").filter(|_| continues)?;
    sign_in::session_bearer(api, session.as_str()?)
}

/// The user name in the body of a public operation.
fn named(operation: Operation, body: &Value) -> Option<&str> {
    use Operation as O;
    let name = match operation {
        O::ConfirmForgotPassword
        | O::ConfirmSignUp
        | O::ForgotPassword
        | O::ResendConfirmationCode
        | O::SignUp => body.get("Username"),
        O::InitiateAuth => body.get("AuthParameters")?.get("USERNAME"),
        O::RespondToAuthChallenge => body.get("ChallengeResponses")?.get("USERNAME"),
        _ => None,
    };
    name?.as_str()
}

/// Whether an operation of a user is a read. Sign-in counts as one, as with Amazon.
pub fn reads(operation: Operation) -> bool {
    use Operation as O;
    match operation {
        O::InitiateAuth | O::RespondToAuthChallenge => true,
        // Sends a code.
        O::GetUserAttributeVerificationCode => false,
        _ => {
            let row = row(operation);
            let shows = matches!(
                row.category,
                Category::UserRead | Category::UserResourceRead
            );
            shows && row.access == Access::Token
        }
    }
}

/// Whether a public operation works on a password, which is the most expensive work.
pub fn uses_password(operation: Operation, body: &Value) -> bool {
    use Operation as O;
    let says = |member: &str, words: &[&str]| {
        let said = body.get(member).and_then(Value::as_str);
        said.is_some_and(|said| words.contains(&said))
    };
    match operation {
        O::ChangePassword | O::ConfirmForgotPassword | O::SignUp => true,
        O::InitiateAuth => !says("AuthFlow", &["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]),
        O::RespondToAuthChallenge => says(
            "ChallengeName",
            &[
                "NEW_PASSWORD_REQUIRED",
                "PASSWORD",
                "PASSWORD_SRP",
                "SELECT_CHALLENGE",
            ],
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_of_a_user_are_what_shows_something_and_signing_in() {
        let reads: Vec<&str> = Operation::ALL
            .iter()
            .filter(|it| reads(**it))
            .map(|it| it.name())
            .collect();
        assert_eq!(
            reads,
            [
                "GetDevice",
                "GetUser",
                "GetUserAuthFactors",
                "InitiateAuth",
                "ListDevices",
                "ListUserSessions",
                "ListWebAuthnCredentials",
                "RespondToAuthChallenge",
            ]
        );
    }
}
