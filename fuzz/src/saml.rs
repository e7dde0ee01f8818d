//! What SAML providers, and strangers in their name, send.

use std::sync::OnceLock;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Time;
use cabana_federation::saml::{
    Answer, Assertion, Expected, ExpectedLogout, Flaw, Metadata, ReceivedLogout, SessionEnd, SpKey,
    judge, self_signed,
};
use cabana_testkit::saml::{SamlClaims, SamlProvider, SamlRequest, encrypted};

use crate::House;

const AUDIENCE: &str = "urn:amazon:cognito:sp:us-east-1_fuzz";
const HERE: &str = "https://login.example/saml2/idpresponse";
const LOGOUT: &str = "https://login.example/saml2/logout";
const GCM: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
const OAEP: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";

/// A provider, and a pool that knows it.
struct Parties {
    saml: SamlProvider,
    metadata: Metadata,
    /// The pool's key pair, and its certificate.
    own: (Vec<u8>, Vec<u8>),
    claims: SamlClaims,
}

fn parties() -> &'static Parties {
    static PARTIES: OnceLock<Parties> = OnceLock::new();
    PARTIES.get_or_init(|| {
        let saml = SamlProvider::default();
        let metadata = Metadata::parse(&saml.metadata()).expect("metadata");
        let mut request = SamlRequest::none(HERE, "");
        request.id = "_request".to_owned();
        Parties {
            claims: saml.claims(&request, AUDIENCE, now()),
            own: self_signed("fuzz", [9; 16], now()).expect("a key pair"),
            saml,
            metadata,
        }
    })
}

fn now() -> Time {
    Time::from_seconds(1_700_000_000)
}

fn judged(xml: &[u8]) -> Option<Assertion> {
    let it = parties();
    let expected = Expected {
        provider: &it.metadata,
        audience: AUDIENCE,
        recipients: &[HERE],
        in_response_to: Some("_request"),
        now: now(),
        key: Some(SpKey { pkcs8: &it.own.0 }),
        encrypted: false,
    };
    match judge(&BASE64_STANDARD.encode(xml), &expected) {
        Ok(Answer::Person(assertion)) => Some(*assertion),
        _ => None,
    }
}

pub fn responses(_: &House) -> Vec<Vec<u8>> {
    let it = parties();
    let bare = it.claims.assertion();
    let signed = it.saml.signed(&bare, &it.claims.id);
    let certificate = BASE64_STANDARD.encode(&it.own.1);
    let sealed = encrypted(&signed, &certificate, GCM, OAEP);
    [
        it.claims.response(&signed),
        it.saml.signed(&it.claims.response(&bare), "_response-1"),
        it.claims.response(&sealed),
        it.claims.response(&bare),
    ]
    .map(String::into_bytes)
    .to_vec()
}

/// Of all that can be made of right responses, only what the provider has signed is believed, all of it.
pub fn response(_: &House, data: &[u8]) {
    static RIGHT: OnceLock<Assertion> = OnceLock::new();
    let right = RIGHT.get_or_init(|| {
        let it = parties();
        let signed = it.saml.signed(&it.claims.assertion(), &it.claims.id);
        judged(it.claims.response(&signed).as_bytes()).expect("a person")
    });
    if let Some(believed) = judged(data) {
        assert_eq!(&believed, right);
    }
}

fn ended(received: Result<ReceivedLogout<'_>, Flaw>) -> Option<SessionEnd> {
    let expected = ExpectedLogout {
        recipients: &[LOGOUT],
        now: now(),
    };
    received.ok()?.judge(&parties().metadata, expected).ok()
}

pub fn logouts(_: &House) -> Vec<Vec<u8>> {
    let saml = &parties().saml;
    let xml = saml.logout("_logout", LOGOUT, now()).xml();
    let query = saml.query("SAMLRequest", &xml, Some("r"));
    [saml.signed(&xml, "_logout"), xml, query]
        .map(String::into_bytes)
        .to_vec()
}

/// Of all that can be made of right requests, only what the provider has signed counts, all of it.
pub fn logout(house: &House, data: &[u8]) {
    static RIGHT: OnceLock<SessionEnd> = OnceLock::new();
    let right = RIGHT.get_or_init(|| {
        let seeds = logouts(house);
        let posted = BASE64_STANDARD.encode(&seeds[0]);
        ended(ReceivedLogout::posted(&posted)).expect("a request")
    });
    let posted = BASE64_STANDARD.encode(data);
    let query = String::from_utf8_lossy(data);
    for end in [
        ended(ReceivedLogout::posted(&posted)),
        ended(ReceivedLogout::in_query(&query)),
    ] {
        assert!(end.is_none_or(|it| it == *right));
    }
}

pub fn documents(_: &House) -> Vec<Vec<u8>> {
    vec![parties().saml.metadata().into_bytes()]
}

/// Metadata that is taken is enough for requests and answers.
pub fn metadata(_: &House, data: &[u8]) {
    if let Ok(metadata) = Metadata::parse(&String::from_utf8_lossy(data)) {
        assert!(!metadata.certificates.is_empty() && metadata.sign_on.has_host());
    }
}
