//! The documents in which providers and we describe ourselves (SAML Metadata).

use base64::prelude::{BASE64_STANDARD, Engine};
use uppsala::NodeId;
use url::Url;

use super::signature::MOST_CERTIFICATES;
use super::xml::{self, Reader, escaped};
use super::{DSIG, METADATA, PERSISTENT, POST, PROTOCOL, REDIRECT};
use crate::address;

/// Longest document, in bytes.
const LONGEST: usize = 1024 * 1024;
/// Longest certificate in base64, in characters, as with Cognito.
const LONGEST_CERTIFICATE: usize = 4_096;

/// What a provider says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    pub entity_id: String,
    /// Where requests go, in a redirect.
    pub sign_on: Url,
    /// Where people are signed out, if it does that.
    pub sign_out: Option<Url>,
    /// Where answers to its own sign-outs go.
    pub sign_out_answers: Option<Url>,
    /// What it signs with, in DER.
    pub certificates: Vec<Vec<u8>>,
}

/// Why a document is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMetadata {
    #[error("it is not a metadata document")]
    Form,
    #[error("it does not describe exactly one identity provider")]
    Provider,
    #[error("the identity provider has no sign-in address for the binding HTTP-Redirect")]
    SignOn,
    #[error("the address {0} is refused: {1}")]
    Address(String, &'static str),
    #[error("the identity provider has no signing certificate")]
    NoCertificate,
    #[error("a signing certificate is not one of RSA or ECDSA, or longer than 4096 characters")]
    Certificate,
    #[error("the identity provider has more than {MOST_CERTIFICATES} signing certificates")]
    TooManyCertificates,
}

impl Metadata {
    /// Reads a document.
    ///
    /// # Errors
    /// Why it is of no use.
    pub fn parse(text: &str) -> Result<Self, BadMetadata> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let document = xml::parse_any(text, LONGEST).map_err(|_| BadMetadata::Form)?;
        let reader = Reader(&document);
        let all = reader.all(METADATA, "IDPSSODescriptor");
        let [role] = all.as_slice() else {
            return Err(BadMetadata::Provider);
        };
        let entity = reader.0.parent(*role).ok_or(BadMetadata::Form)?;
        if !reader.is(entity, METADATA, "EntityDescriptor") {
            return Err(BadMetadata::Form);
        }
        let entity_id = reader.attribute(entity, "entityID");
        let sign_out = endpoint(reader, *role, "SingleLogoutService", "Location")?;
        let answers = endpoint(reader, *role, "SingleLogoutService", "ResponseLocation")?;
        Ok(Self {
            entity_id: entity_id.ok_or(BadMetadata::Form)?.trim().to_owned(),
            sign_on: endpoint(reader, *role, "SingleSignOnService", "Location")?
                .ok_or(BadMetadata::SignOn)?,
            sign_out_answers: answers.or_else(|| sign_out.clone()),
            sign_out,
            certificates: certificates(reader, *role)?,
        })
    }
}

fn endpoint(
    reader: Reader<'_, '_>,
    role: NodeId,
    service: &str,
    attribute: &str,
) -> Result<Option<Url>, BadMetadata> {
    let mut services = reader.children(role, METADATA, service);
    let found = services.find(|it| reader.attribute(*it, "Binding") == Some(REDIRECT));
    let Some(location) = found.and_then(|it| reader.attribute(it, attribute)) else {
        return Ok(None);
    };
    let bad = |why| BadMetadata::Address(location.chars().take(200).collect(), why);
    address::parse(location.trim()).map(Some).map_err(bad)
}

fn certificates(reader: Reader<'_, '_>, role: NodeId) -> Result<Vec<Vec<u8>>, BadMetadata> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    for key in reader.children(role, METADATA, "KeyDescriptor") {
        if !matches!(reader.attribute(key, "use"), None | Some("signing")) {
            continue;
        }
        for info in reader.children(key, DSIG, "KeyInfo") {
            for data in reader.children(info, DSIG, "X509Data") {
                for node in reader.children(data, DSIG, "X509Certificate") {
                    let certificate = certificate(&reader.text(node))?;
                    if !found.contains(&certificate) {
                        found.push(certificate);
                    }
                }
            }
        }
    }
    match found.len() {
        0 => Err(BadMetadata::NoCertificate),
        n if n > MOST_CERTIFICATES => Err(BadMetadata::TooManyCertificates),
        _ => Ok(found),
    }
}

fn certificate(text: &str) -> Result<Vec<u8>, BadMetadata> {
    let text: String = text.split_ascii_whitespace().collect();
    if text.len() > LONGEST_CERTIFICATE {
        return Err(BadMetadata::Certificate);
    }
    let der = BASE64_STANDARD.decode(text);
    let der = der.map_err(|_| BadMetadata::Certificate)?;
    match bergshamra_keys::loader::load_x509_cert_der(&der) {
        Ok(_) => Ok(der),
        Err(_) => Err(BadMetadata::Certificate),
    }
}

/// What we say about ourselves.
#[derive(Clone, Copy, Debug)]
pub struct SpMetadata<'a> {
    pub entity_id: &'a str,
    pub consumer: &'a str,
    pub sign_out: &'a str,
    /// In DER.
    pub certificate: &'a [u8],
}

impl SpMetadata<'_> {
    /// The document.
    pub fn xml(&self) -> String {
        let certificate = BASE64_STANDARD.encode(self.certificate);
        let key = |usage: &str| {
            format!(
                r#"<md:KeyDescriptor use="{usage}"><ds:KeyInfo xmlns:ds="{DSIG}"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#
            )
        };
        let sign_out = escaped(self.sign_out);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor xmlns:md="{METADATA}" entityID="{}"><md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="{PROTOCOL}">{}{}<md:SingleLogoutService Binding="{POST}" Location="{sign_out}"/><md:SingleLogoutService Binding="{REDIRECT}" Location="{sign_out}"/><md:NameIDFormat>{PERSISTENT}</md:NameIDFormat><md:AssertionConsumerService Binding="{POST}" Location="{}" index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>"#,
            escaped(self.entity_id),
            key("signing"),
            key("encryption"),
            escaped(self.consumer),
        )
    }
}
