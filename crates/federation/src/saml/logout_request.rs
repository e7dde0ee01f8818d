//! A provider's request to end a session here (SAML Profiles §4.4), and our answer to it.
//!
//! It counts if the provider has signed it: within, if a form brings it, or beside, if an address does.

use cabana_domain::{Span, Time};
use serde::{Deserialize, Serialize};
use url::Url;

use super::metadata::Metadata;
use super::redirect;
use super::response;
use super::signed_query::SignedQuery;
use super::subject::{self, LONGEST_MARK, Principal, SKEW};
use super::xml::{self, Reader, escaped, time, written};
use super::{ASSERTION, Flaw, PROTOCOL, SUCCESS, SpKey, signature};

const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
const UNKNOWN: &str = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal";
/// Most sessions that a request names.
const MOST_SESSIONS: usize = 10;
/// Time for which a request is known as used: longer than it counts.
const KNOWN: Span = Span::minutes(15);

/// A request as a browser brings it.
#[derive(Clone, Debug)]
pub struct ReceivedLogout<'a> {
    text: String,
    /// What is signed beside it.
    query: Option<SignedQuery<'a>>,
}

/// What a request has to say.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedLogout<'a> {
    /// Addresses at which it may have been delivered.
    pub recipients: &'a [&'a str],
    pub now: Time,
}

/// What a provider has signed. Sealed while a browser follows a redirect: a further member needs a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    pub id: String,
    pub issuer: String,
    /// Whose sessions end.
    pub principal: Principal,
    /// Which of them; all, if there are none.
    pub sessions: Vec<String>,
    /// How long it has to be known as used.
    pub known_until: Time,
}

impl SessionEnd {
    /// Whether it is about this session.
    pub fn is_of(&self, session: &Principal) -> bool {
        let named = session.session_index.as_ref();
        let is_meant =
            self.sessions.is_empty() || named.is_none_or(|it| self.sessions.contains(it));
        self.principal.agrees(session) && is_meant
    }
}

impl<'a> ReceivedLogout<'a> {
    /// By the binding HTTP-POST.
    ///
    /// # Errors
    /// If it is not base64 of a text, or too long.
    pub fn posted(message: &str) -> Result<Self, Flaw> {
        Ok(Self {
            text: response::text(message)?,
            query: None,
        })
    }

    /// By the binding HTTP-Redirect: the query as it was sent.
    ///
    /// # Errors
    /// If it has no signed request, or more than one.
    pub fn in_query(query: &'a str) -> Result<Self, Flaw> {
        let query = SignedQuery::parse(query, redirect::REQUEST)?;
        Ok(Self {
            text: query.inflated()?,
            query: Some(query),
        })
    }

    /// Who it says that it is from: nobody has verified that.
    ///
    /// # Errors
    /// If it would not count whoever had signed it.
    pub fn issuer(&self, expected: ExpectedLogout<'_>) -> Result<String, Flaw> {
        let document = xml::parse(&self.text)?;
        Ok(read(Reader(&document), expected)?.issuer)
    }

    /// What the provider asks, if it has signed that.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn judge(
        &self,
        provider: &Metadata,
        expected: ExpectedLogout<'_>,
    ) -> Result<SessionEnd, Flaw> {
        let document = xml::parse(&self.text)?;
        let reader = Reader(&document);
        let end = read(reader, expected)?;
        if end.issuer != provider.entity_id {
            return Err(Flaw::Issuer);
        }
        match &self.query {
            Some(query) => query.verify(&provider.certificates)?,
            None => {
                let covered = signature::covered(reader, &provider.certificates)?;
                if !reader.root().is_some_and(|it| covered.contains(&it)) {
                    return Err(Flaw::Unsigned);
                }
            }
        }
        Ok(end)
    }
}

fn read(reader: Reader<'_, '_>, expected: ExpectedLogout<'_>) -> Result<SessionEnd, Flaw> {
    let root = reader.root().ok_or(Flaw::Malformed)?;
    if !reader.is(root, PROTOCOL, "LogoutRequest") {
        return Err(Flaw::Structure("LogoutRequest"));
    }
    let said = |name| reader.attribute(root, name);
    if said("Version") != Some("2.0") {
        return Err(Flaw::Structure("version 2.0"));
    }
    let id = said("ID").filter(|it| it.len() <= LONGEST_MARK);
    let id = id.ok_or(Flaw::Structure("ID"))?.to_owned();
    if !said("Destination").is_some_and(|it| expected.recipients.contains(&it)) {
        return Err(Flaw::Recipient);
    }
    let issued = said("IssueInstant").and_then(time);
    let issued = issued.ok_or(Flaw::Structure("IssueInstant"))?;
    if issued > expected.now.after(SKEW) {
        return Err(Flaw::Early);
    }
    if issued.after(SKEW) < expected.now {
        return Err(Flaw::Old);
    }
    subject::within(reader, root, expected.now)?;
    let issuer = reader.only(root, ASSERTION, "Issuer").ok_or(Flaw::Issuer)?;
    let sessions = reader.children(root, PROTOCOL, "SessionIndex");
    let sessions = sessions.map(|it| reader.text(it));
    let sessions: Vec<_> = sessions.filter(|it| !it.is_empty()).collect();
    if sessions.len() > MOST_SESSIONS || sessions.iter().any(|it| it.len() > LONGEST_MARK) {
        return Err(Flaw::Structure("usable SessionIndex"));
    }
    Ok(SessionEnd {
        id,
        issuer: reader.text(issuer),
        principal: subject::named(reader, root)?,
        sessions,
        known_until: issued.after(KNOWN),
    })
}

/// How a request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutStatus {
    /// The session is over, or there was none.
    Success,
    /// The session of this browser is somebody else's.
    UnknownPrincipal,
    /// Whether there is a session could not be seen.
    Unseen,
}

/// Our answer.
#[derive(Clone, Copy, Debug)]
pub struct LogoutResponse<'a> {
    pub id: &'a str,
    pub issuer: &'a str,
    pub endpoint: &'a Url,
    /// ID of the request.
    pub in_response_to: &'a str,
    pub status: LogoutStatus,
    pub now: Time,
}

impl LogoutResponse<'_> {
    /// The address to which the person goes, with the state that came with the request.
    ///
    /// # Errors
    /// If the answer cannot be signed.
    pub fn address(&self, state: &str, key: SpKey<'_>) -> Result<Url, Flaw> {
        let code = |value: &str, within: &str| {
            format!(r#"<samlp:StatusCode Value="{value}">{within}</samlp:StatusCode>"#)
        };
        let status = match self.status {
            LogoutStatus::Success => code(SUCCESS, ""),
            LogoutStatus::UnknownPrincipal => code(REQUESTER, &code(UNKNOWN, "")),
            LogoutStatus::Unseen => code(RESPONDER, ""),
        };
        let message = format!(
            r#"<samlp:LogoutResponse xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{}" Version="2.0" IssueInstant="{}" Destination="{}" InResponseTo="{}"><saml:Issuer>{}</saml:Issuer><samlp:Status>{status}</samlp:Status></samlp:LogoutResponse>"#,
            escaped(self.id),
            written(self.now),
            escaped(self.endpoint.as_str()),
            escaped(self.in_response_to),
            escaped(self.issuer),
        );
        redirect::address(
            self.endpoint,
            redirect::RESPONSE,
            &message,
            state,
            Some(key),
        )
    }
}
