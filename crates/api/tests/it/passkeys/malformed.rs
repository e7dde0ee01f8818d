//! Registrations whose CBOR or JSON is made to break its reader.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_testkit::Authenticator;
use serde_json::{Value, json};

use super::{Ada, ORIGIN, refused};

const MALFORMED: (&str, &str) = ("InvalidParameterException", "Credential data is not valid");

fn decoded(of: &Value) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(of.as_str().unwrap()).unwrap()
}

/// Objects that claim more than they hold, in the place of an attestation object.
fn objects(right: &[u8]) -> Vec<Vec<u8>> {
    let with = |parts: &[&[u8]]| parts.concat();
    let (fmt, none) = (b"\x63fmt".as_slice(), b"\x64none".as_slice());
    let statement = b"\x67attStmt\xa0".as_slice();
    let data = b"\x68authData".as_slice();
    vec![
        Vec::new(),
        vec![0xf6],
        vec![0xff],
        // Depth, lengths that nobody has, tags, and text that is none.
        vec![0x81; 20_000],
        vec![0xa1; 20_000],
        vec![0xc0; 20_000],
        vec![0x9f; 20_000],
        b"\xbb\x7f\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        b"\x5b\x00\x00\x00\xff\xff\xff\xff\xff".to_vec(),
        b"\x7a\xff\xff\xff\xff".to_vec(),
        with(&[
            b"\xa3",
            fmt,
            b"\x64\xff\xff\xff\xff",
            statement,
            data,
            b"\x40",
        ]),
        with(&[b"\xa3", fmt, none, statement, data, b"\x40"]),
        with(&[b"\xa3", fmt, none, statement, data, b"\x60"]),
        with(&[b"\xa2", fmt, none, statement]),
        // The right one: cut, with more behind it, twice.
        right[..right.len() - 1].to_vec(),
        with(&[right, b"\x00"]),
        with(&[right, right]),
        // Its data in another member's place.
        with(&[b"\xa1", data, &right[right.len() - 40..]]),
    ]
}

#[tokio::test]
async fn no_object_or_client_data_breaks_a_registration() {
    let ada = Ada::new().await;
    let options = ada.start().await;
    let authenticator = Authenticator::at(ORIGIN);
    let right = authenticator.create(&options);
    let try_with = async |member: &str, bytes: &[u8]| {
        let mut credential = right.clone();
        credential["response"][member] = json!(BASE64_URL_SAFE_NO_PAD.encode(bytes));
        refused(&ada.complete(&credential).await, MALFORMED);
    };
    for object in objects(&decoded(&right["response"]["attestationObject"])) {
        try_with("attestationObject", &object).await;
    }
    let said = decoded(&right["response"]["clientDataJSON"]);
    for data in [
        Vec::new(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        vec![b'['; 20_000],
        b"{\"a\":".repeat(20_000),
        said[..said.len() - 1].to_vec(),
        [said.as_slice(), b"{}"].concat(),
        [b"\xff\xfe".as_slice(), &said].concat(),
        br#"{"type":"webauthn.create","challenge":7,"origin":"https://localhost"}"#.to_vec(),
        br#"{"type":["webauthn.create"],"challenge":"","origin":""}"#.to_vec(),
    ] {
        try_with("clientDataJSON", &data).await;
    }
    for (member, value) in [
        ("id", json!("")),
        ("id", json!("=")),
        ("id", json!("A".repeat(100_000))),
        ("id", json!({ "$id": 1 })),
        ("rawId", json!("AQID")),
        ("type", json!(null)),
        ("response", json!([])),
    ] {
        let mut credential = right.clone();
        credential[member] = value;
        refused(&ada.complete(&credential).await, MALFORMED);
    }
    assert!(ada.ids().await.is_empty());
    ada.complete(&right).await.ok();
}
