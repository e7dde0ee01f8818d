//! Recovery codes: ten codes that each stand in once for a second factor, for a person who has lost it.
//!
//! The first character of a code is its place among the ten, so that one hash has to be computed to judge it; the other
//! eleven are secret, 55 bits. Letters that look like digits are not used, and are read as those digits.

/// Number of codes.
pub const COUNT: usize = 10;
/// Random bytes for all codes.
pub const SEED: usize = COUNT * BYTES;

const BYTES: usize = 7;
const SECRETS: usize = 11;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The codes made of these random bytes, as people read them: three groups of four characters.
pub fn codes(seed: &[u8]) -> Vec<String> {
    let places = seed.chunks_exact(BYTES).take(COUNT).zip('0'..='9');
    places.map(|(bytes, place)| code(bytes, place)).collect()
}

fn code(bytes: &[u8], place: char) -> String {
    let number = bytes
        .iter()
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    let secrets = (0..SECRETS).map(|index| {
        let digit = (number >> (5 * index)) & 31;
        let letter = ALPHABET.get(usize::try_from(digit).unwrap_or(0));
        char::from(letter.copied().unwrap_or(b'0'))
    });
    let mut code = String::new();
    for (index, character) in [place].into_iter().chain(secrets).enumerate() {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        code.push(character);
    }
    code
}

/// The place of a code and its canonical form, whatever the spaces, hyphens and case it is typed with; `None` if it has
/// not the form of a code.
pub fn read(typed: &str) -> Option<(usize, String)> {
    let characters = typed
        .chars()
        .filter(|it| !it.is_whitespace() && *it != '-')
        .map(|it| match it.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    let code: String = characters.take(SECRETS + 2).collect();
    let is_known = |it: char| it.is_ascii() && ALPHABET.contains(&(it as u8));
    if code.chars().count() != SECRETS + 1 || !code.chars().all(is_known) {
        return None;
    }
    let place = code.chars().next()?.to_digit(10)?;
    Some((usize::try_from(place).ok()?, code))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_ten_and_each_begins_with_its_place() {
        let codes = codes(&[0xa7; SEED]);
        assert_eq!(codes.len(), COUNT);
        for (place, code) in codes.iter().enumerate() {
            assert_eq!(code.len(), 14);
            assert_eq!(read(code).unwrap().0, place);
        }
    }

    #[test]
    fn what_is_no_code_is_not_read() {
        for typed in [
            "",
            "123456",
            "0000-0000-000",
            "0000-0000-00000",
            "A000-0000-0000",
            "0000-0000-000U",
            "0000-0000-000\u{e9}",
        ] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_typed(seed in prop::collection::vec(any::<u8>(), SEED), place in 0_usize..COUNT) {
            let code = &codes(&seed)[place];
            let plain = code.replace('-', "");
            let loose = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            for typed in [code.as_str(), &plain, &loose] {
                prop_assert_eq!(read(typed), Some((place, plain.clone())));
            }
        }

        #[test]
        fn codes_of_other_bytes_are_others(seed in prop::collection::vec(any::<u8>(), SEED), at in 0..SEED) {
            let mut other = seed.clone();
            // The top bit of each code's first byte is not used.
            other[at] ^= 0x40;
            prop_assert_ne!(codes(&seed), codes(&other));
        }
    }
}
