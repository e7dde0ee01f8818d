//! Montgomery multiplication with AVX-512's instructions for 52-bit products (IFMA).
//!
//! A number is 64 limbs of 52 bits, and `R` is `2^3120`: 60 of the limbs hold a modulus of up to 3,072 bits and the
//! headroom of its products. Intermediate numbers may be up to twice the modulus (S. Gueron, V. Krasnov, "Software
//! implementation of modular exponentiation, using advanced vector instructions architectures", 2012); only
//! [`Ifma::leave`] reduces them fully. No branch and no address depends on a value.

#![allow(
    unsafe_code,
    reason = "functions for processors that have the instructions; every other module is safe"
)]

use std::arch::x86_64::*;

use zeroize::{Zeroize, Zeroizing};

use crate::digits::{DIGIT_BITS, DIGITS, digits};

/// Bits of a limb.
const BITS: u32 = 52;
const MASK: u64 = (1 << BITS) - 1;
/// Limbs of `R`.
const ROUNDS: usize = 60;
/// Bits of the longest modulus.
const LONGEST: usize = 3072;
const LIMBS: usize = 64;
const VECTORS: usize = LIMBS / LANES;
const LANES: usize = 8;

/// A number in limbs of 52 bits, least significant first.
#[derive(Clone, Zeroize)]
#[repr(align(64))]
pub struct Limbs([u64; LIMBS]);

/// The same in registers.
type Vectors = [__m512i; VECTORS];

/// Bits of `R`; it is more than four times the modulus.
pub const R_BITS: usize = ROUNDS * BITS as usize;

/// A modulus prepared for these instructions. It exists only if the processor has them.
pub struct Ifma {
    modulus: Limbs,
    bytes: usize,
    /// `−modulus⁻¹`, modulo the base of the limbs.
    inverse: u64,
    /// `R²`, reduced: the factor that converts a number to Montgomery form.
    square: Limbs,
}

impl Ifma {
    /// For an odd modulus and `R²` reduced by it, both little-endian; `None` if the processor lacks the instructions or
    /// the modulus is too long.
    pub fn new(modulus: &[u8], square: &[u8]) -> Option<Self> {
        let able = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
        if !able || modulus.len() * 8 > LONGEST {
            return None;
        }
        let limbs = Limbs::read(modulus);
        let lowest = limbs.0.first().copied()?;
        // Each step doubles the number of correct low bits, beginning with three.
        let inverse = (0..5).fold(lowest, |it, _| {
            it.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(it)))
        });
        Some(Self {
            modulus: limbs,
            bytes: modulus.len(),
            inverse: inverse.wrapping_neg() & MASK,
            square: Limbs::read(square),
        })
    }

    /// Converts a number below the modulus, little-endian, to Montgomery form: times `R`.
    pub fn enter(&self, number: &[u8]) -> Limbs {
        self.multiply(&Limbs::read(number), &self.square)
    }

    /// Undoes [`Ifma::enter`]; the result is as long as the modulus.
    pub fn leave(&self, number: &Limbs) -> Zeroizing<Vec<u8>> {
        let mut number = self.multiply(number, &Limbs::read(&[1]));
        number.subtract_once(&self.modulus);
        number.write(self.bytes)
    }

    /// `1` in Montgomery form.
    pub fn one(&self) -> Limbs {
        self.enter(&[1])
    }

    /// `left · right / R`, up to twice the modulus, of two such numbers.
    pub fn multiply(&self, left: &Limbs, right: &Limbs) -> Limbs {
        // SAFETY: a value of this type exists only on a processor that has the instructions.
        unsafe { multiply(left, right, &self.modulus, self.inverse) }
    }

    /// The table's entry at `index`; the whole table is read.
    pub fn select(&self, table: &[Limbs], index: u8) -> Limbs {
        // SAFETY: as in `multiply`.
        unsafe { select(table, i64::from(index)) }
    }

    /// The first powers of a number, from `1`.
    pub fn powers(&self, base: &Limbs, count: usize) -> Vec<Limbs> {
        let times_base = |power: &Limbs| Some(self.multiply(power, base));
        std::iter::successors(Some(self.one()), times_base)
            .take(count)
            .collect()
    }

    /// `base^exponent`; the exponent is big-endian.
    pub fn power(&self, base: &Limbs, exponent: &[u8]) -> Zeroizing<Limbs> {
        let powers = Zeroizing::new(self.powers(base, DIGITS));
        let mut power = Zeroizing::new(self.one());
        for (digit, is_first) in digits(exponent).iter().rev().zip((0..).map(|it| it == 0)) {
            for _ in 0..if is_first { 0 } else { DIGIT_BITS } {
                *power = self.multiply(&power, &power);
            }
            *power = self.multiply(&power, &self.select(&powers, *digit));
        }
        power
    }
}

impl Limbs {
    /// Reads little-endian bytes; excess bytes are ignored.
    fn read(bytes: &[u8]) -> Self {
        let mut limbs = Self([0; LIMBS]);
        let mut bytes = bytes.iter();
        let (mut pending, mut pending_bits) = (0_u64, 0);
        for limb in &mut limbs.0 {
            while pending_bits < BITS {
                let byte = bytes.next().copied().unwrap_or_default();
                pending |= u64::from(byte) << pending_bits;
                pending_bits += u8::BITS;
            }
            *limb = pending & MASK;
            pending >>= BITS;
            pending_bits -= BITS;
        }
        limbs
    }

    /// The lowest bytes, little-endian.
    fn write(&self, count: usize) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(count));
        let (mut pending, mut pending_bits) = (0_u64, 0);
        for limb in &self.0 {
            pending |= *limb << pending_bits;
            pending_bits += BITS;
            while pending_bits >= u8::BITS && bytes.len() < count {
                bytes.push(pending as u8);
                pending >>= u8::BITS;
                pending_bits -= u8::BITS;
            }
            if bytes.len() == count {
                break;
            }
        }
        bytes
    }

    /// Subtracts the modulus, unless the result would be negative.
    fn subtract_once(&mut self, modulus: &Self) {
        let mut less = Self([0; LIMBS]);
        let mut borrow = 0;
        for (target, (limb, by)) in less.0.iter_mut().zip(self.0.iter().zip(&modulus.0)) {
            let difference = limb.wrapping_sub(*by).wrapping_sub(borrow);
            borrow = difference >> 63;
            *target = difference & MASK;
        }
        let keep = borrow.wrapping_neg();
        for (limb, less) in self.0.iter_mut().zip(&less.0) {
            *limb = (*limb & keep) | (less & !keep);
        }
        less.zeroize();
    }

    fn load(&self) -> Vectors {
        // SAFETY: both are 512 bytes without padding, and every bit pattern is a valid vector.
        unsafe { std::mem::transmute::<[u64; LIMBS], Vectors>(self.0) }
    }

    fn store(vectors: Vectors) -> Self {
        // SAFETY: as in `load`, the other way.
        Self(unsafe { std::mem::transmute::<Vectors, [u64; LIMBS]>(vectors) })
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
#[expect(
    clippy::indexing_slicing,
    reason = "constant bounds; closures would not get the instructions"
)]
fn multiply(left: &Limbs, right: &Limbs, modulus: &Limbs, inverse: u64) -> Limbs {
    let wide = |limbs: &Limbs| u128::from(limbs.0[0]);
    let (lowest_left, lowest_modulus) = (wide(left), wide(modulus));
    let (left, modulus) = (left.load(), modulus.load());
    let mut sum: Vectors = [_mm512_setzero_si512(); VECTORS];
    // The lowest limb of the sum: it decides the next step, and vectors would make everything wait for it. The content
    // of the lowest lane does not matter.
    let mut low = 0_u64;
    for limb in right.0.iter().take(ROUNDS) {
        let product = lowest_left * u128::from(*limb) + u128::from(low);
        // The multiple of the modulus that makes the lowest limb zero.
        let times = (product as u64).wrapping_mul(inverse) & MASK;
        low = ((product + lowest_modulus * u128::from(times)) >> BITS) as u64;
        let limb = _mm512_set1_epi64(limb.cast_signed());
        let times = _mm512_set1_epi64(times.cast_signed());
        for i in 0..VECTORS {
            sum[i] = _mm512_madd52lo_epu64(sum[i], left[i], limb);
            sum[i] = _mm512_madd52lo_epu64(sum[i], modulus[i], times);
        }
        // Shift down by one limb; the upper halves of the products belong there.
        for i in 0..VECTORS - 1 {
            sum[i] = _mm512_alignr_epi64::<1>(sum[i + 1], sum[i]);
        }
        sum[VECTORS - 1] = _mm512_alignr_epi64::<1>(_mm512_setzero_si512(), sum[VECTORS - 1]);
        low = low.wrapping_add(lowest(sum[0]));
        for i in 0..VECTORS {
            sum[i] = _mm512_madd52hi_epu64(sum[i], left[i], limb);
            sum[i] = _mm512_madd52hi_epu64(sum[i], modulus[i], times);
        }
    }
    sum[0] = _mm512_mask_set1_epi64(sum[0], 1, low.cast_signed());
    Limbs::store(carried(sum))
}

/// The limb in the lowest lane.
#[target_feature(enable = "avx512f")]
fn lowest(vector: __m512i) -> u64 {
    _mm_cvtsi128_si64(_mm512_castsi512_si128(vector)).cast_unsigned()
}

/// Normalizes limbs of up to 64 bits back to 52.
#[target_feature(enable = "avx512f")]
fn carried(mut sum: Vectors) -> Vectors {
    let mask = _mm512_set1_epi64(MASK.cast_signed());
    let mut below = _mm512_setzero_si512();
    for vector in &mut sum {
        let carry = _mm512_srli_epi64::<BITS>(*vector);
        let shifted = _mm512_alignr_epi64::<7>(carry, below);
        *vector = _mm512_add_epi64(_mm512_and_si512(*vector, mask), shifted);
        below = carry;
    }
    // At most one carry per limb remains. Bit `i` is for limb `i`: whether it generates a carry, whether it would
    // propagate one.
    let (mut gives, mut passes) = (0_u64, 0_u64);
    for (i, vector) in sum.iter().enumerate() {
        gives |= u64::from(_mm512_cmpgt_epu64_mask(*vector, mask)) << (i * LANES);
        passes |= u64::from(_mm512_cmpeq_epu64_mask(*vector, mask)) << (i * LANES);
    }
    // One addition carries through all propagating limbs at once.
    let takes = (gives << 1).wrapping_add(passes) ^ passes;
    let one = _mm512_set1_epi64(1);
    for (i, vector) in sum.iter_mut().enumerate() {
        let lanes = (takes >> (i * LANES)) as u8;
        *vector = _mm512_and_si512(_mm512_mask_add_epi64(*vector, lanes, *vector, one), mask);
    }
    sum
}

#[target_feature(enable = "avx512f")]
#[expect(
    clippy::indexing_slicing,
    reason = "constant bounds; closures would not get the instructions"
)]
fn select(table: &[Limbs], index: i64) -> Limbs {
    let mut found: Vectors = [_mm512_setzero_si512(); VECTORS];
    let index = _mm512_set1_epi64(index);
    for (number, limbs) in (0_i64..).zip(table) {
        let here = _mm512_cmpeq_epi64_mask(_mm512_set1_epi64(number), index);
        let vectors = limbs.load();
        for i in 0..VECTORS {
            found[i] = _mm512_mask_mov_epi64(found[i], here, vectors[i]);
        }
    }
    Limbs::store(found)
}
