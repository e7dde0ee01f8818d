//! The request to sign a person in (SAML Core §3.4).

use cabana_domain::Time;
use url::Url;

use super::redirect::{self, Signer};
use super::xml::{escaped, written};
use super::{ASSERTION, Flaw, POST, PROTOCOL};

/// A request to a provider.
#[derive(Clone, Copy, Debug)]
pub struct AuthnRequest<'a> {
    pub id: &'a str,
    pub issuer: &'a str,
    pub endpoint: &'a Url,
    /// Where the answer goes.
    pub consumer: &'a str,
    /// Whether the person has to sign in though the provider knows them.
    pub anew: bool,
    pub now: Time,
}

impl AuthnRequest<'_> {
    /// The address to which the person goes.
    ///
    /// # Errors
    /// If the request cannot be signed.
    pub fn address(&self, state: &str, signer: Signer<'_>) -> Result<Url, Flaw> {
        let anew = if self.anew {
            r#" ForceAuthn="true""#
        } else {
            ""
        };
        let message = format!(
            r#"<samlp:AuthnRequest xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{}" Version="2.0" IssueInstant="{}" Destination="{}" AssertionConsumerServiceURL="{}" ProtocolBinding="{POST}"{anew}><saml:Issuer>{}</saml:Issuer></samlp:AuthnRequest>"#,
            escaped(self.id),
            written(self.now),
            escaped(self.endpoint.as_str()),
            escaped(self.consumer),
            escaped(self.issuer),
        );
        redirect::address(self.endpoint, redirect::REQUEST, &message, state, signer)
    }
}
