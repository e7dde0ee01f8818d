//! Sign-outs that begin at the SAML provider of the tests.

use std::io::{Read, Write};

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::{Span, Time};
use cabana_federation::saml::SpKey;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::provider::parameters;
use crate::saml::{NAMESPACES, SamlProvider, written};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// A request of the provider; each member is what a right one has, until a test changes it.
#[derive(Clone, Debug)]
pub struct SamlLogout {
    pub id: String,
    pub issuer: String,
    pub destination: String,
    pub issued: Time,
    pub until: Option<Time>,
    pub name_id: String,
    pub sessions: Vec<String>,
}

/// A message as the parameter of an address.
pub fn deflated(message: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(message.as_bytes()).expect("a message");
    BASE64_STANDARD.encode(encoder.finish().expect("a message"))
}

/// The message in a parameter of an address.
pub fn inflated(location: &str, kind: &str) -> String {
    let deflated = BASE64_STANDARD.decode(&parameters(location)[kind]);
    let mut text = String::new();
    DeflateDecoder::new(deflated.expect("base64").as_slice())
        .read_to_string(&mut text)
        .expect("a deflated message");
    text
}

impl SamlLogout {
    /// The request, not signed yet.
    pub fn xml(&self) -> String {
        let until = self.until.map_or_else(String::new, |it| {
            format!(r#" NotOnOrAfter="{}""#, written(it))
        });
        let sessions = self
            .sessions
            .iter()
            .map(|it| format!("<samlp:SessionIndex>{it}</samlp:SessionIndex>"));
        let sessions: String = sessions.collect();
        format!(
            r#"<samlp:LogoutRequest {NAMESPACES} ID="{}" Version="2.0" IssueInstant="{}"{until} Destination="{}"><saml:Issuer>{}</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{}</saml:NameID>{sessions}</samlp:LogoutRequest>"#,
            self.id,
            written(self.issued),
            self.destination,
            self.issuer,
            self.name_id,
        )
    }
}

impl SamlProvider {
    /// A request to end the session of the person whom it names by itself.
    pub fn logout(&self, id: &str, destination: &str, now: Time) -> SamlLogout {
        SamlLogout {
            id: id.to_owned(),
            issuer: self.issuer.clone(),
            destination: destination.to_owned(),
            issued: now,
            until: Some(now.after(Span::minutes(5))),
            name_id: "Ann-1".to_owned(),
            sessions: vec!["_session-1".to_owned()],
        }
    }

    /// The query that carries a message, signed.
    pub fn query(&self, kind: &str, message: &str, state: Option<&str>) -> String {
        self.query_by(RSA_SHA256, kind, &deflated(message), state)
    }

    /// The same with the name of an algorithm, and a message that is encoded.
    pub fn query_by(
        &self,
        algorithm: &str,
        kind: &str,
        message: &str,
        state: Option<&str>,
    ) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(kind, message);
        if let Some(state) = state {
            query.append_pair("RelayState", state);
        }
        let signed = query.append_pair("SigAlg", algorithm).finish();
        let key = SpKey { pkcs8: &self.pkcs8 };
        let signature = BASE64_STANDARD.encode(key.sign(signed.as_bytes()).expect("a signature"));
        let mut rest = form_urlencoded::Serializer::new(String::new());
        format!(
            "{signed}&{}",
            rest.append_pair("Signature", &signature).finish()
        )
    }
}
