//! NEW_PASSWORD_REQUIRED: a permanent password in place of a temporary one, and missing required attributes.

use std::collections::BTreeMap;

use cabana_domain::flow::{Challenge, Proof};
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_model::UserStatusType;
use serde_json::{Map, Value, json};

use super::{Draft, Outcome, proceed};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::federation::reserved;
use crate::logic::passwords;
use crate::logic::sign_in::{Attempt, Parameters};
use crate::logic::users::{addresses, aliases, attributes};

/// Lists the required attributes that the user lacks, and the attributes that they have.
pub(super) fn issue(attempt: &Attempt<'_>, draft: &mut Draft) {
    let missing: Vec<_> = missing_required(attempt.pool, &attempt.user)
        .map(|name| format!("userAttributes.{name}"))
        .collect();
    let have: Map<String, Value> = attempt
        .user
        .attributes
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    draft.say("requiredAttributes", json!(missing).to_string());
    draft.say("userAttributes", Value::Object(have).to_string());
}

/// Judges a new password and the attributes sent with it.
pub(super) async fn judge(
    cx: &Cx<'_>,
    mut attempt: Attempt<'_>,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    attempt.demand(cx, Challenge::NewPassword)?;
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
    if given.contains_key("preferred_username") {
        reserved::permit_preferred(cx, attempt.pool, &attempt.user).await?;
    }
    aliases::claim(cx, attempt.pool, &attempt.user, false, faults::alias_taken).await?;
    let password = responses.need("NEW_PASSWORD")?;
    passwords::change::set(cx, attempt.pool, &mut attempt.user, password).await?;
    attempt.user.status = UserStatusType::Confirmed;
    attempt.user.temporary_password_expires = None;
    attempt.user.modified = cx.now();
    // New attributes may be new sign-in names.
    let user = attempt.user.clone();
    attempt.rename(user);
    attempt.session.prove(Proof::NewPassword);
    proceed(cx, attempt).await
}

/// Names of required attributes that the user lacks.
fn missing_required<'p>(pool: &'p Pool, user: &'p User) -> impl Iterator<Item = &'p str> {
    pool.settings
        .schema_attributes
        .iter()
        .flatten()
        .filter(|it| it.required == Some(true))
        .filter_map(|it| it.name.as_deref())
        .filter(|name| user.attribute(name).is_none())
}
