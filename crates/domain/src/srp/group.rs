//! Arithmetic in the 3072-bit MODP group of RFC 3526 with generator 2.
//!
//! Powers of the generator are most of a server's work (a verifier is one, and so is half of every challenge), so they
//! come from a table: 52 multiplications instead of some 320. The table takes up to 832 KiB and is computed once, in a
//! few milliseconds.

use std::sync::LazyLock;

use aws_lc_rs::constant_time;
use cabana_modular::{FixedBase, Modulus, Residue};
use zeroize::Zeroizing;

use super::SrpError;

/// Length of a member of the group, in bytes.
pub(super) const BYTES: usize = 384;
/// Length of an exponent, in bytes. 256 bits give the 128 bits of security the group itself has.
pub(super) const EXPONENT_BYTES: usize = 32;

const N: &str = concat!(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74",
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437",
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05",
    "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb",
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b",
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718",
    "3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33",
    "a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7",
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864",
    "d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2",
    "08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
);

#[expect(clippy::expect_used, reason = "of a constant")]
static N_BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| hex::decode(N).expect("N is hexadecimal"));

#[expect(clippy::expect_used, reason = "of a constant")]
static MODULUS: LazyLock<Modulus> =
    LazyLock::new(|| Modulus::new(&N_BYTES).expect("N is an odd number"));

static POWERS_OF_G: LazyLock<FixedBase<'static>> =
    LazyLock::new(|| FixedBase::new(&MODULUS, &MODULUS.reduce(&[2]), EXPONENT_BYTES));

/// Computes the table of powers now, so that the first sign-in does not wait for it.
pub fn warm_up() {
    LazyLock::force(&POWERS_OF_G);
}

/// A number between 0 and N−1.
#[derive(Clone)]
pub(super) struct Element(Residue);

impl Element {
    /// Reads a big-endian number of any length, leading zeros allowed, that must lie between 1 and N−1.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SrpError> {
        let digits = without_leading_zeros(bytes);
        if digits.len() > BYTES {
            return Err(SrpError::TooLong);
        }
        if digits.is_empty() {
            return Err(SrpError::NotInGroup);
        }
        MODULUS.read(digits).map(Self).ok_or(SrpError::NotInGroup)
    }

    /// Reduces any big-endian number modulo N.
    pub fn reduced(bytes: &[u8]) -> Self {
        Self(MODULUS.reduce(bytes))
    }

    /// Reads a hexadecimal number as clients print it: any case, odd lengths allowed.
    pub fn from_hex(text: &str) -> Result<Self, SrpError> {
        const LONGEST: usize = 2 * BYTES + 2; // some clients write the sign byte of a positive number
        if text.len() > LONGEST {
            return Err(SrpError::TooLong);
        }
        let even = if text.len().is_multiple_of(2) {
            text.to_owned()
        } else {
            format!("0{text}")
        };
        Self::from_bytes(&hex::decode(even).map_err(|_| SrpError::NotHex)?)
    }

    /// `2^exponent`, in constant time, from the table.
    #[expect(
        clippy::expect_used,
        reason = "the table is for exponents of this length"
    )]
    pub fn g_to(exponent: &[u8; EXPONENT_BYTES]) -> Self {
        Self(
            POWERS_OF_G
                .power(exponent)
                .expect("an exponent as long as the table takes"),
        )
    }

    /// `self^exponent`, in constant time.
    pub fn to_the(&self, exponent: &[u8; EXPONENT_BYTES]) -> Self {
        Self(MODULUS.power(&self.0, exponent))
    }

    /// Whether both are the same number, in constant time.
    pub fn same_as(&self, other: &Self) -> bool {
        let (left, right) = (self.to_bytes(), other.to_bytes());
        constant_time::verify_slices_are_equal(left.as_slice(), right.as_slice()).is_ok()
    }

    pub fn times(&self, other: &Self) -> Self {
        Self(MODULUS.multiply(&self.0, &other.0))
    }

    pub fn plus(&self, other: &Self) -> Self {
        Self(MODULUS.add(&self.0, &other.0))
    }

    /// The number as 384 big-endian bytes.
    pub fn to_bytes(&self) -> Zeroizing<[u8; BYTES]> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        for (target, byte) in bytes.iter_mut().zip(MODULUS.to_bytes(&self.0).iter()) {
            *target = *byte;
        }
        bytes
    }

    /// The number in hexadecimal, in whole bytes and without leading zero bytes: every client can read this form.
    pub fn to_hex(&self) -> String {
        hex::encode(without_leading_zeros(self.to_bytes().as_slice()))
    }
}

/// The bytes of N, for the hash that makes SRP's multiplier.
pub(super) fn modulus_bytes() -> &'static [u8] {
    &N_BYTES
}

pub(super) fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.split_at(zeros).1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn two() -> Element {
        Element::from_bytes(&[2]).unwrap()
    }

    fn power_without_table(exponent: &[u8; 32]) -> Vec<u8> {
        two().to_the(exponent).to_bytes().to_vec()
    }

    #[test]
    fn small_powers_are_shifts() {
        for shift in 0_u8..=255 {
            let mut exponent = [0; 32];
            exponent[31] = shift;
            let mut expected = [0; BYTES];
            expected[BYTES - 1 - usize::from(shift / 8)] = 1 << (shift % 8);
            assert_eq!(*Element::g_to(&exponent).to_bytes(), expected, "2^{shift}");
        }
    }

    #[test]
    fn the_table_agrees_with_general_powers_at_the_edges() {
        let mut edges = vec![[0; 32], [0xff; 32], [0x08; 32]];
        for bit in 0..256_usize {
            let mut one_bit = [0; 32];
            one_bit[bit / 8] = 1 << (bit % 8);
            edges.push(one_bit);
        }
        for exponent in edges {
            assert_eq!(
                Element::g_to(&exponent).to_bytes().to_vec(),
                power_without_table(&exponent)
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_table_agrees_with_general_powers(exponent: [u8; 32]) {
            prop_assert_eq!(Element::g_to(&exponent).to_bytes().to_vec(), power_without_table(&exponent));
        }

        #[test]
        fn exponents_add_up(first: [u8; 31], second: [u8; 31]) {
            let widen = |bytes: &[u8; 31]| {
                let mut wide = [0; 32];
                wide[1..].copy_from_slice(bytes);
                wide
            };
            let (first, second) = (widen(&first), widen(&second));
            let mut sum = [0; 32];
            let mut carry = 0;
            for i in (0..32).rev() {
                let total = u16::from(first[i]) + u16::from(second[i]) + carry;
                sum[i] = total as u8;
                carry = total >> 8;
            }
            let product = Element::g_to(&first).times(&Element::g_to(&second));
            prop_assert_eq!(product.to_bytes(), Element::g_to(&sum).to_bytes());
        }

        #[test]
        fn hexadecimal_text_never_panics(text in "\\PC{0,900}") {
            let _ = Element::from_hex(&text);
        }
    }

    #[test]
    fn numbers_outside_the_group_are_refused() {
        let n = modulus_bytes();
        let mut twice = vec![1];
        twice.extend(n.iter().map(|_| 0));
        for (i, byte) in n.iter().enumerate().rev() {
            let carry_in = if i + 1 < n.len() { n[i + 1] >> 7 } else { 0 };
            twice[i + 1] = (byte << 1) | carry_in;
        }
        assert_eq!(Element::from_bytes(&[]).err(), Some(SrpError::NotInGroup));
        assert_eq!(
            Element::from_bytes(&[0; 500]).err(),
            Some(SrpError::NotInGroup)
        );
        assert_eq!(Element::from_bytes(n).err(), Some(SrpError::NotInGroup));
        assert_eq!(Element::from_bytes(&twice).err(), Some(SrpError::TooLong));
        let mut largest = n.to_vec();
        *largest.last_mut().unwrap() -= 1;
        assert_eq!(
            Element::from_bytes(&largest).unwrap().to_bytes().to_vec(),
            largest
        );
    }

    #[test]
    fn hexadecimal_text_is_read_as_clients_write_it() {
        let read = |text: &str| Element::from_hex(text).map(|number| *number.to_bytes());
        let mut expected = [0; BYTES];
        expected[BYTES - 2..].copy_from_slice(&[0x0a, 0xbc]);
        for text in ["abc", "0abc", "ABC", "00000abc"] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        for text in ["", "0", "000"] {
            assert_eq!(read(text), Err(SrpError::NotInGroup), "{text}");
        }
        for text in ["xyz", "0x12", " 12", "1 2", "é", "+1", "-1"] {
            assert_eq!(read(text), Err(SrpError::NotHex), "{text}");
        }
        assert_eq!(read(&"1".repeat(771)), Err(SrpError::TooLong));
        assert!(read(&format!("00{}", "1".repeat(768))).is_ok());
    }
}
