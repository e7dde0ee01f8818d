//! Responses of others: one of pysaml2, signed by xmlsec1 as a whole and in its assertion, and one that xmlsec1 has signed
//! by ECDSA, with white space and a list of inclusive namespaces.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Instant;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::{Span, Time};
use cabana_federation::saml::{Answer, Assertion, Expected, Flaw, Metadata, judge};

const RESPONSE: &str = include_str!("saml/response.xml");
const METADATA: &str = include_str!("saml/metadata.xml");
/// 30 November 2026, 20:52:22 UTC.
const ISSUED: Time = Time::from_seconds(1_796_071_942);

fn judged(metadata: &Metadata, posted: &str, now: Time) -> Result<Assertion, Flaw> {
    let expected = Expected {
        provider: metadata,
        audience: "urn:amazon:cognito:sp:us-east-1_example",
        recipients: &["https://login.example/saml2/idpresponse"],
        in_response_to: Some("_request"),
        now,
        key: None,
        encrypted: false,
    };
    match judge(posted, &expected)? {
        Answer::Person(assertion) => Ok(*assertion),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_believed() {
    let metadata = Metadata::parse(METADATA).unwrap();
    assert_eq!(metadata.entity_id, "https://pysaml2.example/metadata");
    assert_eq!(metadata.sign_on.as_str(), "https://pysaml2.example/sso");
    assert_eq!(
        (metadata.sign_out.as_ref(), metadata.certificates.len()),
        (None, 1)
    );
    let posted = BASE64_STANDARD.encode(RESPONSE);
    let assertion = judged(&metadata, &posted, ISSUED).unwrap();
    assert_eq!(assertion.principal.name, "Ann.1");
    let mail = &assertion.attributes["urn:oid:0.9.2342.19200300.100.1.3"];
    assert_eq!(mail, &["ann@corp.example"]);
    assert_eq!(assertion.attributes["groups"], ["staff", "admins"]);
    assert_eq!(assertion.signed_in, Some(ISSUED));
    // Five minutes, and three for the clocks.
    assert_eq!(assertion.until, ISSUED.after(Span::minutes(8)));
    let late = judged(&metadata, &posted, ISSUED.after(Span::minutes(8)));
    assert_eq!(late, Err(Flaw::Expired));
    let changed = BASE64_STANDARD.encode(RESPONSE.replace("admins", "nobody"));
    assert!(judged(&metadata, &changed, ISSUED).is_err());
}

#[test]
fn one_of_ecdsa_is_believed() {
    let metadata = Metadata::parse(include_str!("saml/ecdsa_metadata.xml")).unwrap();
    let response = include_str!("saml/ecdsa.xml");
    let assertion = judged(&metadata, &BASE64_STANDARD.encode(response), ISSUED).unwrap();
    assert_eq!(assertion.principal.name, "Ann.1");
    assert_eq!(assertion.attributes["mail"], ["änn@corp.example"]);
    // The prefix of the list is bound around the assertion.
    let xs = r#"xmlns:xs="http://www.w3.org/2001/XMLSchema""#;
    let rebound = response.replace(xs, r#"xmlns:xs="urn:other""#);
    assert_ne!(rebound, response);
    let rebound = judged(&metadata, &BASE64_STANDARD.encode(rebound), ISSUED);
    assert_eq!(rebound, Err(Flaw::AssertionSignature));
    let other = Metadata::parse(METADATA).unwrap();
    let other = Metadata {
        certificates: other.certificates,
        ..metadata
    };
    let other = judged(&other, &BASE64_STANDARD.encode(response), ISSUED);
    assert_eq!(other, Err(Flaw::AssertionSignature));
}

/// Canonicalization renders a prefix that is declared away like any other: signatures stay right, and readers miss the
/// element.
#[test]
fn no_prefix_is_declared_away() {
    let metadata = Metadata::parse(METADATA).unwrap();
    let element = RESPONSE.split("Attribute ").next().unwrap();
    let prefix = element.rsplit('<').next().unwrap().trim_end_matches(':');
    let hidden = RESPONSE.replace(
        &format!("<{prefix}:Attribute "),
        &format!(r#"<{prefix}:Attribute xmlns:{prefix}="" "#),
    );
    assert_ne!(hidden, RESPONSE);
    let hidden = judged(&metadata, &BASE64_STANDARD.encode(hidden), ISSUED);
    assert_eq!(hidden, Err(Flaw::Forbidden("a prefix without a namespace")));
}

/// What a stranger may have us count and verify.
#[test]
fn bounds_hold_behind_comments() {
    let metadata = Metadata::parse(METADATA).unwrap();
    let many: String = (0..9_000).map(|n| format!(" a{n}=\"\"")).collect();
    for before in ["<!--'-->", "<?x '?>", "<![CDATA[']]>"] {
        let bomb = format!("<r>{before}<a{many}/></r>");
        let begin = Instant::now();
        let flaw = judged(&metadata, &BASE64_STANDARD.encode(bomb), ISSUED);
        eprintln!("{before}: {:?}", begin.elapsed());
        let why = Flaw::Forbidden("an element with that many attributes");
        assert_eq!(flaw, Err(why), "{before}");
    }
}

#[test]
fn two_signatures_are_verified_and_no_more() {
    let metadata = Metadata::parse(METADATA).unwrap();
    let digest = r#"<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>AAAA</DigestValue>"#;
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let transforms = format!(
        r#"<Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><Transform Algorithm="{exclusive}"/></Transforms>"#
    );
    let of = |n: usize| {
        format!(
            r##"<a:Assertion ID="i{n}"><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="{exclusive}"/><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI="#i{n}">{transforms}{digest}</Reference></SignedInfo><SignatureValue>AAAA</SignatureValue></Signature></a:Assertion>"##
        )
    };
    let many: String = (0..120).map(of).collect();
    let response = format!(
        r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0"><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>{many}</p:Response>"#
    );
    let begin = Instant::now();
    let flaw = judged(&metadata, &BASE64_STANDARD.encode(response), ISSUED);
    eprintln!("120 signatures: {:?}", begin.elapsed());
    assert_eq!(flaw, Err(Flaw::Forbidden("more than two signatures")));
}

#[test]
fn kept_assertions_of_earlier_programs_are_read() {
    let golden = r#"{"id":"i","issuer":"s","principal":{"name":"n","format":null,"qualifiers":[null,"q"],"session_index":"x"},"attributes":{"a":["b"]},"until":1700000000000000,"more":1}"#;
    let kept: Assertion = serde_json::from_str(golden).unwrap();
    assert_eq!(kept.until, Time::from_seconds(1_700_000_000));
    assert_eq!(kept.signed_in, None);
    assert_eq!(kept.principal.qualifiers, [None, Some("q".to_owned())]);
}

/// `cargo test --release -p cabana-federation --test responses -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn it_takes_less_than_a_millisecond() {
    let metadata = Metadata::parse(METADATA).unwrap();
    let posted = BASE64_STANDARD.encode(RESPONSE);
    let rounds: u32 = 2_000;
    let begin = Instant::now();
    for _ in 0..rounds {
        judged(&metadata, &posted, ISSUED).unwrap();
    }
    let each = begin.elapsed() / rounds;
    println!("two signatures in {} bytes: {each:?}", RESPONSE.len());
    // The most that a stranger can have us read.
    let bomb = format!("<r>{}</r>", "<a b='c'/>".repeat(7_900));
    let bomb = BASE64_STANDARD.encode(bomb);
    let begin = Instant::now();
    assert!(judged(&metadata, &bomb, ISSUED).is_err());
    println!("7,900 elements: {:?}", begin.elapsed());
    assert!(each.as_micros() < 1_000);
}
