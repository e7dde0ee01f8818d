//! The attributes that a client may read and write (`ReadAttributes`, `WriteAttributes`).

use cabana_domain::pool::Pool;
use cabana_domain::schema;
use cabana_model::{SchemaAttributeType, UserPoolClientType};

use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::settings::Verb;
use crate::logic::tokens::claims;

/// Attributes that no client may write.
pub const NEVER_WRITTEN: [&str; 4] = [
    "sub",
    "email_verified",
    "phone_number_verified",
    schema::IDENTITIES,
];

/// Checks the two lists if they are given.
///
/// # Errors
/// If a list names an attribute that the pool does not have, or if the writable attributes include one that is never
/// writable or omit one that sign-up requires.
pub fn check(settings: &UserPoolClientType, pool: &Pool, verb: Verb) -> Result<(), Fault> {
    let schema = pool
        .settings
        .schema_attributes
        .as_deref()
        .unwrap_or_default();
    let known = |name: &String| {
        name == claims::PROFILE_WORD || schema.iter().any(|it| it.name.as_ref() == Some(name))
    };
    if !settings.read_attributes.iter().flatten().all(known) {
        return Err(faults::bad_read_attributes(verb));
    }
    let Some(writable) = &settings.write_attributes else {
        return Ok(());
    };
    let required = schema
        .iter()
        .filter(|it| it.required == Some(true))
        .filter_map(name);
    let all_known = writable
        .iter()
        .all(|it| known(it) && !NEVER_WRITTEN.contains(&it.as_str()));
    let complete = required
        .filter(|it| !NEVER_WRITTEN.contains(it))
        .all(|it| claims::is_listed(Some(writable), it));
    if all_known && complete {
        Ok(())
    } else {
        Err(faults::bad_write_attributes(verb))
    }
}

fn name(attribute: &SchemaAttributeType) -> Option<&str> {
    attribute.name.as_deref()
}
