//! Encrypted assertions.

use cabana_testkit::saml::{SamlClaims, encrypted};
use serde_json::json;

use super::{Begun, Hall, flaw};
use crate::shop::code_of;

const GCM: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
const CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
const OAEP: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const UNREADABLE: &str = "SAML encrypted assertion can not be read";

/// A hall whose provider encrypts, and the certificate for that.
async fn open() -> (Hall, String) {
    let hall = Hall::with(json!({ "EncryptedResponses": "true" }), json!({})).await;
    let certificate = certificate(&hall).await;
    (hall, certificate)
}

async fn certificate(hall: &Hall) -> String {
    let asked = json!({ "UserPoolId": hall.shop.pool, "ProviderName": "Corp" });
    let shown = hall.shop.app.ok("DescribeIdentityProvider", asked).await;
    let details = &shown["IdentityProvider"]["ProviderDetails"];
    details["ActiveEncryptionCertificate"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn begin(hall: &Hall) -> (Begun, SamlClaims) {
    let begun = hall.begin().await;
    let claims = hall.claims(&begun.request);
    (begun, claims)
}

#[tokio::test]
async fn an_encrypted_assertion_is_read() {
    let (hall, certificate) = open().await;
    for (cipher, transport) in [
        (GCM, OAEP),
        ("http://www.w3.org/2009/xmlenc11#aes128-gcm", OAEP),
        (CBC, OAEP),
        ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", OAEP),
    ] {
        let (begun, claims) = begin(&hall).await;
        let signed = hall.saml.signed(&claims.assertion(), &claims.id);
        let within = encrypted(&signed, &certificate, cipher, transport);
        code_of(&hall.bring(&begun, &claims.response(&within)).await);
    }
    // Signed around the ciphertext.
    let (begun, claims) = begin(&hall).await;
    let within = encrypted(&claims.assertion(), &certificate, GCM, OAEP);
    let around = hall.saml.signed(&claims.response(&within), "_response-1");
    code_of(&hall.bring(&begun, &around).await);
    // An assertion that has its namespaces from the document around it.
    let (begun, claims) = begin(&hall).await;
    let bare = claims
        .assertion()
        .replace(r#" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#, "");
    let within = encrypted(&bare, &certificate, GCM, OAEP);
    let around = hall.saml.signed(&claims.response(&within), "_response-1");
    code_of(&hall.bring(&begun, &around).await);
    // The key beside the data.
    let (begun, claims) = begin(&hall).await;
    let signed = hall.saml.signed(&claims.assertion(), &claims.id);
    let within = encrypted(&signed, &certificate, GCM, OAEP);
    let key = super::attacks::between(&within, "<xenc:EncryptedKey", "</xenc:EncryptedKey>");
    let moved = within.replace(key, "").replace(
        "</xenc:EncryptedData>",
        &format!("</xenc:EncryptedData>{key}"),
    );
    let moved = moved.replace(
        "<xenc:EncryptedKey",
        r#"<xenc:EncryptedKey xmlns:xenc="http://www.w3.org/2001/04/xmlenc#""#,
    );
    code_of(&hall.bring(&begun, &claims.response(&moved)).await);
}

#[tokio::test]
async fn an_assertion_in_the_clear_is_refused_where_they_must_be_encrypted() {
    let (hall, certificate) = open().await;
    let (begun, claims) = begin(&hall).await;
    let right = hall.response(&claims);
    let page = hall.bring(&begun, &right).await;
    assert_eq!(flaw(&page), "SAML Assertion is not encrypted");
    let signed = hall.saml.signed(&claims.assertion(), &claims.id);
    let within = encrypted(&signed, &certificate, GCM, OAEP);
    code_of(&hall.bring(&begun, &claims.response(&within)).await);
}

#[tokio::test]
async fn all_that_can_be_wrong_within_has_one_answer() {
    let (hall, certificate) = open().await;
    let (begun, claims) = begin(&hall).await;
    let signed = hall.saml.signed(&claims.assertion(), &claims.id);
    let sealed = |plain: &str| encrypted(plain, &certificate, GCM, OAEP);
    let right = sealed(&signed);
    let other = hall.saml_of_another_key();
    let twice = format!("{signed}{}", claims.assertion().replace(&claims.id, "_2"));
    for (what, within) in [
        ("not signed", sealed(&claims.assertion())),
        ("changed", sealed(&signed.replace("Ann-1", "Admin-1"))),
        (
            "another key's",
            sealed(&other.signed(&claims.assertion(), &claims.id)),
        ),
        ("two", sealed(&twice)),
        ("no assertion", sealed("<x/>")),
        ("text", sealed("Ann-1")),
        ("two roots", sealed("<x/><y/>")),
        ("the end of its holder", sealed(&format!("</e>{signed}<e>"))),
        ("a document type", sealed(&format!("<!DOCTYPE x>{signed}"))),
        (
            "a comment",
            sealed(&signed.replace("Ann-1", "Ann<!-- -->-1")),
        ),
        ("itself encrypted", sealed(&right)),
        (
            "for another",
            encrypted(&signed, &other.certificate_text(), GCM, OAEP),
        ),
        (
            "by an older padding",
            right.replace(OAEP, "http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
        ),
        ("by another cipher", right.replace(GCM, CBC)),
        (
            "by a cipher that is not allowed",
            right.replace(GCM, "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"),
        ),
        (
            "by reference",
            right.replace("xenc:CipherValue>", "xenc:CipherReference>"),
        ),
        (
            "cut",
            right.replacen("<xenc:CipherValue>", "<xenc:CipherValue>AAAA", 1),
        ),
    ] {
        let page = hall.bring(&begun, &claims.response(&within)).await;
        assert_eq!(flaw(&page), UNREADABLE, "{what}");
    }
    assert_eq!(hall.users().await, 0);
    code_of(&hall.bring(&begun, &claims.response(&right)).await);
}

#[tokio::test]
async fn an_encrypted_assertion_beside_another_is_not_looked_for() {
    let hall = Hall::open().await;
    let certificate = certificate(&hall).await;
    let (begun, claims) = begin(&hall).await;
    let evil = claims.assertion().replace("Ann-1", "Admin-1");
    let evil = encrypted(&evil, &certificate, GCM, OAEP);
    let signed = hall.saml.signed(&claims.assertion(), &claims.id);
    let several = "SAML Response has more than one assertion, which is not allowed";
    for both in [format!("{signed}{evil}"), format!("{evil}{signed}")] {
        let page = hall.bring(&begun, &claims.response(&both)).await;
        assert_eq!(flaw(&page), several);
    }
    code_of(&hall.bring(&begun, &claims.response(&signed)).await);
}
