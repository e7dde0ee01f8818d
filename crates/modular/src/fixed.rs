//! Powers of a fixed base.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::digits::{DIGITS, digits};
use crate::ifma::Limbs;
use crate::number::{Factor, Modulus, Residue};

/// All `base^(j·32^i)`: row `i` is for the exponent's `i`-th base-32 digit, so that a power takes one multiplication
/// per digit instead of six. Every row is read whole: neither timing nor memory access reveals anything about the
/// exponent.
pub struct FixedBase<'a> {
    modulus: &'a Modulus,
    rows: Rows,
}

enum Rows {
    AwsLc(Vec<Vec<Factor>>),
    Ifma(Vec<Vec<Limbs>>),
}

impl<'a> FixedBase<'a> {
    /// The table for exponents of up to this many bytes. It takes 12 or 16 KiB per row for a modulus of 3,072 bits.
    pub fn new(modulus: &'a Modulus, base: &Residue, exponent_bytes: usize) -> Self {
        let count = digits(&vec![0; exponent_bytes]).len();
        let rows = match modulus.ifma() {
            None => Rows::AwsLc(modulus.factors(base, count)),
            Some(ifma) => {
                let mut base = ifma.enter(&modulus.to_le(base));
                let row = |_| {
                    let mut row = ifma.powers(&base, DIGITS + 1);
                    base = row.pop().unwrap_or_else(|| ifma.one()); // the base of the next digit
                    row
                };
                Rows::Ifma((0..count).map(row).collect())
            }
        };
        Self { modulus, rows }
    }

    /// `base^exponent`; the exponent is big-endian. `None` if it is longer than the table allows.
    pub fn power(&self, exponent: &[u8]) -> Option<Residue> {
        let digits = digits(exponent);
        match &self.rows {
            Rows::AwsLc(rows) if digits.len() <= rows.len() => Some(self.by_aws_lc(rows, &digits)),
            Rows::Ifma(rows) if digits.len() <= rows.len() => self.by_ifma(rows, &digits),
            _ => None,
        }
    }

    fn by_ifma(&self, rows: &[Vec<Limbs>], digits: &[u8]) -> Option<Residue> {
        let ifma = self.modulus.ifma()?;
        let mut product = Zeroizing::new(ifma.one());
        for (row, digit) in rows.iter().zip(digits) {
            *product = ifma.multiply(&product, &ifma.select(row, *digit));
        }
        Some(self.modulus.of_le(&ifma.leave(&product)))
    }

    fn by_aws_lc(&self, rows: &[Vec<Factor>], digits: &[u8]) -> Residue {
        let mut product = self.modulus.reduce(&[1]);
        let mut factor = Zeroizing::new(vec![0; self.modulus.bytes()]);
        for (row, digit) in rows.iter().zip(digits) {
            factor.as_mut_slice().zeroize();
            for (power, j) in row.iter().zip(0_u8..) {
                let mask = j.ct_eq(digit).unwrap_u8().wrapping_neg();
                for (target, byte) in factor.iter_mut().zip(power.iter()) {
                    *target |= byte & mask;
                }
            }
            self.modulus.multiply_by(&mut product, &factor);
        }
        product
    }
}
