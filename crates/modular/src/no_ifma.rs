//! Replaces `ifma.rs` on other architectures: types without values.

use std::convert::Infallible;

use zeroize::Zeroizing;

pub const R_BITS: usize = 0;

/// Cannot be constructed.
pub struct Limbs(Infallible);

impl zeroize::Zeroize for Limbs {
    fn zeroize(&mut self) {
        match self.0 {}
    }
}

/// Cannot be constructed.
pub struct Ifma(Infallible);

impl Ifma {
    pub fn new(_: &[u8], _: &[u8]) -> Option<Self> {
        None
    }

    pub fn enter(&self, _: &[u8]) -> Limbs {
        match self.0 {}
    }

    pub fn leave(&self, _: &Limbs) -> Zeroizing<Vec<u8>> {
        match self.0 {}
    }

    pub fn one(&self) -> Limbs {
        match self.0 {}
    }

    pub fn multiply(&self, _: &Limbs, _: &Limbs) -> Limbs {
        match self.0 {}
    }

    pub fn select(&self, _: &[Limbs], _: u8) -> Limbs {
        match self.0 {}
    }

    pub fn powers(&self, _: &Limbs, _: usize) -> Vec<Limbs> {
        match self.0 {}
    }

    pub fn power(&self, _: &Limbs, _: &[u8]) -> Zeroizing<Limbs> {
        match self.0 {}
    }
}
