//! Single logout (SAML Core §3.7): our request, and the answer to it.

use cabana_domain::{Span, Time};
use url::Url;

use super::redirect;
use super::response;
use super::xml::{self, Reader, escaped, written};
use super::{ASSERTION, Flaw, PROTOCOL, Principal, SUCCESS, SpKey};

/// Life of a request.
const LIFE: Span = Span::minutes(5);

/// A request to end a person's session at the provider.
#[derive(Clone, Copy, Debug)]
pub struct LogoutRequest<'a> {
    pub id: &'a str,
    pub issuer: &'a str,
    pub endpoint: &'a Url,
    /// Whose session it is.
    pub principal: &'a Principal,
    pub now: Time,
}

impl LogoutRequest<'_> {
    /// The address to which the person goes.
    ///
    /// # Errors
    /// If the request cannot be signed.
    pub fn address(&self, state: &str, key: SpKey<'_>) -> Result<Url, Flaw> {
        let person = self.principal;
        let [name_qualifier, sp_qualifier] = &person.qualifiers;
        let said = [
            ("Format", &person.format),
            ("NameQualifier", name_qualifier),
            ("SPNameQualifier", sp_qualifier),
        ];
        let said = said.into_iter().filter_map(|(name, value)| {
            Some(format!(r#" {name}="{}""#, escaped(value.as_deref()?)))
        });
        let said: String = said.collect();
        let session = person
            .session_index
            .as_deref()
            .map_or_else(String::new, |it| {
                format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escaped(it))
            });
        let message = format!(
            r#"<samlp:LogoutRequest xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{}" Version="2.0" IssueInstant="{}" NotOnOrAfter="{}" Destination="{}"><saml:Issuer>{}</saml:Issuer><saml:NameID{said}>{}</saml:NameID>{session}</samlp:LogoutRequest>"#,
            escaped(self.id),
            written(self.now),
            written(self.now.after(LIFE)),
            escaped(self.endpoint.as_str()),
            escaped(self.issuer),
            escaped(&person.name),
        );
        redirect::address(self.endpoint, redirect::REQUEST, &message, state, Some(key))
    }
}

/// Whether a posted answer to our request says that the person is signed out. It is not asked for a signature: all that
/// follows is that the person goes on to where they were to go.
///
/// # Errors
/// If it is no answer to this request.
pub fn answered_logout(posted: &str, id: &str) -> Result<bool, Flaw> {
    let text = response::text(posted)?;
    let document = xml::parse(&text)?;
    let reader = Reader(&document);
    let root = reader.root().ok_or(Flaw::Malformed)?;
    if !reader.is(root, PROTOCOL, "LogoutResponse") {
        return Err(Flaw::Structure("LogoutResponse"));
    }
    if reader.attribute(root, "InResponseTo") != Some(id) {
        return Err(Flaw::InResponseTo);
    }
    let status = reader.only(root, PROTOCOL, "Status");
    let code = status.and_then(|it| reader.only(it, PROTOCOL, "StatusCode"));
    Ok(code.and_then(|it| reader.attribute(it, "Value")) == Some(SUCCESS))
}
