//! The specification's own examples (section 16), and what becomes of them when a bit is wrong.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

const RELYING_PARTY: &str = "example.org";
const USER: &[u8] = b"a user";

#[derive(Deserialize)]
struct Example {
    name: String,
    registration: Value,
    authentication: Value,
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn example(name: &str) -> Example {
    examples().into_iter().find(|it| it.name == name).unwrap()
}

fn bytes(of: &Value, member: &str) -> Vec<u8> {
    hex::decode(of[member].as_str().unwrap()).unwrap()
}

fn encoded(of: &Value, member: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes(of, member))
}

fn creation(example: &Example) -> Value {
    let it = &example.registration;
    json!({
        "id": encoded(it, "id"),
        "rawId": encoded(it, "id"),
        "type": "public-key",
        "response": {
            "clientDataJSON": encoded(it, "clientDataJSON"),
            "attestationObject": encoded(it, "attestationObject"),
            "transports": ["usb", "usb", "Bluetooth\n", "a-new-one"],
        },
        "clientExtensionResults": {},
    })
}

fn request(example: &Example) -> Value {
    let it = &example.authentication;
    json!({
        "id": encoded(&example.registration, "id"),
        "type": "public-key",
        "response": {
            "clientDataJSON": encoded(it, "clientDataJSON"),
            "authenticatorData": encoded(it, "authenticatorData"),
            "signature": encoded(it, "signature"),
            "userHandle": BASE64_URL_SAFE_NO_PAD.encode(USER),
        },
    })
}

fn register(credential: &Value) -> Result<Registered, Flaw> {
    Registration::parse(credential)?.check(RELYING_PARTY, false)
}

fn sign_in(credential: &Value, registered: &Registered) -> Result<Used, Flaw> {
    let known = Known {
        public_key: &registered.public_key,
        sign_count: registered.sign_count,
        user_handle: USER,
    };
    Assertion::parse(&credential.to_string())?.check(RELYING_PARTY, false, known)
}

#[test]
fn the_specifications_examples_are_judged_as_it_says() {
    let mut verified = 0;
    for example in examples() {
        let outcome = register(&creation(&example));
        let registered = match example.name.as_str() {
            "none.ES256.crossOrigin" | "none.ES256.topOrigin" => {
                assert_eq!(outcome, Err(Flaw::Origin), "{}", example.name);
                continue;
            }
            name if ["ES384", "ES512", "Ed25519", "Ed448", "EdDSA"]
                .iter()
                .any(|it| name.contains(it)) =>
            {
                assert!(
                    matches!(outcome, Err(Flaw::NotSupported(_))),
                    "{name}: {outcome:?}"
                );
                continue;
            }
            _ => outcome.unwrap_or_else(|flaw| panic!("{}: {flaw}", example.name)),
        };
        assert_eq!(registered.id, bytes(&example.registration, "id"));
        assert_eq!(registered.transports, ["a-new-one", "usb"]);
        let parsed = Registration::parse(&creation(&example)).unwrap();
        assert!(parsed.answers(&bytes(&example.registration, "challenge")));
        assert!(!parsed.answers(&bytes(&example.authentication, "challenge")));
        let assertion = Assertion::parse(&request(&example).to_string()).unwrap();
        assert!(assertion.answers(&bytes(&example.authentication, "challenge")));
        assert!(!assertion.answers(&bytes(&example.registration, "challenge")));
        assert_eq!(assertion.id(), registered.id);
        let used = sign_in(&request(&example), &registered);
        assert_eq!(used.unwrap().sign_count, 0, "{}", example.name);
        verified += 1;
    }
    assert_eq!(verified, 9);
}

#[test]
fn what_one_ceremony_gave_is_nothing_in_the_other_or_elsewhere() {
    let example = example("none.ES256");
    let parse = || Registration::parse(&creation(&example)).unwrap();
    let elsewhere = parse().check("example.com", false);
    assert_eq!(elsewhere, Err(Flaw::Origin));
    // A page below the relying party, with an authenticator's data for another one.
    assert_eq!(parse().check("org", false), Err(Flaw::RelyingParty));
    let registered = register(&creation(&example)).unwrap();
    let mut swapped = request(&example);
    swapped["response"]["clientDataJSON"] = json!(encoded(&example.registration, "clientDataJSON"));
    let flaw = sign_in(&swapped, &registered);
    assert_eq!(flaw, Err(Flaw::Malformed("type of clientDataJSON")));
    let mut swapped = creation(&example);
    swapped["response"]["clientDataJSON"] =
        json!(encoded(&example.authentication, "clientDataJSON"));
    let flaw = register(&swapped);
    assert_eq!(flaw, Err(Flaw::Malformed("type of clientDataJSON")));
    let mut other = request(&example);
    other["response"]["userHandle"] = json!("AQID");
    assert_eq!(sign_in(&other, &registered), Err(Flaw::User));
    other["response"]["userHandle"] = json!("");
    assert!(sign_in(&other, &registered).is_ok());
}

#[test]
fn the_user_is_verified_where_that_is_required() {
    let example = example("none.ES256");
    // This example has UV in neither ceremony.
    let parsed = Registration::parse(&creation(&example)).unwrap();
    assert_eq!(parsed.check(RELYING_PARTY, true), Err(Flaw::NotVerified));
    let registered = register(&creation(&example)).unwrap();
    let known = Known {
        public_key: &registered.public_key,
        sign_count: 0,
        user_handle: USER,
    };
    let assertion = Assertion::parse(&request(&example).to_string()).unwrap();
    assert_eq!(
        assertion.check(RELYING_PARTY, true, known),
        Err(Flaw::NotVerified)
    );
    // A counter that stays where it was.
    let ahead = Known {
        sign_count: 1,
        ..known
    };
    assert_eq!(
        assertion.check(RELYING_PARTY, false, ahead),
        Err(Flaw::SignCount)
    );
}

#[test]
fn no_changed_bit_of_an_assertion_is_accepted() {
    for name in ["none.ES256", "packed.RS256"] {
        let example = example(name);
        let registered = register(&creation(&example)).unwrap();
        for member in ["authenticatorData", "clientDataJSON", "signature"] {
            let right = bytes(&example.authentication, member);
            for position in 0..right.len() {
                let mut wrong = right.clone();
                wrong[position] ^= 1 << (position % 8);
                let mut credential = request(&example);
                credential["response"][member] = json!(BASE64_URL_SAFE_NO_PAD.encode(wrong));
                let outcome = sign_in(&credential, &registered);
                assert!(outcome.is_err(), "{name} {member} {position}");
            }
        }
    }
}

#[test]
fn cut_and_lengthened_objects_are_malformed() {
    let example = example("packed-self.ES256");
    let right = bytes(&example.registration, "attestationObject");
    let with = |object: &[u8]| {
        let mut credential = creation(&example);
        let object = BASE64_URL_SAFE_NO_PAD.encode(object);
        credential["response"]["attestationObject"] = json!(object);
        register(&credential)
    };
    assert!(with(&right).is_ok());
    for length in 0..right.len() {
        let flaw = with(&right[..length]);
        assert!(
            matches!(flaw, Err(Flaw::Malformed(_))),
            "{length}: {flaw:?}"
        );
    }
    assert!(with(&[&right[..], &[0]].concat()).is_err());
    // Nested lists without end, and a text that claims to be of 2^63 bytes.
    assert!(with(&[0x81; 100_000]).is_err());
    assert!(with(&[0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
}

#[test]
fn credentials_of_another_form_are_malformed() {
    let right = creation(&example("none.ES256"));
    for (path, value) in [
        ("/type", json!("password")),
        ("/type", json!(null)),
        ("/id", json!("AQID")),
        ("/id", json!("not base64url!")),
        ("/rawId", json!("AQID")),
        ("/response", json!([])),
        ("/response/clientDataJSON", json!("e30")),
        ("/response/clientDataJSON", json!({})),
        ("/response/attestationObject", json!("")),
        ("/response/attestationObject", json!("oA")),
        ("/response/transports", json!("usb")),
        ("", json!("a text")),
        ("", json!(null)),
        ("", json!([])),
    ] {
        let mut wrong = right.clone();
        *wrong.pointer_mut(path).unwrap() = value.clone();
        let flaw = register(&wrong);
        assert!(
            matches!(flaw, Err(Flaw::Malformed(_))),
            "{path} {value}: {flaw:?}"
        );
    }
}
