//! The server against an independent client, and against numbers computed elsewhere.

use aws_cognito_srp::{SrpClient, TrackedDevice, UntrackedDevice, User, VerificationParameters};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use proptest::prelude::*;

use super::decoy::decoy;
use super::group::Element;
use super::*;

const POOL: &str = "eu-central-1_Ab12Cd34E";
const BLOCK: &[u8] = b"whatever the server sealed";

fn user_client(username: &str, password: &str) -> SrpClient<User> {
    SrpClient::new(User::new(POOL, username, password), "client", None)
}

fn answer(
    client: &SrpClient<User>,
    username: &str,
    verifier: &Verifier,
    b_hex: &str,
) -> VerificationParameters {
    client
        .verify(&BASE64.encode(BLOCK), username, &verifier.salt_hex(), b_hex)
        .unwrap()
}

fn accepts(
    exchange: &ServerExchange,
    verifier: &Verifier,
    names: Names<'_>,
    answer: &VerificationParameters,
) -> bool {
    // The state makes the same round trip through bytes as in real sign-ins.
    let exchange = ServerExchange::from_bytes(&exchange.to_bytes()).unwrap();
    let verifier = Verifier::from_parts(verifier.salt(), &verifier.value_bytes()).unwrap();
    let key = exchange.session_key(&verifier);
    key.signed(
        names,
        BLOCK,
        &answer.timestamp,
        &answer.password_claim_signature,
    )
}

/// A whole sign-in as `username` with the password `typed`.
fn signs_in(verifier: &Verifier, username: &str, typed: &str, secret: [u8; 32]) -> bool {
    let client = user_client(username, typed);
    let (exchange, b_hex) =
        ServerExchange::start(verifier, &client.get_auth_parameters().a, secret).unwrap();
    let answer = answer(&client, username, verifier, &b_hex);
    assert!(timestamp::read(&answer.timestamp).is_ok());
    accepts(&exchange, verifier, Names::user(POOL, username), &answer)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn who_knows_the_password_gets_in_and_nobody_else(
        username in "[^\\p{C}\\p{Z}]{1,20}",
        password in "\\PC{1,40}",
        other in "\\PC{1,40}",
        salt: [u8; 16],
        secret: [u8; 32],
    ) {
        let verifier = Verifier::derive(Names::user(POOL, &username), &password, salt);
        prop_assert!(signs_in(&verifier, &username, &password, secret));
        prop_assert_eq!(signs_in(&verifier, &username, &other, secret), other == password);
    }
}

#[test]
fn nobody_signs_in_as_a_stand_in() {
    let stand_in = decoy(b"key", POOL, "ghost").verifier;
    assert!(!signs_in(&stand_in, "ghost", "password", [5; 32]));
}

#[test]
fn a_device_signs_in_with_the_verifier_it_made() {
    let (group, device) = ("-group-key", "eu-central-1_1ab2-device");
    let maker = SrpClient::new(UntrackedDevice::new(POOL, group, device), "client", None);
    let made = maker.get_password_verifier();
    let [salt, value] = [&made.salt, &made.verifier].map(|text| BASE64.decode(text).unwrap());
    let verifier = Verifier::from_parts(&salt, &value).unwrap();

    for (typed, expected) in [(made.password.as_str(), true), ("another", false)] {
        let client = SrpClient::new(
            TrackedDevice::new(POOL, group, device, typed),
            "client",
            None,
        );
        let (exchange, b_hex) =
            ServerExchange::start(&verifier, &client.get_auth_parameters().a, [11; 32]).unwrap();
        let answer = client
            .verify(&BASE64.encode(BLOCK), &verifier.salt_hex(), &b_hex)
            .unwrap();
        assert_eq!(
            accepts(&exchange, &verifier, Names::device(group, device), &answer),
            expected
        );
    }
}

#[test]
fn a_proof_is_bound_to_names_block_and_time() {
    let names = Names::user(POOL, "alice");
    let verifier = Verifier::derive(names, "secret", [9; 16]);
    let client = user_client("alice", "secret");
    let (exchange, b_hex) =
        ServerExchange::start(&verifier, &client.get_auth_parameters().a, [4; 32]).unwrap();
    let answer = answer(&client, "alice", &verifier, &b_hex);
    let (key, signature) = (
        exchange.session_key(&verifier),
        &answer.password_claim_signature,
    );
    assert!(key.signed(names, BLOCK, &answer.timestamp, signature));
    assert!(!key.signed(
        Names::user(POOL, "bob"),
        BLOCK,
        &answer.timestamp,
        signature
    ));
    assert!(!key.signed(
        Names::user("eu_Other", "alice"),
        BLOCK,
        &answer.timestamp,
        signature
    ));
    assert!(!key.signed(names, b"another block", &answer.timestamp, signature));
    assert!(!key.signed(names, BLOCK, "Tue Sep 5 07:05:09 UTC 2023", signature));
}

#[test]
fn a_password_changed_meanwhile_ends_the_exchange() {
    let names = Names::user(POOL, "alice");
    let old = Verifier::derive(names, "secret", [9; 16]);
    let client = user_client("alice", "secret");
    let (exchange, b_hex) =
        ServerExchange::start(&old, &client.get_auth_parameters().a, [4; 32]).unwrap();
    let answer = answer(&client, "alice", &old, &b_hex);
    let new = Verifier::derive(names, "changed", [8; 16]);
    assert!(accepts(&exchange, &old, names, &answer));
    assert!(!accepts(&exchange, &new, names, &answer));
}

/// Every number whose bytes are hashed comes in three shapes: with a sign byte, without, and shorter than usual. The
/// exchange must work for each shape of each number.
#[test]
fn sign_in_works_whatever_the_first_byte_of_a_number_is() {
    type FirstByte = fn(u8) -> bool;
    let shapes: [FirstByte; 4] = [|b| b == 0, |b| b < 0x10, |b| b < 0x80, |b| b >= 0x80];
    type Number = fn(&Verifier, &ServerExchange, &str) -> u8;
    let numbers: [(&str, Number); 3] = [
        ("B", |_, _, b_hex| {
            if b_hex.len() < 768 {
                0
            } else {
                u8::from_str_radix(&b_hex[..2], 16).unwrap()
            }
        }),
        ("u", |_, exchange, _| exchange.scrambler[0]),
        ("S", |verifier, exchange, _| {
            exchange.shared(verifier).to_bytes()[0]
        }),
    ];
    let names = Names::user(POOL, "alice");
    let verifier = Verifier::derive(names, "secret", [0x7f; 16]);
    let client = user_client("alice", "secret");
    let a_hex = client.get_auth_parameters().a;
    for (name, first_byte) in numbers {
        for (i, shape) in shapes.iter().enumerate() {
            let (exchange, b_hex) = (0_u64..)
                .map(|seed| {
                    ServerExchange::start(
                        &verifier,
                        &a_hex,
                        hashing::sha256(&[&seed.to_be_bytes()]),
                    )
                    .unwrap()
                })
                .find(|(exchange, b_hex)| shape(first_byte(&verifier, exchange, b_hex)))
                .unwrap();
            let answer = answer(&client, "alice", &verifier, &b_hex);
            assert!(
                accepts(&exchange, &verifier, names, &answer),
                "{name}, shape {i}"
            );
        }
    }
}

#[test]
fn sign_in_works_whatever_the_first_byte_of_a_salt_is() {
    for first in [0x00, 0x01, 0x0f, 0x10, 0x7f, 0x80, 0xff] {
        let mut salt = [0; 16];
        salt[0] = first;
        let verifier = Verifier::derive(Names::user(POOL, "alice"), "secret", salt);
        assert!(
            signs_in(&verifier, "alice", "secret", [6; 32]),
            "{first:#x}"
        );
    }
}

#[test]
fn sign_in_works_when_the_clients_number_is_short() {
    let verifier = Verifier::derive(Names::user(POOL, "alice"), "secret", [9; 16]);
    let (client, a_hex) = (0..)
        .map(|_| user_client("alice", "secret"))
        .map(|client| (client.get_auth_parameters().a, client))
        .find(|(a_hex, _)| a_hex.len() < 768)
        .map(|(a_hex, client)| (client, a_hex))
        .unwrap();
    // The same number, as other clients write it.
    for a_hex in [
        a_hex.clone(),
        format!("{a_hex:0>768}"),
        format!("{a_hex:0>770}"),
        a_hex.to_uppercase(),
    ] {
        let (exchange, b_hex) = ServerExchange::start(&verifier, &a_hex, [6; 32]).unwrap();
        let answer = answer(&client, "alice", &verifier, &b_hex);
        assert!(accepts(
            &exchange,
            &verifier,
            Names::user(POOL, "alice"),
            &answer
        ));
    }
}

/// Numbers computed once with an independent program, by the client's formulas.
#[test]
fn every_intermediate_number_is_as_published_clients_compute_it() {
    let names = Names::user("eu-central-1_Ab12Cd34E", "alice");
    let salt = std::array::from_fn(|i| 0x80 + i as u8);
    let verifier = Verifier::derive(names, "correct horse", salt);
    let fingerprint =
        |number: &Element| hex::encode(hashing::sha256(&[number.to_bytes().as_slice()]));
    assert_eq!(
        fingerprint(verifier.value()),
        "9bd5374387a2abdc30d0445f3934d7e6fb87caf9bafae00497199caeeb49361f"
    );

    let a_hex = Element::g_to(&[0x61; 32]).to_hex();
    let (exchange, b_hex) = ServerExchange::start(&verifier, &a_hex, [0x62; 32]).unwrap();
    let b = Element::from_hex(&b_hex).unwrap();
    assert_eq!(
        fingerprint(&b),
        "9be1854b8f0a9dba3e2163d0483f9508002a6740b2c9a75055d0420b8e7ed9ef"
    );
    assert_eq!(
        hex::encode(exchange.scrambler),
        "a0eaf91a0c76b5cfdc44cb5bfc3cf9eb1798e1201c642059ed428d0adb6beedd"
    );
    assert_eq!(
        fingerprint(&exchange.shared(&verifier)),
        "20540ce8448f0dbbea882902cbc47a0ad697a76b06da55a7ee57965206281b4e"
    );

    let signature = "la2PiXYMovYImavdpu3uKIFzBqp51d88CnKRw+SdqcA=";
    let key = exchange.session_key(&verifier);
    assert!(key.signed(
        names,
        b"secret block",
        "Tue Sep 5 07:05:09 UTC 2023",
        signature
    ));
}
