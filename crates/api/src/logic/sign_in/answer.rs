//! Judging the answer to a challenge.

use std::collections::BTreeMap;

use cabana_domain::client::Client;
use cabana_domain::factor::Factor;
use cabana_domain::flow::{Challenge, Proof};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_model::{ChallengeNameType, UserStatusType};

use super::challenge::missing_required;
use super::second_factor::{choose, code, set_up, totp};
use super::session::{open_session, spend_session};
use super::{Attempt, Outcome, Parameters, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::passwords;
use crate::logic::users::{addresses, aliases, attributes};

/// An answer as it came in.
pub struct Answer<'a> {
    pub challenge: ChallengeNameType,
    pub session: &'a str,
    pub responses: &'a Parameters,
}

/// Judges an answer and goes on.
///
/// # Errors
/// In Cognito's words. A wrong code is counted and leaves the session usable.
pub async fn answer(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    answer: &Answer<'_>,
) -> Result<Outcome, Fault> {
    let (session, user) = open_session(cx, answer.session).await?;
    if session.pool != pool.id || session.client != client.id {
        return Err(faults::session_foreign());
    }
    if !is_called(pool, &user, answer.responses.need("USERNAME")?) {
        return Err(faults::session_foreign());
    }
    answer
        .responses
        .check_secret_hash(client, &[&user.username, user.sub.as_str()])?;
    let changes = vec![spend_session(cx, &session)];
    let attempt = Attempt {
        client,
        pool,
        user,
        session,
        changed: false,
        names: None,
        changes,
    };
    match answer.challenge {
        ChallengeNameType::NewPasswordRequired => new_password(cx, attempt, answer.responses).await,
        ChallengeNameType::SoftwareTokenMfa => totp(cx, attempt, answer.responses).await,
        ChallengeNameType::SmsMfa => {
            code(
                cx,
                attempt,
                Factor::Sms,
                answer.responses.need("SMS_MFA_CODE")?,
            )
            .await
        }
        ChallengeNameType::EmailOtp => {
            let given = answer
                .responses
                .get("EMAIL_OTP_CODE")
                .or(answer.responses.get("EMAIL_MFA_CODE"));
            let given = given.ok_or_else(|| faults::missing_parameter("EMAIL_OTP_CODE"))?;
            code(cx, attempt, Factor::Email, given).await
        }
        ChallengeNameType::SelectMfaType => choose(cx, attempt, answer.responses).await,
        ChallengeNameType::MfaSetup => set_up(cx, attempt).await,
        other => Err(faults::feature_not_built(other.as_str())),
    }
}

/// Whether the user goes by this name: the real one, `sub`, or anything they may have signed in with.
pub(super) fn is_called(pool: &Pool, user: &User, name: &str) -> bool {
    let name = pool.login_key(name);
    let is = |own: &str| pool.login_key(own) == name;
    is(&user.username)
        || is(user.sub.as_str())
        || ["email", "phone_number", "preferred_username"]
            .into_iter()
            .filter_map(|attribute| user.attribute(attribute))
            .any(is)
}

async fn new_password(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(Challenge::NewPassword)?;
    let given: BTreeMap<&str, &str> = responses.with_prefix("userAttributes.").collect();
    addresses::admit_in_challenge(&attempt.user, &given)?;
    let required: Vec<_> = attempt
        .pool
        .settings
        .schema_attributes
        .iter()
        .flatten()
        .filter(|it| it.required == Some(true))
        .filter_map(|it| it.name.as_deref())
        .collect();
    for (name, value) in &given {
        if required.contains(name)
            && attempt
                .user
                .attribute(name)
                .is_some_and(|old| old != *value)
        {
            return Err(faults::attribute_already_provided(name));
        }
    }
    let factors = addresses::factors(attempt.pool, &attempt.user);
    attributes::write_as_client(attempt.pool, attempt.client, &mut attempt.user, &given)?;
    addresses::admit_factors(attempt.pool, &factors, &attempt.user)?;
    if let Some(name) = missing_required(attempt.pool, &attempt.user).next() {
        return Err(faults::attribute_missing(name));
    }
    aliases::claim(cx, attempt.pool, &attempt.user, false, faults::alias_taken).await?;
    let password = responses.need("NEW_PASSWORD")?;
    passwords::change::set(cx, attempt.pool, &mut attempt.user, password).await?;
    attempt.user.status = UserStatusType::Confirmed;
    attempt.user.temporary_password_expires = None;
    attempt.user.modified = cx.now();
    // New attributes may be new login names.
    let user = attempt.user.clone();
    attempt.rename(user);
    attempt.session.proven.push(Proof::NewPassword);
    proceed(cx, attempt).await
}
