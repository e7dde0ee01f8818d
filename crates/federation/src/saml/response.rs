//! The answer of a provider: which assertion counts, and whether it is for us, now, in answer to what was asked.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::{Span, Time};
use serde::{Deserialize, Serialize};
use uppsala::NodeId;

use super::certificate::SpKey;
use super::metadata::Metadata;
use super::subject::{self, Principal, SKEW};
use super::xml::{self, LONGEST, Reader, time};
use super::{ASSERTION, Flaw, PROTOCOL, SUCCESS, decrypt, signature};

/// Age to which an assertion that nobody asked for is taken, as with Cognito.
const UNASKED: Span = Span::minutes(6);

/// What an answer has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub provider: &'a Metadata,
    /// Our name.
    pub audience: &'a str,
    /// Addresses at which it may have been delivered.
    pub recipients: &'a [&'a str],
    /// ID of the request; `None` if the provider began.
    pub in_response_to: Option<&'a str>,
    pub now: Time,
    /// What decrypts assertions.
    pub key: Option<SpKey<'a>>,
    /// Whether assertions must be encrypted.
    pub encrypted: bool,
}

/// What a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Who the person is.
    Person(Box<Assertion>),
    /// It does not say; nobody has signed that.
    Refused {
        /// The last part of the status codes, outermost first.
        status: String,
        message: Option<String>,
    },
}

/// An assertion that a provider has signed. Sealed while a browser follows a redirect: a further member needs a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    pub id: String,
    pub issuer: String,
    pub principal: Principal,
    pub attributes: BTreeMap<String, Vec<String>>,
    /// The end of its validity, clocks considered.
    pub until: Time,
    /// When the person signed in at the provider, if it says.
    #[serde(default)]
    pub authenticated: Option<Time>,
}

/// Judges an answer, as the form of a browser brings it.
///
/// # Errors
/// Why it is refused.
pub fn judge(posted: &str, expected: &Expected<'_>) -> Result<Answer, Flaw> {
    let text = text(posted)?;
    let document = xml::parse(&text)?;
    let reader = Reader(&document);
    let response = reader.root().ok_or(Flaw::Malformed)?;
    if !reader.is(response, PROTOCOL, "Response") {
        return Err(Flaw::Structure("Response"));
    }
    envelope(reader, response, expected)?;
    if let Some(refused) = refused(reader, response)? {
        return Ok(refused);
    }
    let covered = signature::covered(reader, &expected.provider.certificates)?;
    let is_signed = covered.contains(&response);
    let plain = reader.at_most_one(response, ASSERTION, "Assertion")?;
    let encrypted = reader.at_most_one(response, ASSERTION, "EncryptedAssertion")?;
    let all = reader.all(ASSERTION, "Assertion").len()
        + reader.all(ASSERTION, "EncryptedAssertion").len();
    if all > 1 {
        return Err(Flaw::Forbidden("more than one assertion"));
    }
    match (plain, encrypted) {
        (Some(_), _) if expected.encrypted => Err(Flaw::Unencrypted),
        (Some(assertion), _) => {
            demand(is_signed || covered.contains(&assertion))?;
            believed(reader, assertion, expected)
        }
        (None, Some(encrypted)) => opened(reader, encrypted, is_signed, expected),
        (None, None) => Err(Flaw::Structure("Assertion")),
    }
}

/// The XML of a posted message.
///
/// # Errors
/// If it is none, or too long.
pub fn text(posted: &str) -> Result<String, Flaw> {
    // Some providers wrap the lines.
    let posted: String = posted.split_ascii_whitespace().collect();
    if posted.len() > LONGEST / 3 * 4 + 4 {
        return Err(Flaw::TooLarge);
    }
    let bytes = BASE64_STANDARD.decode(posted).map_err(|_| Flaw::Encoding)?;
    String::from_utf8(bytes).map_err(|_| Flaw::Malformed)
}

/// An encrypted assertion, which is signed within, or its ciphertext without. Until a signature is found to be right all
/// failures are one.
fn opened(
    reader: Reader<'_, '_>,
    encrypted: NodeId,
    is_signed: bool,
    expected: &Expected<'_>,
) -> Result<Answer, Flaw> {
    let key = expected.key.as_ref().ok_or(Flaw::Encrypted)?;
    let text = decrypt::decrypted(reader, encrypted, key)?;
    let document = xml::parse(&text).map_err(|_| Flaw::Encrypted)?;
    let reader = Reader(&document);
    let root = reader.root().ok_or(Flaw::Encrypted)?;
    let assertion = reader.only(root, ASSERTION, "Assertion");
    let assertion = assertion.ok_or(Flaw::Encrypted)?;
    let is_alone = reader.elements(root).count() == 1
        && reader.all(ASSERTION, "Assertion").len() == 1
        && reader.all(ASSERTION, "EncryptedAssertion").is_empty();
    let covered = signature::covered(reader, &expected.provider.certificates);
    let covered = covered.map_err(|_| Flaw::Encrypted)?;
    if !is_alone || !(is_signed || covered.contains(&assertion)) {
        return Err(Flaw::Encrypted);
    }
    believed(reader, assertion, expected)
}

fn demand(signed: bool) -> Result<(), Flaw> {
    match signed {
        true => Ok(()),
        false => Err(Flaw::Unsigned),
    }
}

/// Checks the response around the assertion, as far as it says something.
fn envelope(reader: Reader<'_, '_>, response: NodeId, expected: &Expected<'_>) -> Result<(), Flaw> {
    if reader.attribute(response, "Version") != Some("2.0") {
        return Err(Flaw::Structure("version 2.0"));
    }
    let destination = reader.attribute(response, "Destination");
    if destination.is_some_and(|it| !expected.recipients.contains(&it)) {
        return Err(Flaw::Recipient);
    }
    let answers = reader.attribute(response, "InResponseTo");
    if answers.is_some() && answers != expected.in_response_to {
        return Err(Flaw::InResponseTo);
    }
    match reader.at_most_one(response, ASSERTION, "Issuer")? {
        Some(issuer) if reader.text(issuer) != expected.provider.entity_id => Err(Flaw::Issuer),
        _ => Ok(()),
    }
}

fn refused(reader: Reader<'_, '_>, response: NodeId) -> Result<Option<Answer>, Flaw> {
    let status = reader.only(response, PROTOCOL, "Status");
    let status = status.ok_or(Flaw::Structure("Status"))?;
    let outer = reader.only(status, PROTOCOL, "StatusCode");
    let outer = outer.ok_or(Flaw::Structure("Status"))?;
    if reader.attribute(outer, "Value") == Some(SUCCESS) {
        return Ok(None);
    }
    let last = |node: NodeId| {
        let value = reader.attribute(node, "Value").unwrap_or_default();
        value.rsplit(':').next().unwrap_or_default().to_owned()
    };
    let inner = reader.only(outer, PROTOCOL, "StatusCode").map(last);
    let status_text = [Some(last(outer)), inner].into_iter().flatten();
    let message = reader.only(status, PROTOCOL, "StatusMessage");
    Ok(Some(Answer::Refused {
        status: status_text.collect::<Vec<_>>().join(", "),
        message: message.map(|it| reader.text(it)),
    }))
}

/// Reads an assertion that is signed, and checks all that it says.
fn believed(
    reader: Reader<'_, '_>,
    assertion: NodeId,
    expected: &Expected<'_>,
) -> Result<Answer, Flaw> {
    let attribute = |name| reader.attribute(assertion, name);
    let id = attribute("ID").ok_or(Flaw::Structure("ID"))?.to_owned();
    if attribute("Version") != Some("2.0") {
        return Err(Flaw::Structure("version 2.0"));
    }
    let issued = attribute("IssueInstant").and_then(time);
    let issued = issued.ok_or(Flaw::Structure("IssueInstant"))?;
    if issued > expected.now.after(SKEW) {
        return Err(Flaw::Early);
    }
    if expected.in_response_to.is_none() && issued.after(UNASKED) < expected.now {
        return Err(Flaw::Old);
    }
    let issuer = reader
        .only(assertion, ASSERTION, "Issuer")
        .ok_or(Flaw::Issuer)?;
    let issuer = reader.text(issuer);
    if issuer != expected.provider.entity_id {
        return Err(Flaw::Issuer);
    }
    subject::conditions(reader, assertion, expected)?;
    let person = reader.only(assertion, ASSERTION, "Subject");
    let person = person.ok_or(Flaw::NameId)?;
    let principal = subject::principal(reader, person, assertion)?;
    let until = subject::confirmed(reader, person, expected)?;
    Ok(Answer::Person(Box::new(Assertion {
        id,
        issuer,
        principal,
        attributes: subject::attributes(reader, assertion),
        until: until.after(SKEW),
        authenticated: subject::authenticated(reader, assertion),
    })))
}
