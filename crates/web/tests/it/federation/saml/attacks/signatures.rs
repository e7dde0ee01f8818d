//! Signatures that are wrong, of another key, or of a form that is not SAML's.

use cabana_testkit::saml::SamlProvider;

use super::{Hall, OTHER, Scene, attack, between, form};
use crate::shop::code_of;

const INVALID: &str = "SAML Assertion signature is invalid";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

#[tokio::test]
async fn what_was_signed_cannot_be_changed() {
    let hall = Hall::open().await;
    attack(&hall, INVALID, |it| it.right.replace("Ann-1", "Ann-2")).await;
    attack(&hall, INVALID, |it| {
        it.right.replace("ann@corp.example", "ada@corp.example")
    })
    .await;
    attack(&hall, INVALID, |it| {
        let value = between(it.right, "<ds:SignatureValue>", "</ds:SignatureValue>");
        let other = "<ds:SignatureValue>AAAA</ds:SignatureValue>";
        it.right.replace(value, other)
    })
    .await;
    // Of the whole response.
    let why = "SAML Response signature is invalid";
    attack(&hall, why, |it| {
        it.signed_response().0.replace("Ann-1", "Ann-2")
    })
    .await;
    // One that is wrong counts, though another one is right.
    attack(&hall, why, |it| it.with_first(&it.signed_response().1)).await;
}

#[tokio::test]
async fn an_unsigned_assertion_is_not_believed() {
    let hall = Hall::open().await;
    let why = "SAML Response and Assertion are not signed";
    attack(&hall, why, |it| it.with(&it.bare())).await;
    attack(&hall, why, |it| it.with(&it.evil())).await;
}

#[tokio::test]
async fn weak_and_foreign_algorithms_are_refused() {
    let hall = Hall::open().await;
    let more = "http://www.w3.org/2001/04/xmldsig-more#";
    let why = form("an algorithm other than RSA or ECDSA with SHA-2");
    let rsa = format!("{more}rsa-sha256");
    for method in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1".to_owned(),
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1".to_owned(),
        format!("{more}rsa-md5"),
        format!("{more}hmac-sha256"),
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1".to_owned(),
        "none".to_owned(),
    ] {
        attack(&hall, &why, |it| it.right.replace(&rsa, &method)).await;
    }
    // The public key as a secret, with a signature that would be right.
    attack(&hall, &why, |it| {
        let (assertion, saml) = (it.claims.assertion(), &it.hall.saml);
        it.with(&saml.signed_with_public_key(&assertion, &it.claims.id))
    })
    .await;
    attack(&hall, &form("a digest other than SHA-2"), |it| {
        it.right.replace(
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2000/09/xmldsig#sha1",
        )
    })
    .await;
}

fn transform(algorithm: &str) -> String {
    format!(r#"<ds:Transform Algorithm="{algorithm}"/>"#)
}

#[tokio::test]
async fn canonicalization_is_the_one_of_the_profile() {
    let hall = Hall::open().await;
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let why = form("a canonicalization other than the exclusive one");
    let with_comments = format!("{EXCLUSIVE}WithComments");
    for other in [inclusive, &with_comments] {
        attack(&hall, &why, |it| it.right.replacen(EXCLUSIVE, other, 1)).await;
    }
    let (enveloped, exclusive) = (transform(ENVELOPED), transform(EXCLUSIVE));
    let xpath = transform("http://www.w3.org/TR/1999/REC-xpath-19991116");
    let why = form("transforms other than those of SAML");
    for (from, to) in [
        (&enveloped, String::new()),
        (&enveloped, enveloped.repeat(2)),
        (&enveloped, format!("{enveloped}{xpath}")),
        (&exclusive, String::new()),
        (&exclusive, transform(inclusive)),
        (&exclusive, transform(&with_comments)),
        (
            &exclusive,
            transform("http://www.w3.org/TR/1999/REC-xslt-19991116"),
        ),
        (
            &exclusive,
            transform("http://www.w3.org/2000/09/xmldsig#base64"),
        ),
    ] {
        attack(&hall, &why, |it| it.right.replace(from, &to)).await;
    }
}

#[tokio::test]
async fn namespaces_are_a_part_of_what_is_signed() {
    let hall = Hall::open().await;
    // A list of prefixes that nobody has signed.
    attack(&hall, INVALID, |it| {
        let list = format!(r#"<InclusiveNamespaces xmlns="{EXCLUSIVE}" PrefixList="samlp"/>"#);
        let listed = format!(r#"<ds:Transform Algorithm="{EXCLUSIVE}">{list}</ds:Transform>"#);
        it.right.replace(&transform(EXCLUSIVE), &listed)
    })
    .await;
    // Another namespace for a prefix that is used within.
    attack(&hall, INVALID, |it| {
        let (from, to) = (
            "http://www.w3.org/2001/XMLSchema-instance",
            "urn:something:else",
        );
        it.right.replace(from, to)
    })
    .await;
    // One that is not used changes nothing, and is no attack.
    let begun = hall.begin().await;
    let claims = hall.claims(&begun.request);
    let right = hall.response(&claims);
    let declared = right.replace("<saml:Assertion ", r#"<saml:Assertion xmlns:x="urn:x" "#);
    assert_ne!(declared, right);
    code_of(&hall.bring(&begun, &declared).await);
}

#[tokio::test]
async fn a_reference_is_one_and_to_the_assertion() {
    let hall = Hall::open().await;
    let reference =
        |it: &Scene<'_>| between(it.right, "<ds:Reference ", "</ds:Reference>").to_owned();
    let one = form("not one Reference");
    attack(&hall, &one, |it| it.right.replace(&reference(it), "")).await;
    attack(&hall, &one, |it| {
        it.right.replace(&reference(it), &reference(it).repeat(2))
    })
    .await;
    let uri = |it: &Scene<'_>, to: &str| {
        let own = format!(r##" URI="#{}""##, it.claims.id);
        it.right.replace(&own, to)
    };
    for to in [
        r#" URI="""#,
        r##" URI="#""##,
        r##" URI="#_response-1""##,
        r##" URI="#xpointer(/)""##,
        r#" URI="https://evil.example/""#,
        r#" URI="file:///etc/hostname""#,
        r#" URI="cid:1""#,
        "",
    ] {
        attack(&hall, &form(OTHER), |it| uri(it, to)).await;
    }
}

#[tokio::test]
async fn only_the_providers_own_keys_count() {
    let hall = Hall::open().await;
    // The message holds the certificate of the key that has signed it.
    attack(&hall, INVALID, |it| {
        let evil = SamlProvider::with_key(1);
        it.with(&evil.signed(&it.claims.assertion(), &it.claims.id))
    })
    .await;
    // And so it does with a key by value.
    attack(&hall, INVALID, |it| {
        let evil = SamlProvider::with_key(1);
        let signed = evil.signed(&it.claims.assertion(), &it.claims.id);
        let info = between(&signed, "<ds:KeyInfo>", "</ds:KeyInfo>");
        let value = "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>";
        it.with(&signed.replace(info, value))
    })
    .await;
}
