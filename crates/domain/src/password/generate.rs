//! Temporary passwords that people read in a mail and type.

use aws_lc_rs::hmac;

use super::policy::MAXIMUM_LENGTH;

/// Minimum length of a temporary password, whatever the pool requires.
const SHORTEST: usize = 12;

// Without characters that are mistaken for one another: l, o; I, O; 0, 1; quotes, brackets, dots.
const LOWERCASE: &[u8] = b"abcdefghijkmnpqrstuvwxyz";
const UPPERCASE: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const NUMBERS: &[u8] = b"23456789";
const SYMBOLS: &[u8] = b"!#$%*+-=?@_";
const CLASSES: [&[u8]; 4] = [LOWERCASE, UPPERCASE, NUMBERS, SYMBOLS];

/// Makes a password that satisfies every policy with this minimum length, drawn evenly from all such passwords over an
/// alphabet without ambiguous characters. `seed` is 32 random bytes, used once.
pub fn temporary_password(minimum_length: usize, seed: [u8; 32]) -> String {
    let alphabet = CLASSES.concat();
    let length = minimum_length.clamp(SHORTEST, MAXIMUM_LENGTH);
    let mut letters = random_bytes(seed).filter_map(|byte| pick(&alphabet, byte));
    loop {
        let password: Vec<u8> = letters.by_ref().take(length).collect();
        // Redrawing the whole password keeps the choice even; placing a character of each class by hand would not.
        if CLASSES
            .iter()
            .all(|class| password.iter().any(|letter| class.contains(letter)))
        {
            return password.into_iter().map(char::from).collect();
        }
    }
}

/// The letter for a random byte; `None` for the bytes that would favour the first letters.
fn pick(alphabet: &[u8], byte: u8) -> Option<u8> {
    let even = 256 - 256 % alphabet.len();
    let byte = usize::from(byte);
    (byte < even)
        .then(|| alphabet.get(byte % alphabet.len()).copied())
        .flatten()
}

/// An endless stream of bytes from one seed.
fn random_bytes(seed: [u8; 32]) -> impl Iterator<Item = u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &seed);
    (0_u64..).flat_map(move |counter| hmac::sign(&key, &counter.to_be_bytes()).as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::password::PasswordPolicy;

    fn seed(number: u64) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        seed
    }

    proptest! {
        #[test]
        fn every_policy_is_satisfied(minimum_length in 6_usize..=99, seed: [u8; 32]) {
            let policy = PasswordPolicy { minimum_length, ..PasswordPolicy::default() };
            let password = temporary_password(minimum_length, seed);
            prop_assert_eq!(policy.check(&password), Ok(()));
            prop_assert_eq!(password.len(), minimum_length.max(12));
        }
    }

    #[test]
    fn lengths_stay_within_what_a_password_may_have() {
        assert_eq!(temporary_password(0, seed(1)).len(), 12);
        assert_eq!(temporary_password(usize::MAX, seed(1)).len(), 256);
    }

    #[test]
    fn no_ambiguous_characters_are_used() {
        let used: BTreeSet<char> = (0..200)
            .flat_map(|i| temporary_password(99, seed(i)).into_bytes())
            .map(char::from)
            .collect();
        assert_eq!(used.len(), CLASSES.concat().len());
        assert!(used.is_disjoint(&"lIoO01\"'`<>&\\.,;:|(){}[]/^~ ".chars().collect()));
    }

    #[test]
    fn every_character_is_as_likely_in_its_class() {
        let mut counts: BTreeMap<u8, u32> = BTreeMap::new();
        for i in 0..2000 {
            for letter in temporary_password(60, seed(i)).into_bytes() {
                *counts.entry(letter).or_default() += 1;
            }
        }
        // 120,000 draws from 67 letters: 1791 expected, with a deviation of 42.
        for (letter, count) in counts {
            assert!(
                (1580..2000).contains(&count),
                "{}: {count}",
                char::from(letter)
            );
        }
    }

    #[test]
    fn seeds_give_different_passwords() {
        let passwords: BTreeSet<String> =
            (0..1000).map(|i| temporary_password(8, seed(i))).collect();
        assert_eq!(passwords.len(), 1000);
        assert_eq!(
            temporary_password(8, seed(7)),
            temporary_password(8, seed(7))
        );
    }
}
