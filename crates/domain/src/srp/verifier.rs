//! The stored form of a password.

use std::fmt;

use zeroize::Zeroizing;

use super::SrpError;
use super::group::Element;
use super::hashing::{self, Names};

/// Longest salt a device may choose, in bytes. Known clients send 16, 17 or 32.
const LONGEST_SALT: usize = 64;

/// A salt and `v = g^x`, where x is a salted hash of names and password.
///
/// A verifier lets its holder try passwords as fast as against a salted SHA-256, so it is a secret and must be sealed
/// wherever it is stored.
#[derive(Clone)]
pub struct Verifier {
    salt: Vec<u8>,
    value: Element,
}

impl Verifier {
    /// Derives the verifier of a password. `salt` is 16 random bytes.
    pub fn derive(names: Names<'_>, password: &str, salt: [u8; 16]) -> Self {
        let salt = unambiguous(salt);
        let value = power_of_password(names, password, &salt);
        Self { salt, value }
    }

    /// Builds a verifier from its two parts: a stored one, or one that a device made for itself. `value` is big-endian
    /// and may carry leading zero bytes; `salt` is kept as it came.
    pub fn from_parts(salt: &[u8], value: &[u8]) -> Result<Self, SrpError> {
        if salt.is_empty() || salt.len() > LONGEST_SALT {
            return Err(SrpError::BadSalt);
        }
        Ok(Self {
            salt: salt.to_vec(),
            value: Element::from_bytes(value)?,
        })
    }

    /// A verifier that matches no password; see [`super::decoy`].
    pub(super) fn without_password(salt: [u8; 16], value: Element) -> Self {
        Self {
            salt: unambiguous(salt),
            value,
        }
    }

    /// Whether this is the password, for sign-ins that send it. Takes the same time either way.
    pub fn matches(&self, names: Names<'_>, password: &str) -> bool {
        let candidate = power_of_password(names, password, &self.salt);
        candidate.same_as(&self.value)
    }

    /// The salt in hexadecimal, for the challenge's `SALT`.
    pub fn salt_hex(&self) -> String {
        hex::encode(&self.salt)
    }

    /// The salt, for storage.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The value as 384 big-endian bytes, to be sealed and stored.
    pub fn value_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.value.to_bytes().to_vec())
    }

    pub(super) fn value(&self) -> &Element {
        &self.value
    }
}

/// Clients disagree on whether leading zero bytes of a salt are hashed, so ours never start with one: it becomes 1.
fn unambiguous(mut salt: [u8; 16]) -> Vec<u8> {
    if let [first @ 0, ..] = &mut salt {
        *first = 1;
    }
    salt.to_vec()
}

fn power_of_password(names: Names<'_>, password: &str, salt: &[u8]) -> Element {
    Element::g_to(&hashing::private_exponent(names, password, salt))
}

/// Salts are public; values are compared in constant time.
impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        self.salt == other.salt && self.value.same_as(&other.value)
    }
}

impl Eq for Verifier {}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::group::BYTES;
    use super::*;

    const POOL: &str = "eu-west-1_Ab12Cd34E";

    #[test]
    fn a_plain_password_is_checked_against_the_verifier() {
        let names = Names::user(POOL, "alice");
        let verifier = Verifier::derive(names, "Sesame, öffne dich!", [7; 16]);
        assert!(verifier.matches(names, "Sesame, öffne dich!"));
        assert!(!verifier.matches(names, "Sesame, offne dich!"));
        assert!(!verifier.matches(Names::user(POOL, "bob"), "Sesame, öffne dich!"));
        assert!(!verifier.matches(
            Names::user("eu-west-1_Other", "alice"),
            "Sesame, öffne dich!"
        ));
    }

    #[test]
    fn a_verifier_survives_its_parts() {
        let verifier = Verifier::derive(Names::user(POOL, "alice"), "secret", [9; 16]);
        assert_eq!(verifier.value_bytes().len(), BYTES);
        let again = Verifier::from_parts(verifier.salt(), &verifier.value_bytes());
        assert_eq!(again, Ok(verifier));
    }

    #[test]
    fn values_outside_the_group_are_refused() {
        let read = |value: &[u8]| Verifier::from_parts(&[1], value);
        assert_eq!(read(&[]), Err(SrpError::NotInGroup));
        assert_eq!(read(&[0; 384]), Err(SrpError::NotInGroup));
        assert_eq!(read(&[0xff; 384]), Err(SrpError::NotInGroup));
        assert_eq!(read(&[0xff; 385]), Err(SrpError::TooLong));
    }

    #[test]
    fn our_salts_never_start_with_a_zero_byte() {
        let names = Names::user(POOL, "alice");
        let verifier = Verifier::derive(names, "secret", [0; 16]);
        assert_eq!(verifier.salt_hex(), "01000000000000000000000000000000");
        assert!(verifier.matches(names, "secret"));
    }

    #[test]
    fn salts_of_devices_are_bounded_and_kept_as_they_came() {
        assert_eq!(Verifier::from_parts(&[], &[2]), Err(SrpError::BadSalt));
        assert_eq!(Verifier::from_parts(&[1; 65], &[2]), Err(SrpError::BadSalt));
        assert_eq!(
            Verifier::from_parts(&[0, 0x80], &[2]).unwrap().salt_hex(),
            "0080"
        );
    }

    #[test]
    fn debug_output_tells_nothing() {
        let verifier = Verifier::derive(Names::user(POOL, "alice"), "secret", [9; 16]);
        assert_eq!(format!("{verifier:?}"), "Verifier { .. }");
    }
}
