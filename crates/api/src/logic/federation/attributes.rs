//! The attributes that a provider gives its people, by the rules of the mapping.

use std::collections::BTreeMap;

use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_domain::user::User;
use cabana_federation::claims;
use serde_json::{Map, Value};

use super::answer::Person;
use super::mapping::USERNAME;
use crate::fault::Fault;
use crate::faults::{Writing, federation};
use crate::logic::tokens::claims::is_listed;
use crate::logic::users::attributes::{self, Author, VERIFIABLE, flag};

/// Most characters of a value.
const LONGEST: usize = 2_048;

/// Values by attribute, as the provider gives them. A claim that is missing leaves its attribute as it is; an empty one
/// clears it.
pub fn mapped(provider: &IdentityProvider, person: &Person) -> BTreeMap<String, String> {
    let mapping = provider.settings.attribute_mapping.iter();
    let mapping = mapping.filter(|(attribute, _)| *attribute != USERNAME);
    mapping
        .filter_map(|(attribute, claim)| {
            let value = match claim.as_str() {
                "access_token" => Some(person.tokens.access_token.clone()),
                "id_token" => person.tokens.id_token.clone(),
                "refresh_token" => person.tokens.refresh_token.clone(),
                _ => person.claims.get(claim).and_then(claims::text),
            };
            Some((attribute.clone(), value?))
        })
        .collect()
}

/// The pool's own attributes that a function names among the claims, by their names here.
pub fn added(pool: &Pool, told: &Map<String, Value>) -> BTreeMap<String, String> {
    let own = told.iter().filter(|(name, _)| {
        name.starts_with("custom:") && attributes::definition(pool, name).is_some()
    });
    own.filter_map(|(name, value)| Some((name.clone(), claims::text(value)?)))
        .collect()
}

/// Writes the values to a user. What is not in the app client's list of writable attributes is left out.
///
/// # Errors
/// InvalidParameterException for a value that the schema does not allow, or an immutable attribute that would change.
pub fn write(
    pool: &Pool,
    writable: Option<&[String]>,
    user: &mut User,
    mapped: &BTreeMap<String, String>,
) -> Result<(), Fault> {
    let flags = VERIFIABLE.map(flag);
    let may_write = |name: &str| flags.contains(&name) || is_listed(writable, name);
    let given = mapped.iter().filter(|(name, _)| may_write(name));
    let given: Vec<_> = given
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    if let Some((name, _)) = given.iter().find(|(_, it)| it.chars().count() > LONGEST) {
        return Err(federation::mapped_value_too_long(name));
    }
    let wanted = attributes::wanted(pool, Author::Administrator, Writing::Update, given)?;
    for (name, value) in wanted
        .iter()
        .filter(|(name, _)| !flags.contains(&name.as_str()))
    {
        let before = user.attributes.get(name);
        if before == value.as_ref() {
            continue;
        }
        if before.is_some() && !attributes::is_mutable(pool, name) {
            return Err(federation::mapped_attribute_immutable(name));
        }
        match value {
            Some(value) => user.attributes.insert(name.clone(), value.clone()),
            None => user.attributes.remove(name),
        };
        // A new address is as good as the provider says, and it says nothing.
        for attribute in VERIFIABLE {
            if name == attribute.as_str() {
                user.attributes
                    .insert(flag(attribute).to_owned(), "false".to_owned());
            }
        }
    }
    for attribute in VERIFIABLE {
        let (name, flag) = (attribute.as_str(), flag(attribute));
        // A provider vouches for the address that it gives now, and for no other.
        let gives = matches!(wanted.get(name), Some(Some(_)));
        let keeps = user.attributes.contains_key(name);
        match wanted.get(flag) {
            Some(Some(value)) if keeps && (gives || value == "false") => {
                user.attributes.insert(flag.to_owned(), value.clone());
            }
            Some(None) => drop(user.attributes.remove(flag)),
            _ if !keeps => drop(user.attributes.remove(flag)),
            _ => {}
        }
    }
    Ok(())
}

/// Whether the provider says of an address that the person has not proven it: anybody may give one as theirs.
pub fn is_disowned(person: &Person, mapped: &BTreeMap<String, String>, attribute: &str) -> bool {
    let address = VERIFIABLE.into_iter().find(|it| it.as_str() == attribute);
    address.map(flag).is_some_and(|flag| {
        let said = mapped.get(flag).cloned();
        let said = said.or_else(|| person.claims.get(flag).and_then(claims::text));
        said.is_some_and(|it| !it.eq_ignore_ascii_case("true"))
    })
}

/// Requires every required attribute.
///
/// # Errors
/// InvalidParameterException that names all missing ones.
pub fn demand_required(pool: &Pool, user: &User) -> Result<(), Fault> {
    let missing: Vec<_> = attributes::missing(pool, &user.attributes).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(federation::mapped_attributes_missing(&missing)),
    }
}
