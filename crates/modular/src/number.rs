//! AWS-LC's numbers, behind types that cannot be misused.

#![allow(unsafe_code, reason = "foreign functions; every other module is safe")]

use std::alloc::{Layout, handle_alloc_error};
use std::ffi::c_int;
use std::ptr::{NonNull, null_mut};

use aws_lc_sys::{
    BIGNUM, BN_CTX, BN_CTX_free, BN_CTX_new, BN_MONT_CTX, BN_MONT_CTX_free,
    BN_MONT_CTX_new_for_modulus, BN_bin2bn, BN_bn2le_padded, BN_clear_free, BN_dup, BN_is_odd,
    BN_le2bn, BN_mod_add_quick, BN_mod_exp_mont_consttime, BN_mod_mul_montgomery, BN_nnmod,
    BN_num_bits, BN_to_montgomery, BN_ucmp,
};
use zeroize::Zeroizing;

use crate::digits::DIGITS;
use crate::ifma::{self, Ifma};

/// Aborts as Rust does when memory runs out: with the arguments passed here, AWS-LC fails for no other reason.
fn out_of_memory() -> ! {
    handle_alloc_error(Layout::new::<[u8; 512]>())
}

/// Checks a pointer returned by AWS-LC.
fn made<T>(pointer: *mut T) -> NonNull<T> {
    NonNull::new(pointer).unwrap_or_else(|| out_of_memory())
}

/// Checks a return code of AWS-LC.
fn done(code: c_int) {
    if code != 1 {
        out_of_memory()
    }
}

/// A number that is wiped on drop.
struct Number(NonNull<BIGNUM>);

impl Number {
    /// As wide as the bytes, leading zeros included.
    fn from_be(bytes: &[u8]) -> Self {
        // SAFETY: reads `len` bytes of a live slice; a null `ret` asks for a new number.
        Self(made(unsafe {
            BN_bin2bn(bytes.as_ptr(), bytes.len(), null_mut())
        }))
    }

    fn from_le(bytes: &[u8]) -> Self {
        // SAFETY: as in `from_be`.
        Self(made(unsafe {
            BN_le2bn(bytes.as_ptr(), bytes.len(), null_mut())
        }))
    }

    /// The number in `bytes` little-endian bytes; it must not be longer.
    fn to_le(&self, bytes: usize) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(vec![0; bytes]);
        // SAFETY: writes `len` bytes into a slice of that length, from a live number.
        done(unsafe { BN_bn2le_padded(out.as_mut_ptr(), out.len(), self.get()) });
        out
    }

    fn get(&self) -> *const BIGNUM {
        self.0.as_ptr()
    }

    fn set(&mut self) -> *mut BIGNUM {
        self.0.as_ptr()
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: made by AWS-LC, owned by this value alone.
        unsafe { BN_clear_free(self.0.as_ptr()) }
    }
}

// SAFETY: a BIGNUM is plain memory without ties to a thread, and is only written through `&mut`.
unsafe impl Send for Number {}
// SAFETY: as above; functions that take `*const BIGNUM` only read it.
unsafe impl Sync for Number {}

/// Scratch space for intermediate results.
struct Scratch(NonNull<BN_CTX>);

impl Scratch {
    fn new() -> Self {
        // SAFETY: has no preconditions.
        Self(made(unsafe { BN_CTX_new() }))
    }

    fn get(&mut self) -> *mut BN_CTX {
        self.0.as_ptr()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: made by AWS-LC, owned by this value alone.
        unsafe { BN_CTX_free(self.0.as_ptr()) }
    }
}

/// A modulus, prepared for Montgomery multiplication.
pub struct Modulus {
    number: Number,
    montgomery: NonNull<BN_MONT_CTX>,
    bytes: usize,
    ifma: Option<Ifma>,
}

// SAFETY: a BN_MONT_CTX is plain memory, and nothing here changes it once it is made.
unsafe impl Send for Modulus {}
// SAFETY: as above.
unsafe impl Sync for Modulus {}

impl Drop for Modulus {
    fn drop(&mut self) {
        // SAFETY: made by AWS-LC, owned by this value alone.
        unsafe { BN_MONT_CTX_free(self.montgomery.as_ptr()) }
    }
}

/// A number below a modulus. It belongs to the [`Modulus`] that made it; with another one, results are meaningless.
pub struct Residue(Number);

/// A number times AWS-LC's `R`, little-endian, as wide as the modulus.
pub(crate) type Factor = Zeroizing<Vec<u8>>;

impl Clone for Residue {
    fn clone(&self) -> Self {
        // SAFETY: copies a live number into a new one.
        Self(Number(made(unsafe { BN_dup(self.0.get()) })))
    }
}

impl Modulus {
    /// An odd number above 1, big-endian, of up to 8,192 bits; `None` for any other.
    pub fn new(big_endian: &[u8]) -> Option<Self> {
        const LONGEST: u32 = 8192;
        let number = Number::from_be(big_endian);
        // SAFETY: both only read a live number.
        let (odd, bits) = unsafe { (BN_is_odd(number.get()) == 1, BN_num_bits(number.get())) };
        if !odd || !(2..=LONGEST).contains(&bits) {
            return None;
        }
        let mut scratch = Scratch::new();
        // SAFETY: an odd positive number, and live scratch.
        let montgomery = made(unsafe { BN_MONT_CTX_new_for_modulus(number.get(), scratch.get()) });
        let mut modulus = Self {
            number,
            montgomery,
            bytes: usize::try_from(bits.div_ceil(8)).ok()?,
            ifma: None,
        };
        modulus.ifma = modulus.make_ifma();
        Some(modulus)
    }

    fn make_ifma(&self) -> Option<Ifma> {
        let mut square = vec![0; 1 + 2 * ifma::R_BITS / 8];
        *square.first_mut()? = 1;
        Ifma::new(
            &self.number.to_le(self.bytes),
            &self.to_le(&self.reduce(&square)),
        )
    }

    /// The same without the faster way.
    #[cfg(test)]
    pub(crate) fn without_ifma(mut self) -> Self {
        self.ifma = None;
        self
    }

    /// The faster way to multiply, if the processor has one.
    pub(crate) fn ifma(&self) -> Option<&Ifma> {
        self.ifma.as_ref()
    }

    /// Length of the modulus and of every number below it, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// A big-endian number of any length; `None` unless it is below the modulus.
    pub fn read(&self, big_endian: &[u8]) -> Option<Residue> {
        let number = Number::from_be(big_endian);
        // SAFETY: both are live numbers.
        if unsafe { BN_ucmp(number.get(), self.number.get()) } >= 0 {
            return None;
        }
        Some(self.widened(&number))
    }

    /// A big-endian number of any length, reduced.
    pub fn reduce(&self, big_endian: &[u8]) -> Residue {
        let mut number = Number::from_be(big_endian);
        let mut scratch = Scratch::new();
        // SAFETY: live numbers; the result may be one of the arguments; the modulus is not zero.
        done(unsafe { BN_nnmod(number.set(), number.get(), self.number.get(), scratch.get()) });
        self.widened(&number)
    }

    /// The same number in as many words as the modulus has: the fast, constant-time functions require this.
    fn widened(&self, number: &Number) -> Residue {
        self.of_le(&number.to_le(self.bytes))
    }

    /// `left + right`
    pub fn add(&self, left: &Residue, right: &Residue) -> Residue {
        let mut sum = self.widened(&left.0);
        // SAFETY: live numbers, both below the modulus; the result may be one of the arguments.
        done(unsafe {
            BN_mod_add_quick(sum.0.set(), sum.0.get(), right.0.get(), self.number.get())
        });
        sum
    }

    /// `left · right`
    pub fn multiply(&self, left: &Residue, right: &Residue) -> Residue {
        let mut product = self.widened(&left.0);
        self.multiply_by(&mut product, &self.factor(right));
        product
    }

    /// A number in the form that [`Modulus::multiply_by`] takes.
    fn factor(&self, number: &Residue) -> Factor {
        let mut factor = self.widened(&number.0);
        let mut scratch = Scratch::new();
        // SAFETY: live numbers; the result may be the argument; the modulus is that of the Montgomery context.
        done(unsafe {
            BN_to_montgomery(
                factor.0.set(),
                factor.0.get(),
                self.montgomery.as_ptr(),
                scratch.get(),
            )
        });
        factor.0.to_le(self.bytes)
    }

    /// Multiplies by a result of [`Modulus::factor`]: half the work of [`Modulus::multiply`].
    pub(crate) fn multiply_by(&self, product: &mut Residue, factor: &[u8]) {
        let factor = Number::from_le(factor);
        let mut scratch = Scratch::new();
        // SAFETY: live numbers of the modulus's width; the result may be one of the arguments. An invalid factor gives
        // a meaningless result, within its bounds.
        done(unsafe {
            BN_mod_mul_montgomery(
                product.0.set(),
                product.0.get(),
                factor.get(),
                self.montgomery.as_ptr(),
                scratch.get(),
            )
        });
    }

    /// For each base-32 digit of an exponent, the powers it may select, as factors.
    pub(crate) fn factors(&self, base: &Residue, digits: usize) -> Vec<Vec<Factor>> {
        let mut base = base.clone();
        let row = |_| {
            let by_base = self.factor(&base);
            let mut row = Vec::with_capacity(DIGITS);
            let mut power = self.reduce(&[1]);
            for _ in 0..DIGITS {
                row.push(self.factor(&power));
                self.multiply_by(&mut power, &by_base);
            }
            base = power; // the base of the next digit
            row
        };
        (0..digits).map(row).collect()
    }

    /// `base^exponent`; the exponent is big-endian.
    pub fn power(&self, base: &Residue, exponent: &[u8]) -> Residue {
        if let Some(ifma) = &self.ifma {
            let power = ifma.power(&ifma.enter(&self.to_le(base)), exponent);
            return self.of_le(&ifma.leave(&power));
        }
        let exponent = Number::from_be(exponent);
        let mut power = self.widened(&base.0);
        let mut scratch = Scratch::new();
        // SAFETY: live numbers, the base below the modulus, the exponent not negative; the result may be the base.
        done(unsafe {
            BN_mod_exp_mont_consttime(
                power.0.set(),
                power.0.get(),
                exponent.get(),
                self.number.get(),
                scratch.get(),
                self.montgomery.as_ptr(),
            )
        });
        power
    }

    /// The number as little-endian bytes, as many as the modulus has.
    pub(crate) fn to_le(&self, number: &Residue) -> Zeroizing<Vec<u8>> {
        number.0.to_le(self.bytes)
    }

    /// Reads as many little-endian bytes as the modulus has; their value is below it.
    pub(crate) fn of_le(&self, bytes: &[u8]) -> Residue {
        Residue(Number::from_le(bytes))
    }

    /// The number as big-endian bytes, as many as the modulus has.
    pub fn to_bytes(&self, number: &Residue) -> Zeroizing<Vec<u8>> {
        let mut bytes = self.to_le(number);
        bytes.reverse();
        bytes
    }
}
