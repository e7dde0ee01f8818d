//! Hash inputs: every place where both sides must agree byte for byte.

use std::sync::LazyLock;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::group::{self, Element, without_leading_zeros};

/// Length of a SHA-256 hash, in bytes.
pub(super) const HASH_BYTES: usize = 32;
/// Length of the key both sides end with, in bytes.
pub(super) const KEY_BYTES: usize = 16;

/// The party that signs in: a user of a pool, or a device of a device group. Both names are bound into the verifier and
/// into the proof, so neither can change without a new verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    pub(super) group: &'a str,
    pub(super) member: &'a str,
}

impl<'a> Names<'a> {
    /// A user, by the whole pool ID (`us-east-1_Ab12Cd34E`) and the real username, never an alias. Only the part of the
    /// pool ID after the underscore is hashed.
    pub fn user(pool_id: &'a str, username: &'a str) -> Self {
        let group = pool_id
            .split_once('_')
            .map_or(pool_id, |(_region, name)| name);
        Self {
            group,
            member: username,
        }
    }

    /// A remembered device, by its group's key and its own.
    pub fn device(group_key: &'a str, device_key: &'a str) -> Self {
        Self {
            group: group_key,
            member: device_key,
        }
    }
}

/// SRP's multiplier k. Cognito hashes the generator as the single byte 2, whereas RFC 5054 pads it to N's length.
pub(super) static MULTIPLIER: LazyLock<[u8; HASH_BYTES]> =
    LazyLock::new(|| sha256(&[&[0], group::modulus_bytes(), &[2]]));

/// The number as Java's and JavaScript's big integers write it: as few bytes as possible, with a leading zero byte if
/// the number would otherwise look negative.
pub(super) fn positive(number: &[u8]) -> Zeroizing<Vec<u8>> {
    let digits = without_leading_zeros(number);
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() + 1));
    if digits.first().is_none_or(|first| *first >= 0x80) {
        bytes.push(0);
    }
    bytes.extend_from_slice(digits);
    bytes
}

/// The private exponent x of a password.
pub(super) fn private_exponent(
    names: Names<'_>,
    password: &str,
    salt: &[u8],
) -> Zeroizing<[u8; HASH_BYTES]> {
    let identity = [names.group, names.member, ":", password].map(str::as_bytes);
    let identity = Zeroizing::new(sha256(&identity));
    Zeroizing::new(sha256(&[&positive(salt), identity.as_slice()]))
}

/// The scrambler u, which binds the shared secret to both public numbers.
pub(super) fn scrambler(client_public: &Element, server_public: &Element) -> [u8; HASH_BYTES] {
    sha256(&[
        &positive(client_public.to_bytes().as_slice()),
        &positive(server_public.to_bytes().as_slice()),
    ])
}

/// The session key, by HKDF-SHA256 with the scrambler as salt.
pub(super) fn session_key(
    scrambler: &[u8; HASH_BYTES],
    shared: &Element,
) -> Zeroizing<[u8; KEY_BYTES]> {
    let shared = positive(shared.to_bytes().as_slice());
    let extracted = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, &positive(scrambler)),
        &shared,
    );
    let mut expand =
        hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()));
    expand.update(b"Caldera Derived Key");
    expand.update(&[1]);
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    for (target, byte) in key.iter_mut().zip(expand.sign().as_ref()) {
        *target = *byte;
    }
    key
}

pub(super) fn sha256(parts: &[&[u8]]) -> [u8; HASH_BYTES] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; HASH_BYTES];
    for (target, byte) in hash.iter_mut().zip(context.finish().as_ref()) {
        *target = *byte;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_positive_and_minimal() {
        let cases: [(&[u8], &[u8]); 7] = [
            (&[], &[0]),
            (&[0, 0], &[0]),
            (&[0x7f], &[0x7f]),
            (&[0x80], &[0, 0x80]),
            (&[0, 0x80], &[0, 0x80]),
            (&[0, 0, 0x0f, 0xff], &[0x0f, 0xff]),
            (&[0xff, 0], &[0, 0xff, 0]),
        ];
        for (number, written) in cases {
            assert_eq!(*positive(number), written, "{number:?}");
        }
    }

    #[test]
    fn the_multiplier_is_the_one_every_cognito_client_computes() {
        let expected = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";
        assert_eq!(hex::encode(*MULTIPLIER), expected);
    }

    #[test]
    fn only_the_name_behind_the_underscore_counts_in_a_pool_id() {
        assert_eq!(
            Names::user("us-east-1_Ab1", "bob"),
            Names {
                group: "Ab1",
                member: "bob"
            }
        );
        assert_eq!(
            Names::user("local", "bob"),
            Names {
                group: "local",
                member: "bob"
            }
        );
    }
}
