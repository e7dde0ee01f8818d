//! The person of an assertion: `Subject`, statements of authentication and attributes.

use std::collections::BTreeMap;

use cabana_domain::{Span, Time};
use serde::{Deserialize, Serialize};
use uppsala::NodeId;

use super::response::Expected;
use super::xml::{Reader, time};
use super::{ASSERTION, Flaw};

const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// Difference between the clocks of two servers that is put up with.
pub const SKEW: Span = Span::minutes(3);
/// Longest name of a person, in bytes.
const LONGEST_NAME: usize = 1_024;
/// The same for what comes with it. A longer one is left out: it matters for a sign-out only.
pub const LONGEST_MARK: usize = 256;

/// A person, as their provider knows them. Sealed into a cookie: a further member needs a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The provider's name for them (`NameID`).
    pub name: String,
    pub format: Option<String>,
    /// `NameQualifier` and `SPNameQualifier`.
    pub qualifiers: [Option<String>; 2],
    /// Their session there.
    pub session_index: Option<String>,
}

/// A text that fits into a cookie with others.
fn short(text: &str) -> Option<String> {
    (text.len() <= LONGEST_MARK).then(|| text.to_owned())
}

impl Principal {
    /// Whether this is who another message names. What only one of them says of the name does not count: many providers
    /// leave the format out of a sign-out.
    pub fn agrees(&self, other: &Self) -> bool {
        let said = |it: &Option<String>| it.clone().filter(|it| it != UNSPECIFIED);
        let agree = |a, b| match (said(a), said(b)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        let mut qualifiers = self.qualifiers.iter().zip(&other.qualifiers);
        self.name == other.name
            && agree(&self.format, &other.format)
            && qualifiers.all(|(a, b)| agree(a, b))
    }
}

/// The person of an assertion, with their session.
///
/// # Errors
/// If there is none.
pub fn principal(
    reader: Reader<'_, '_>,
    subject: NodeId,
    assertion: NodeId,
) -> Result<Principal, Flaw> {
    Ok(Principal {
        session_index: session(reader, assertion),
        ..named(reader, subject)?
    })
}

/// The provider's name for a person, which an element has.
///
/// # Errors
/// If there is none.
pub fn named(reader: Reader<'_, '_>, subject: NodeId) -> Result<Principal, Flaw> {
    let node = reader
        .only(subject, ASSERTION, "NameID")
        .ok_or(Flaw::NameId)?;
    if reader.elements(node).next().is_some() {
        return Err(Flaw::NameId);
    }
    let value = reader.text(node);
    let right = (1..=LONGEST_NAME).contains(&value.len()) && !value.chars().any(char::is_control);
    let attribute = |name| reader.attribute(node, name).and_then(short);
    match right {
        true => Ok(Principal {
            name: value,
            format: attribute("Format"),
            qualifiers: [attribute("NameQualifier"), attribute("SPNameQualifier")],
            session_index: None,
        }),
        false => Err(Flaw::NameId),
    }
}

/// Requires one confirmation that the bearer is the person, here and now; returns its end.
///
/// # Errors
/// What is wrong with the last one.
pub fn confirmed(
    reader: Reader<'_, '_>,
    subject: NodeId,
    expected: &Expected<'_>,
) -> Result<Time, Flaw> {
    let mut why = Flaw::Confirmation;
    for node in reader.children(subject, ASSERTION, "SubjectConfirmation") {
        if reader.attribute(node, "Method") != Some(BEARER) {
            continue;
        }
        match bearer(reader, node, expected) {
            Ok(until) => return Ok(until),
            Err(flaw) => why = flaw,
        }
    }
    Err(why)
}

fn bearer(reader: Reader<'_, '_>, node: NodeId, expected: &Expected<'_>) -> Result<Time, Flaw> {
    let data = reader.only(node, ASSERTION, "SubjectConfirmationData");
    let data = data.ok_or(Flaw::Confirmation)?;
    let said = |name| reader.attribute(data, name);
    if !said("Recipient").is_some_and(|it| expected.recipients.contains(&it)) {
        return Err(Flaw::Recipient);
    }
    if said("InResponseTo") != expected.in_response_to {
        return Err(Flaw::InResponseTo);
    }
    let until = said("NotOnOrAfter").and_then(time).ok_or(Flaw::Expired)?;
    within(reader, data, expected.now)?;
    Ok(until)
}

/// Checks `NotBefore` and `NotOnOrAfter` of an element, as far as it has them.
///
/// # Errors
/// If it is too early or too late.
pub fn within(reader: Reader<'_, '_>, node: NodeId, now: Time) -> Result<(), Flaw> {
    if let Some(from) = reader.attribute(node, "NotBefore") {
        let from = time(from).ok_or(Flaw::Early)?;
        if from > now.after(SKEW) {
            return Err(Flaw::Early);
        }
    }
    if let Some(until) = reader.attribute(node, "NotOnOrAfter") {
        let until = time(until).ok_or(Flaw::Expired)?;
        if until <= now.before(SKEW) {
            return Err(Flaw::Expired);
        }
    }
    Ok(())
}

/// All conditions hold; those that are not known do not.
///
/// # Errors
/// The first that does not hold.
pub fn conditions(
    reader: Reader<'_, '_>,
    assertion: NodeId,
    expected: &Expected<'_>,
) -> Result<(), Flaw> {
    let node = reader.only(assertion, ASSERTION, "Conditions");
    let node = node.ok_or(Flaw::Audience)?;
    within(reader, node, expected.now)?;
    let mut for_us = false;
    for condition in reader.elements(node) {
        let is = |name| reader.is(condition, ASSERTION, name);
        if is("AudienceRestriction") {
            let mut audiences = reader.children(condition, ASSERTION, "Audience");
            if !audiences.any(|it| reader.text(it) == expected.audience) {
                return Err(Flaw::Audience);
            }
            for_us = true;
        } else if !is("OneTimeUse") && !is("ProxyRestriction") {
            return Err(Flaw::Structure("known condition"));
        }
    }
    match for_us {
        true => Ok(()),
        false => Err(Flaw::Audience),
    }
}

/// The session at the provider, by the first statement.
fn session(reader: Reader<'_, '_>, assertion: NodeId) -> Option<String> {
    let mut statements = reader.children(assertion, ASSERTION, "AuthnStatement");
    reader
        .attribute(statements.next()?, "SessionIndex")
        .and_then(short)
}

/// When the person signed in at the provider, by its earliest statement.
pub fn signed_in(reader: Reader<'_, '_>, assertion: NodeId) -> Option<Time> {
    let statements = reader.children(assertion, ASSERTION, "AuthnStatement");
    statements
        .filter_map(|it| time(reader.attribute(it, "AuthnInstant")?))
        .min()
}

/// Attributes by name; each may have several values.
pub fn attributes(reader: Reader<'_, '_>, assertion: NodeId) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for statement in reader.children(assertion, ASSERTION, "AttributeStatement") {
        for attribute in reader.children(statement, ASSERTION, "Attribute") {
            let Some(name) = reader.attribute(attribute, "Name") else {
                continue;
            };
            let values = reader.children(attribute, ASSERTION, "AttributeValue");
            let known = all.entry(name.to_owned()).or_default();
            known.extend(values.map(|it| reader.text(it)));
        }
    }
    all
}
