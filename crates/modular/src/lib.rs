//! Sums, products and powers modulo a large odd number, by AWS-LC.
//!
//! SRP takes powers in a group of 3072 bits, and they are most of what a sign-in costs. AWS-LC multiplies there
//! almost twice as fast as portable code, but aws-lc-rs has no safe face for it; this crate is one. Where the processor
//! has AVX-512's instructions for products of 52 bits (IFMA), powers are three to four times as fast again. It is the
//! only crate with unsafe code, and all of that is in `number.rs` and `ifma.rs`.
//!
//! Time and memory access depend on lengths, never on values, except in [`Modulus::read`], which may tell how its
//! number compares with the modulus.

mod digits;
mod fixed;
#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(not(target_arch = "x86_64"))]
#[path = "no_ifma.rs"]
mod ifma;
mod number;

pub use fixed::FixedBase;
pub use number::{Modulus, Residue};

#[cfg(test)]
mod tests;
