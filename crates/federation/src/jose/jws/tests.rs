use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::json;

use super::*;

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn message(header: Value) -> String {
    let payload = text(br#"{"sub":"a"}"#);
    format!("{}.{payload}", text(header.to_string().as_bytes()))
}

/// A key pair of P-256, and its key set under this `kid`.
fn elliptic(kid: &str) -> (EcdsaKeyPair, Value) {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref()).unwrap();
    let point = pair.public_key().as_ref();
    let key = json!({
        "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig",
        "x": text(&point[1..33]), "y": text(&point[33..]),
    });
    (pair, key)
}

fn set(keys: &[&Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn signed(pair: &EcdsaKeyPair, header: Value) -> String {
    let message = message(header);
    let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", text(signature.as_ref()))
}

fn verified(token: &str, keys: &KeySet) -> Result<Map<String, Value>, Flaw> {
    Signed::parse(token)?.verified(keys)
}

#[test]
fn a_token_is_believed_if_a_published_key_has_signed_it() {
    let (pair, key) = elliptic("one");
    let (_, other) = elliptic("two");
    let keys = set(&[&other, &key]);
    let token = signed(&pair, json!({ "alg": "ES256", "kid": "one" }));
    assert_eq!(verified(&token, &keys).unwrap()["sub"], "a");
    // Of another key, of one that is not there, of one of two without a name.
    for (kid, flaw) in [
        (json!("two"), Flaw::Signature),
        (json!("three"), Flaw::UnknownKey),
        (Value::Null, Flaw::UnknownKey),
    ] {
        let token = signed(&pair, json!({ "alg": "ES256", "kid": kid }));
        assert_eq!(verified(&token, &keys).unwrap_err(), flaw, "{kid}");
    }
    let unnamed = signed(&pair, json!({ "alg": "ES256" }));
    assert!(verified(&unnamed, &set(&[&key])).is_ok());
    let (head, rest) = token.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let changed = format!("{head}.{}.{signature}", text(br#"{"sub":"b"}"#));
    assert_eq!(verified(&changed, &keys).unwrap_err(), Flaw::Signature);
}

#[test]
fn nothing_unsigned_and_nothing_signed_with_a_public_key_as_a_secret_is_believed() {
    let (_, key) = elliptic("one");
    let keys = set(&[&key]);
    for alg in ["none", "None", "nOnE", "", "RS1", "HS1"] {
        let token = format!("{}.", message(json!({ "alg": alg, "kid": "one" })));
        assert_eq!(verified(&token, &keys).unwrap_err(), Flaw::Algorithm);
    }
    let forged = message(json!({ "alg": "HS256", "kid": "one" }));
    let point = key["x"].as_str().unwrap().as_bytes();
    let secret = hmac::Key::new(hmac::HMAC_SHA256, point);
    let tag = hmac::sign(&secret, forged.as_bytes());
    let forged = format!("{forged}.{}", text(tag.as_ref()));
    assert_eq!(verified(&forged, &keys).unwrap_err(), Flaw::Algorithm);
    let parsed = Signed::parse(&forged).unwrap();
    assert_eq!(
        parsed
            .verified_with_secret(b"the client's secret")
            .unwrap_err(),
        Flaw::Signature
    );
    // Nor the other way around.
    let (pair, _) = elliptic("one");
    let token = signed(&pair, json!({ "alg": "ES256", "kid": "one" }));
    let parsed = Signed::parse(&token).unwrap();
    assert_eq!(
        parsed.verified_with_secret(b"x").unwrap_err(),
        Flaw::Algorithm
    );
}

#[test]
fn a_shared_secret_signs_too() {
    let message = message(json!({ "alg": "HS256" }));
    let secret = hmac::Key::new(hmac::HMAC_SHA256, b"shared");
    let token = format!(
        "{message}.{}",
        text(hmac::sign(&secret, message.as_bytes()).as_ref())
    );
    let parsed = Signed::parse(&token).unwrap();
    assert!(parsed.is_of_shared_secret());
    assert_eq!(parsed.verified_with_secret(b"shared").unwrap()["sub"], "a");
}

#[test]
fn keys_for_other_uses_and_weak_ones_are_left_out() {
    let (pair, key) = elliptic("one");
    let token = signed(&pair, json!({ "alg": "ES256", "kid": "one" }));
    for (member, value) in [
        ("use", json!("enc")),
        ("alg", json!("ES384")),
        ("crv", json!("secp256k1")),
        ("kty", json!("RSA")),
        ("x", json!("AA")),
    ] {
        let mut other = key.clone();
        other[member] = value;
        let flaw = verified(&token, &set(&[&other])).unwrap_err();
        assert_eq!(flaw, Flaw::UnknownKey, "{member}");
    }
    // 1024 bits of RSA: the library refuses them.
    let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let public = pair.public_key();
    let rsa = |modulus: &[u8]| {
        json!({
            "kty": "RSA", "kid": "r", "n": text(modulus),
            "e": text(public.exponent().big_endian_without_leading_zero()),
        })
    };
    let modulus = public.modulus().big_endian_without_leading_zero();
    let message = message(json!({ "alg": "RS256", "kid": "r" }));
    let mut signature = vec![0; 256];
    let random = SystemRandom::new();
    pair.sign(
        &RSA_PKCS1_SHA256,
        &random,
        message.as_bytes(),
        &mut signature,
    )
    .unwrap();
    let token = format!("{message}.{}", text(&signature));
    assert!(verified(&token, &set(&[&rsa(modulus)])).is_ok());
    let short = set(&[&rsa(&modulus[..128])]);
    assert_eq!(verified(&token, &short).unwrap_err(), Flaw::Signature);
}

#[test]
fn what_is_no_token_is_told() {
    let (_, key) = elliptic("one");
    let keys = set(&[&key]);
    let critical = message(json!({ "alg": "ES256", "crit": ["exp"] }));
    for token in [
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "....",
        &format!("{critical}.AA"),
    ] {
        assert_eq!(verified(token, &keys).unwrap_err(), Flaw::Form, "{token}");
    }
    let long = "a".repeat(LONGEST + 1);
    assert_eq!(verified(&long, &keys).unwrap_err(), Flaw::Form);
    assert!(KeySet::parse(b"[]").is_err());
}
