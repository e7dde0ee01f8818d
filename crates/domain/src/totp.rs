//! Time-based one-time passwords (RFC 6238) with the defaults of authenticator apps: HMAC-SHA-1, steps of 30 seconds,
//! six digits. A code of the step before or after is accepted too, for clock skew.
//!
//! A code must not work twice (RFC 6238, section 5.2): [`verify`] returns the step it belongs to; the caller stores
//! that and refuses steps that are not later.

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq;

use crate::Time;

/// Length of the secrets that Cognito hands out, in bytes: 52 characters of base 32.
pub const SECRET_BYTES: usize = 32;

const STEP_SECONDS: i64 = 30;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The number of the 30-second step that `code` belongs to, if it is valid at `now`.
pub fn verify(secret: &[u8], code: &str, now: Time) -> Option<i64> {
    let current = now.seconds().div_euclid(STEP_SECONDS);
    let mut matched = None;
    // All three are computed whatever matches, so that timing does not reveal which one did.
    for step in [current - 1, current, current + 1] {
        let right: bool = code_at(secret, step)
            .as_bytes()
            .ct_eq(code.as_bytes())
            .into();
        if right {
            matched = Some(step);
        }
    }
    matched
}

/// The six digits of a step.
pub fn code_at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let offset = tag
        .as_ref()
        .last()
        .map_or(0, |last| usize::from(last & 0x0f));
    let number = tag
        .as_ref()
        .iter()
        .skip(offset)
        .take(4)
        .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// The `otpauth:` URI of a QR code, in the form that all authenticator apps understand.
pub fn otpauth_uri(issuer: &str, account: &str, secret: &[u8]) -> String {
    let (issuer, account) = (percent_encoded(issuer), percent_encoded(account));
    format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
        base32(secret)
    )
}

/// Base 32 (RFC 4648) without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(8).div_ceil(5));
    for chunk in bytes.chunks(5) {
        let bits = chunk
            .iter()
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte))
            << (8 * (5 - chunk.len()));
        let digits = (chunk.len() * 8).div_ceil(5);
        for position in (8 - digits..8).rev() {
            let digit = (bits >> (5 * position)) & 0x1f;
            text.extend(
                BASE32
                    .iter()
                    .skip(digit as usize)
                    .take(1)
                    .map(|byte| char::from(*byte)),
            );
        }
    }
    text
}

/// Decodes base 32 in either case, with or without padding; `None` if it is invalid or has bits left over.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() * 5 / 8);
    let (mut pending, mut pending_bits) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let value = BASE32
            .iter()
            .position(|letter| *letter == digit.to_ascii_uppercase())?;
        pending = (pending << 5) | u32::try_from(value).ok()?;
        pending_bits += 5;
        if pending_bits >= 8 {
            pending_bits -= 8;
            bytes.push(u8::try_from(pending >> pending_bits).ok()?);
            pending &= (1 << pending_bits) - 1;
        }
    }
    (pending == 0 && pending_bits < 5).then_some(bytes)
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RFC_SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in vectors {
            assert_eq!(
                verify(RFC_SECRET, code, at(seconds)),
                Some(seconds / 30),
                "{seconds}"
            );
        }
    }

    #[test]
    fn codes_are_those_of_rfc_4226() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(code_at(RFC_SECRET, step), code);
        }
    }

    #[test]
    fn a_code_works_one_step_early_and_one_step_late() {
        let code = code_at(RFC_SECRET, 100);
        for (seconds, matched) in [
            (2969, None),
            (2970, Some(100)),
            (3000, Some(100)),
            (3029, Some(100)),
            (3059, Some(100)),
            (3060, None),
        ] {
            assert_eq!(verify(RFC_SECRET, &code, at(seconds)), matched, "{seconds}");
        }
    }

    #[test]
    fn what_is_not_six_digits_is_wrong() {
        let code = code_at(RFC_SECRET, 1);
        for wrong in ["", "28708", "2870820", " 287082", "28708２", &code[1..]] {
            assert_eq!(verify(RFC_SECRET, wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn base_32_is_that_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
        ];
        for (bytes, text) in vectors {
            assert_eq!(base32(bytes.as_bytes()), text);
            assert_eq!(from_base32(text), Some(bytes.as_bytes().to_vec()));
        }
        assert_eq!(from_base32("mzxw6yq="), Some(b"foob".to_vec()));
        for wrong in [
            "M", "MZX", "MZXW6Y", "MZ", "MZXW6YQ1", "MZXW 6YQ", "MZ=XW6YQ", "ÄÄ",
        ] {
            assert_eq!(from_base32(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_has_52_characters() {
        assert_eq!(base32(&[0xff; SECRET_BYTES]).len(), 52);
    }

    #[test]
    fn names_cannot_break_out_of_the_uri() {
        let uri = otpauth_uri("My App & Co", "jürgen+x@example.com?secret=A", b"foob");
        let expected = "otpauth://totp/My%20App%20%26%20Co:j%C3%BCrgen%2Bx%40example.com%3Fsecret%3DA\
                        ?secret=MZXW6YQ&issuer=My%20App%20%26%20Co";
        assert_eq!(uri, expected);
    }

    proptest! {
        #[test]
        fn base_32_is_read_back(bytes: Vec<u8>) {
            let text = base32(&bytes);
            prop_assert_eq!(from_base32(&text), Some(bytes.clone()));
            prop_assert_eq!(from_base32(&text.to_lowercase()), Some(bytes));
        }

        #[test]
        fn arbitrary_input_never_panics(secret: Vec<u8>, code in "\\PC*", micros: i64) {
            let _ = verify(&secret, &code, Time::from_micros(micros));
            let _ = from_base32(&code);
        }
    }
}
