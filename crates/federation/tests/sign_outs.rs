//! Requests to sign out whose signature beside them is one of ECDSA.

#![allow(clippy::unwrap_used)]

use std::io::Write;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair,
};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::{Span, Time};
use cabana_federation::saml::{ExpectedLogout, Flaw, Metadata, ReceivedLogout, SessionEnd};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rcgen::{CertificateParams, KeyPair};

/// 30 November 2026, 20:52:22 UTC.
const ISSUED: Time = Time::from_seconds(1_796_071_942);
const HERE: &str = "https://login.example/saml2/logout";
const REQUEST: &str = r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0" IssueInstant="2026-11-30T20:52:22.123Z" Destination="https://login.example/saml2/logout"><saml:Issuer>https://ec.example</saml:Issuer><saml:NameID>Ann.1</saml:NameID><samlp:SessionIndex/></samlp:LogoutRequest>"#;

fn signed(pair: &EcdsaKeyPair) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(REQUEST.as_bytes()).unwrap();
    let message = BASE64_STANDARD.encode(encoder.finish().unwrap());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("SAMLRequest", &message);
    query.append_pair(
        "SigAlg",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    );
    let query = query.finish();
    let signature = pair.sign(&SystemRandom::new(), query.as_bytes()).unwrap();
    let signature = BASE64_STANDARD.encode(signature);
    let mut rest = form_urlencoded::Serializer::new(String::new());
    format!(
        "{query}&{}",
        rest.append_pair("Signature", &signature).finish()
    )
}

fn judged(query: &str, metadata: &Metadata, now: Time) -> Result<SessionEnd, Flaw> {
    let recipients = &[HERE];
    ReceivedLogout::in_query(query)?.judge(metadata, ExpectedLogout { recipients, now })
}

#[test]
fn both_ways_to_write_one_are_known() {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let metadata = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://ec.example"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://ec.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"#,
        BASE64_STANDARD.encode(certificate.der())
    );
    let metadata = Metadata::parse(&metadata).unwrap();
    for way in [
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &ECDSA_P256_SHA256_ASN1_SIGNING,
    ] {
        let pair = EcdsaKeyPair::from_pkcs8(way, &key.serialize_der()).unwrap();
        let query = signed(&pair);
        let end = judged(&query, &metadata, ISSUED).unwrap();
        assert_eq!(
            (end.principal.name.as_str(), end.sessions.len()),
            ("Ann.1", 0)
        );
        let late = judged(&query, &metadata, ISSUED.after(Span::seconds(181)));
        assert_eq!(late, Err(Flaw::Old));
        let stranger = EcdsaKeyPair::generate(way).unwrap();
        let other = judged(&signed(&stranger), &metadata, ISSUED);
        assert_eq!(other, Err(Flaw::ResponseSignature));
    }
}

/// What is sealed for a minute may be opened by the next version.
#[test]
fn what_is_sealed_keeps_its_form() {
    let sealed = r#"{"id":"_1","issuer":"https://ec.example","principal":{"name":"Ann.1","format":null,"qualifiers":[null,null],"session_index":null},"sessions":["_s"],"known_until":1796072842000000}"#;
    let end: Result<SessionEnd, _> = serde_json::from_str(sealed);
    let end = end.unwrap();
    assert_eq!(serde_json::to_string(&end).unwrap(), sealed);
}
