//! Attributes as users and administrators write them: rules of the schema, the client's permissions and the form of a
//! value.

use std::collections::BTreeMap;

use cabana_domain::client::Client;
use cabana_domain::formats;
use cabana_domain::pool::Pool;
use cabana_domain::schema;
use cabana_domain::user::User;
use cabana_model::{AttributeDataType, AttributeType, SchemaAttributeType, VerifiedAttributeType};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::fault::Fault;
use crate::faults::{self, Writing};
use crate::logic::tokens::claims;
use crate::logic::users::{aliases, sign_up_domains};

/// The author of a change.
#[derive(Clone, Copy)]
pub enum Author<'a> {
    Administrator,
    /// The user, through this client.
    Client(&'a Client),
}

/// Checked values by attribute, normalized by the pool's rules; `None` deletes.
pub type Wanted = BTreeMap<String, Option<String>>;

/// E-mail address and phone number, phone first as Cognito prefers.
pub const VERIFIABLE: [VerifiedAttributeType; 2] = [
    VerifiedAttributeType::PhoneNumber,
    VerifiedAttributeType::Email,
];

/// The attribute that says whether this one is verified.
pub fn flag(attribute: VerifiedAttributeType) -> &'static str {
    match attribute {
        VerifiedAttributeType::Email => "email_verified",
        VerifiedAttributeType::PhoneNumber => "phone_number_verified",
    }
}

/// Names and values as received.
///
/// # Errors
/// InvalidParameterException for an attribute without a value.
pub fn pairs(given: Option<&[AttributeType]>) -> Result<Vec<(&str, &str)>, Fault> {
    let given = given.unwrap_or_default().iter();
    given
        .map(|it| match it.value.as_deref() {
            Some(value) => Ok((it.name.as_str(), value)),
            None => Err(faults::attribute_without_value(&it.name)),
        })
        .collect()
}

/// Checks the attributes that an author wants to write. Blank values delete.
///
/// # Errors
/// InvalidParameterException that names every attribute the schema does not allow; NotAuthorizedException for one
/// that the client may not write.
pub fn wanted<'g>(
    pool: &Pool,
    author: Author<'_>,
    writing: Writing,
    given: impl IntoIterator<Item = (&'g str, &'g str)>,
) -> Result<Wanted, Fault> {
    let mut wanted = Wanted::new();
    let mut broken = Vec::new();
    for (name, value) in given {
        let Some(definition) = definition(pool, name) else {
            broken.push((name, "Attribute does not exist in the schema.".to_owned()));
            continue;
        };
        let value = (!value.is_empty()).then(|| folded(pool, &definition, name, value));
        if let Some(Err(rule)) = value.as_deref().map(|value| conforms(&definition, value)) {
            broken.push((name, rule));
        }
        wanted.insert(name.to_owned(), value);
    }
    if !broken.is_empty() {
        return Err(faults::schema(writing, broken));
    }
    if wanted.contains_key("sub") {
        return Err(faults::immutable_attribute("sub"));
    }
    let may_write = |name: &String| match author {
        Author::Administrator => true,
        Author::Client(client) => may_write(client, name),
    };
    if !wanted.keys().all(may_write) {
        return Err(faults::unauthorized_attribute());
    }
    well_formed(pool, &wanted)?;
    Ok(wanted)
}

/// Writes attributes that a user gives during sign-in: immutable ones too, if they have no value yet.
///
/// # Errors
/// As for [`wanted`]; InvalidParameterException for an immutable attribute that has a value.
pub fn write_as_client(
    pool: &Pool,
    client: &Client,
    user: &mut User,
    given: &BTreeMap<&str, &str>,
) -> Result<(), Fault> {
    let given = given.iter().map(|(name, value)| (*name, *value));
    let author = Author::Client(client);
    for (name, value) in wanted(pool, author, Writing::NewUser, given)? {
        let Some(value) = value else { continue };
        if user.attributes.get(&name) == Some(&value) {
            continue;
        }
        if !is_mutable(pool, &name) && user.attributes.contains_key(&name) {
            return Err(faults::immutable_attribute(&name));
        }
        if name == "email" {
            sign_up_domains::permit_change(pool, user, Some(&value))?;
        }
        for attribute in VERIFIABLE {
            if name == attribute.as_str() {
                unverify(&mut user.attributes, attribute, author);
            }
        }
        user.attributes.insert(name, value);
    }
    check_flags(&mut user.attributes)
}

/// The definition of a writable attribute of this pool.
pub fn definition(pool: &Pool, name: &str) -> Option<SchemaAttributeType> {
    if name == schema::IDENTITIES {
        return None;
    }
    let own = pool.settings.schema_attributes.iter().flatten();
    let mut own = own.filter(|it| it.name.as_deref() == Some(name));
    own.next().cloned().or_else(|| schema::standard(name))
}

/// Whether an attribute may change after it was first set.
pub fn is_mutable(pool: &Pool, name: &str) -> bool {
    definition(pool, name).is_none_or(|it| it.mutable != Some(false))
}

/// Required attributes that are missing from these.
pub fn missing<'p>(
    pool: &'p Pool,
    attributes: &'p BTreeMap<String, String>,
) -> impl Iterator<Item = &'p str> {
    pool.settings
        .schema_attributes
        .iter()
        .flatten()
        .filter(|it| it.required == Some(true))
        .filter_map(|it| it.name.as_deref())
        .filter(|name| *name != "sub" && !attributes.contains_key(*name))
}

/// Requires every required attribute.
///
/// # Errors
/// InvalidParameterException that names all missing ones.
pub fn demand_required(pool: &Pool, attributes: &BTreeMap<String, String>) -> Result<(), Fault> {
    let mut missing = missing(pool, attributes).peekable();
    if missing.peek().is_none() {
        return Ok(());
    }
    let missing = missing.map(|name| (name, faults::REQUIRED));
    Err(faults::schema(Writing::NewUser, missing))
}

/// Marks a new address as unverified. An address set by its user gets a flag that says so; one set by an
/// administrator gets a flag only if the previous address had one.
pub fn unverify(
    attributes: &mut BTreeMap<String, String>,
    attribute: VerifiedAttributeType,
    author: Author<'_>,
) {
    let flag = flag(attribute);
    if matches!(author, Author::Client(_)) || attributes.contains_key(flag) {
        attributes.insert(flag.to_owned(), "false".to_owned());
    }
}

/// Removes the flags of addresses that are not set.
///
/// # Errors
/// InvalidParameterException if an absent address is marked verified.
pub fn check_flags(attributes: &mut BTreeMap<String, String>) -> Result<(), Fault> {
    for attribute in VERIFIABLE {
        let flag = flag(attribute);
        if !attributes.contains_key(attribute.as_str())
            && attributes.remove(flag).is_some_and(|it| it == "true")
        {
            return Err(faults::flag_without_value(attribute.as_str()));
        }
    }
    Ok(())
}

/// Whether a client may write an attribute. Never the flags and developer attributes.
fn may_write(client: &Client, name: &str) -> bool {
    let flags = VERIFIABLE.map(flag);
    !flags.contains(&name)
        && !name.starts_with("dev:")
        && claims::is_listed(client.settings.write_attributes.as_deref(), name)
}

/// Normalizes a value. Sign-in names are stored in the form in which they are compared, booleans in lowercase: Python
/// writes `True`.
fn folded(pool: &Pool, definition: &SchemaAttributeType, name: &str, value: &str) -> String {
    match name {
        "email" | "preferred_username" => pool.login_key(value),
        _ if definition.attribute_data_type == Some(AttributeDataType::Boolean) => {
            value.to_ascii_lowercase()
        }
        _ => value.to_owned(),
    }
}

fn well_formed(pool: &Pool, wanted: &Wanted) -> Result<(), Fault> {
    let value = |name: &str| wanted.get(name).and_then(Option::as_deref);
    if value("email").is_some_and(|it| !formats::looks_like_email(it)) {
        return Err(faults::bad_email());
    }
    if value("phone_number").is_some_and(|it| !formats::looks_like_phone(it)) {
        return Err(faults::bad_phone_number());
    }
    const PREFERRED: &str = "preferred_username";
    let preferred = value(PREFERRED).filter(|_| pool.has_alias(PREFERRED));
    match preferred.and_then(|it| aliases::looked_like(pool, it)) {
        Some(alias) => Err(faults::preferred_username_looks_like_alias(alias)),
        None => Ok(()),
    }
}

/// Checks that a value is of the attribute's type and within its bounds. Returns the broken rule if not.
fn conforms(definition: &SchemaAttributeType, value: &str) -> Result<(), String> {
    match definition.attribute_data_type.unwrap_or_default() {
        AttributeDataType::String => string(definition, value),
        AttributeDataType::Number => number(definition, value),
        AttributeDataType::Boolean if matches!(value, "true" | "false") => Ok(()),
        AttributeDataType::Boolean => Err("Boolean values are true or false.".to_owned()),
        AttributeDataType::DateTime if is_date_time(value) => Ok(()),
        AttributeDataType::DateTime => Err("DateTime values are in ISO 8601.".to_owned()),
    }
}

fn string(definition: &SchemaAttributeType, value: &str) -> Result<(), String> {
    let bounds = definition.string_attribute_constraints.as_ref();
    let bound = |text: Option<&String>| text.and_then(|it| it.parse::<usize>().ok());
    let length = value.chars().count();
    match (
        bound(bounds.and_then(|it| it.min_length.as_ref())),
        bound(bounds.and_then(|it| it.max_length.as_ref())),
    ) {
        (Some(min), _) if length < min => {
            Err(format!("String must be no shorter than {min} characters"))
        }
        (_, Some(max)) if length > max => {
            Err(format!("String must be no longer than {max} characters"))
        }
        _ if definition.name.as_deref() == Some("birthdate") && !formats::is_birthdate(value) => {
            Err("A birthdate is of the form YYYY-MM-DD.".to_owned())
        }
        _ => Ok(()),
    }
}

fn number(definition: &SchemaAttributeType, value: &str) -> Result<(), String> {
    let parse = |text: &str| text.parse::<f64>().ok().filter(|it| it.is_finite());
    let Some(number) = parse(value) else {
        return Err("Number values are decimal numbers.".to_owned());
    };
    let bounds = definition.number_attribute_constraints.as_ref();
    let min = bounds.and_then(|it| it.min_value.as_deref());
    let max = bounds.and_then(|it| it.max_value.as_deref());
    match (min, max) {
        (Some(min), _) if parse(min).is_some_and(|min| number < min) => {
            Err(format!("Number values are at least {min}."))
        }
        (_, Some(max)) if parse(max).is_some_and(|max| number > max) => {
            Err(format!("Number values are at most {max}."))
        }
        _ => Ok(()),
    }
}

fn is_date_time(value: &str) -> bool {
    formats::is_birthdate(value) || OffsetDateTime::parse(value, &Rfc3339).is_ok()
}
