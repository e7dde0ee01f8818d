//! Exponents, five bits at a time.

use zeroize::Zeroizing;

/// Bits of a digit.
pub const DIGIT_BITS: u32 = 5;
const MASK: u32 = (1 << DIGIT_BITS) - 1;
/// Number of possible digits.
pub const DIGITS: usize = 1 << DIGIT_BITS;

/// The base-32 digits of a big-endian number, least significant first.
pub fn digits(number: &[u8]) -> Zeroizing<Vec<u8>> {
    let count = (number.len() * 8).div_ceil(DIGIT_BITS as usize);
    let mut digits = Zeroizing::new(Vec::with_capacity(count));
    let mut bytes = number.iter().rev();
    let (mut pending, mut pending_bits) = (0_u32, 0_u32);
    for _ in 0..count {
        if pending_bits < DIGIT_BITS
            && let Some(byte) = bytes.next()
        {
            pending |= u32::from(*byte) << pending_bits;
            pending_bits += u8::BITS;
        }
        digits.push((pending & MASK) as u8);
        pending >>= DIGIT_BITS;
        pending_bits = pending_bits.saturating_sub(DIGIT_BITS);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn digits_are_groups_of_five_bits() {
        assert!(digits(&[]).is_empty());
        assert_eq!(*digits(&[0xff]), [31, 7]);
        assert_eq!(
            *digits(&[0xf9, 0xcc, 0x52, 0x0c, 0x41]),
            [1, 2, 3, 4, 5, 6, 7, 31]
        );
    }
}
