//! Credentials of passkeys.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::webauthn::{Assertion, Known, P256_GENERATOR, PublicKey, Registration};
use cabana_model::Blob;
use serde_json::{Value, json};

use crate::House;

/// The specification's examples.
const EXAMPLES: &str = include_str!("../../crates/domain/src/webauthn/vectors.json");
const RELYING_PARTY: &str = "example.org";

fn examples() -> Vec<Value> {
    serde_json::from_str(EXAMPLES).expect("examples")
}

fn bytes(of: &Value) -> Vec<u8> {
    hex::decode(of.as_str().expect("a text")).expect("hexadecimal digits")
}

fn encoded(of: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes(of))
}

fn registration(example: &Value) -> Value {
    let it = &example["registration"];
    json!({
        "id": encoded(&it["id"]), "type": "public-key", "authenticatorAttachment": "platform",
        "response": {
            "clientDataJSON": encoded(&it["clientDataJSON"]),
            "attestationObject": encoded(&it["attestationObject"]),
            "transports": ["internal"],
        },
    })
}

fn assertion(example: &Value) -> Value {
    let it = &example["authentication"];
    json!({
        "id": encoded(&example["registration"]["id"]), "type": "public-key",
        "response": {
            "clientDataJSON": encoded(&it["clientDataJSON"]),
            "authenticatorData": encoded(&it["authenticatorData"]),
            "signature": encoded(&it["signature"]),
            "userHandle": "AQID",
        },
    })
}

pub fn credentials(_: &House) -> Vec<Vec<u8>> {
    let both = |example: &Value| [registration(example), assertion(example)];
    let all = examples();
    let all = all.iter().flat_map(both);
    all.map(|it| it.to_string().into_bytes()).collect()
}

/// No credential of a stranger signs in with another's key.
pub fn passkey_credential(_: &House, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let sent: Value = serde_json::from_str(&text).unwrap_or_default();
    if let Ok(registration) = Registration::parse(&sent) {
        let _ = registration.check(RELYING_PARTY, false);
    }
    let Ok(assertion) = Assertion::parse(&text) else {
        return;
    };
    let public_key = PublicKey::Es256(Blob(P256_GENERATOR.to_vec()));
    let known = Known {
        public_key: &public_key,
        sign_count: 0,
        user_handle: &[1, 2, 3],
    };
    let used = assertion.check(RELYING_PARTY, false, known);
    assert!(used.is_err(), "signed in: {used:?}");
}

pub fn attestation_objects(_: &House) -> Vec<Vec<u8>> {
    let object = |example: &Value| bytes(&example["registration"]["attestationObject"]);
    examples().iter().map(object).collect()
}

/// What is registered is what the credential names, with a key that verifies nothing by accident.
pub fn attestation_object(_: &House, data: &[u8]) {
    for example in examples().iter().take(2) {
        let mut sent = registration(example);
        sent["response"]["attestationObject"] = json!(BASE64_URL_SAFE_NO_PAD.encode(data));
        let Ok(parsed) = Registration::parse(&sent) else {
            continue;
        };
        if let Ok(registered) = parsed.check(RELYING_PARTY, true) {
            assert_eq!(registered.id, bytes(&example["registration"]["id"]));
            assert!(!registered.public_key.verifies(b"message", b"signature"));
        }
    }
}
