//! A SAML identity provider that signs with a key of its own, and whatever else tests want it to send.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::prelude::{BASE64_STANDARD, Engine};
use bergshamra_dsig::DsigContext;
use bergshamra_dsig::sign::{EnvelopedSignatureOptions, sign_enveloped_document};
use bergshamra_enc::EncContext;
use bergshamra_keys::KeysManager;
use bergshamra_keys::loader::{load_hmac_key, load_rsa_private_pem, load_x509_cert_der};
use cabana_domain::{Span, Time};
use cabana_federation::saml::{SpKey, self_signed};

use crate::provider::parameters;
use crate::saml_logout::inflated;

/// The entity ID of the provider.
pub const SAML_ISSUER: &str = "https://saml.example/metadata";
const SIGN_ON: &str = "https://saml.example/sso";
const SIGN_OUT: &str = "https://saml.example/slo?tenant=1";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
pub(crate) const NAMESPACES: &str = r#"xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#;

/// A provider.
#[derive(Clone, Debug)]
pub struct SamlProvider {
    pub issuer: String,
    pub(crate) pkcs8: Vec<u8>,
    pub certificate: Vec<u8>,
}

/// A request, as the browser took it.
#[derive(Clone, Debug)]
pub struct SamlRequest {
    pub xml: String,
    pub id: String,
    pub consumer: String,
    pub relay_state: String,
    /// Those of the address.
    pub parameters: BTreeMap<String, String>,
}

/// What a provider says of a person; each member is what a right answer has, until a test changes it.
#[derive(Clone, Debug)]
pub struct SamlClaims {
    pub id: String,
    pub issuer: String,
    pub name_id: String,
    pub audience: String,
    pub recipient: String,
    pub in_response_to: Option<String>,
    pub issued: Time,
    pub from: Time,
    pub until: Time,
    /// XML of the attributes.
    pub attributes: String,
    pub session_index: String,
    pub signed_in: Time,
}

/// Keys are made once for all tests: making one takes 80 ms and more.
fn keys() -> &'static [(Vec<u8>, Vec<u8>); 2] {
    static KEYS: OnceLock<[(Vec<u8>, Vec<u8>); 2]> = OnceLock::new();
    KEYS.get_or_init(|| {
        [1, 2].map(|n| {
            self_signed("saml.example", [n; 16], Time::from_seconds(1_700_000_000)).expect("a key")
        })
    })
}

impl Default for SamlProvider {
    fn default() -> Self {
        Self::with_key(0)
    }
}

impl SamlProvider {
    /// The provider with the first or the second of two keys.
    pub fn with_key(number: usize) -> Self {
        let (pkcs8, certificate) = keys()[number].clone();
        Self {
            issuer: SAML_ISSUER.to_owned(),
            pkcs8,
            certificate,
        }
    }

    /// What it says about itself.
    pub fn metadata(&self) -> String {
        self.metadata_with(&[&self.certificate])
    }

    /// The same with other certificates.
    pub fn metadata_with(&self, certificates: &[&[u8]]) -> String {
        let keys: String = certificates
            .iter()
            .map(|it| {
                let text = BASE64_STANDARD.encode(it);
                format!(r#"<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DSIG}"><ds:X509Data><ds:X509Certificate>{text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#)
            })
            .collect();
        format!(
            r#"<?xml version="1.0"?><!-- of the test --><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SIGN_OUT}"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://saml.example/post"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SIGN_ON}"/></md:IDPSSODescriptor></md:EntityDescriptor>"#,
            self.issuer
        )
    }

    /// A right answer to a request, not signed yet.
    pub fn claims(&self, request: &SamlRequest, audience: &str, now: Time) -> SamlClaims {
        SamlClaims {
            id: format!("_assertion{}", request.id),
            issuer: self.issuer.clone(),
            name_id: "Ann-1".to_owned(),
            audience: audience.to_owned(),
            recipient: request.consumer.clone(),
            in_response_to: Some(request.id.clone()).filter(|it| !it.is_empty()),
            issued: now,
            from: now.before(Span::seconds(5)),
            until: now.after(Span::minutes(5)),
            attributes: attribute("mail", &["ann@corp.example"]),
            session_index: "_session-1".to_owned(),
            signed_in: now,
        }
    }

    /// Signs the document around an element, or an assertion that stands alone, with an enveloped signature.
    pub fn signed(&self, xml: &str, id: &str) -> String {
        self.signed_by(xml, id, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
    }

    /// The same by another method.
    pub fn signed_by(&self, xml: &str, id: &str, method: &str) -> String {
        self.signed_in(self.private(), xml, id, method)
    }

    fn signed_in(&self, keys: KeysManager, xml: &str, id: &str, method: &str) -> String {
        let mut document = uppsala::parse(xml).expect("XML");
        let key_info = format!(
            "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
            BASE64_STANDARD.encode(&self.certificate)
        );
        let options = EnvelopedSignatureOptions::new(
            Some(id),
            method,
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2001/10/xml-exc-c14n#",
            Some(&key_info),
        );
        let context = DsigContext::new(keys);
        sign_enveloped_document(&context, &mut document, options).expect("a signature");
        let root = document.document_element().expect("a root");
        document.node_to_xml(root)
    }

    /// Its certificate in base64.
    pub fn certificate_text(&self) -> String {
        BASE64_STANDARD.encode(&self.certificate)
    }

    /// Whether an address carries a message with the signature of this certificate, in base64.
    pub fn is_signed_by(&self, certificate: &str, location: &str) -> bool {
        let der = BASE64_STANDARD.decode(certificate).expect("a certificate");
        let public = load_x509_cert_der(&der).expect("a certificate");
        let public = public.to_spki_der().expect("a public key");
        let (_, query) = location.split_once("SAMLRe").expect("a message");
        let signed = format!("SAMLRe{query}");
        let Some((signed, signature)) = signed.split_once("&Signature=") else {
            return false;
        };
        let signature = &parameters(&format!("?s={signature}"))["s"];
        let signature = BASE64_STANDARD.decode(signature).expect("base64");
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    }

    /// Signs with the public key as the secret of an HMAC: whoever has the metadata can.
    pub fn signed_with_public_key(&self, xml: &str, id: &str) -> String {
        let public = load_x509_cert_der(&self.certificate).expect("a certificate");
        let public = public.to_spki_der().expect("a public key");
        let mut keys = KeysManager::new();
        keys.add_key(load_hmac_key(&public).expect("a secret"));
        let method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
        self.signed_in(keys, xml, id, method)
    }

    fn private(&self) -> KeysManager {
        let key = SpKey { pkcs8: &self.pkcs8 };
        let mut keys = KeysManager::new();
        keys.add_key(load_rsa_private_pem(key.pem().as_bytes()).expect("a key"));
        keys
    }
}

/// XML of an attribute.
pub fn attribute(name: &str, values: &[&str]) -> String {
    let values = values.iter().map(|it| {
        format!(r#"<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">{it}</saml:AttributeValue>"#)
    });
    let values: String = values.collect();
    format!(r#"<saml:Attribute Name="{name}">{values}</saml:Attribute>"#)
}

impl SamlRequest {
    /// Reads the address to which a browser was sent.
    pub fn of(location: &str) -> Self {
        let parameters = parameters(location);
        let xml = inflated(location, "SAMLRequest");
        let said = |name: &str| {
            let rest = xml.split(&format!(" {name}=\"")).nth(1)?;
            Some(rest.split('"').next()?.to_owned())
        };
        Self {
            id: said("ID").expect("an ID"),
            consumer: said("AssertionConsumerServiceURL").unwrap_or_default(),
            relay_state: parameters.get("RelayState").cloned().unwrap_or_default(),
            parameters,
            xml,
        }
    }

    /// No request: the provider begins.
    pub fn none(consumer: &str, relay_state: &str) -> Self {
        Self {
            xml: String::new(),
            id: String::new(),
            consumer: consumer.to_owned(),
            relay_state: relay_state.to_owned(),
            parameters: BTreeMap::new(),
        }
    }
}

impl SamlClaims {
    /// The assertion, which stands alone.
    pub fn assertion(&self) -> String {
        let answers = self
            .in_response_to
            .as_ref()
            .map_or_else(String::new, |id| format!(r#" InResponseTo="{id}""#));
        format!(
            r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{}" Version="2.0" IssueInstant="{}"><saml:Issuer>{}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData{answers} NotOnOrAfter="{}" Recipient="{}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{}" NotOnOrAfter="{}"><saml:AudienceRestriction><saml:Audience>{}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{}" SessionIndex="{}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{}</saml:AttributeStatement></saml:Assertion>"#,
            self.id,
            written(self.issued),
            self.issuer,
            self.name_id,
            written(self.until),
            self.recipient,
            written(self.from),
            written(self.until),
            self.audience,
            written(self.signed_in),
            self.session_index,
            self.attributes,
        )
    }

    /// A response around an assertion, or around something else.
    pub fn response(&self, within: &str) -> String {
        let answers = self
            .in_response_to
            .as_ref()
            .map_or_else(String::new, |id| format!(r#" InResponseTo="{id}""#));
        format!(
            r#"<samlp:Response {NAMESPACES} ID="_response-1" Version="2.0" IssueInstant="{}" Destination="{}"{answers}><saml:Issuer>{}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{within}</samlp:Response>"#,
            written(self.issued),
            self.recipient,
            self.issuer,
        )
    }
}

/// An encrypted assertion, for a certificate in base64.
pub fn encrypted(assertion: &str, certificate: &str, cipher: &str, transport: &str) -> String {
    let der = BASE64_STANDARD.decode(certificate).expect("a certificate");
    let mut keys = KeysManager::new();
    keys.add_key(load_x509_cert_der(&der).expect("a certificate"));
    let template = format!(
        r#"<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="{cipher}"/><ds:KeyInfo xmlns:ds="{DSIG}"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{transport}"/><xenc:CipherData><xenc:CipherValue></xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue></xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"#
    );
    let data =
        bergshamra_enc::encrypt::encrypt(&EncContext::new(keys), &template, assertion.as_bytes());
    let data = data.expect("an encrypted assertion");
    let data = data.trim_start_matches(r#"<?xml version="1.0"?>"#).trim();
    format!("<saml:EncryptedAssertion>{data}</saml:EncryptedAssertion>")
}

pub(crate) fn written(at: Time) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp(at.seconds()).expect("a time");
    at.format(&time::format_description::well_known::Rfc3339)
        .expect("a time")
}
