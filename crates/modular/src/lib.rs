//! Sums, products and powers modulo a large odd number, by AWS-LC.
//!
//! SRP computes powers in a group of 3072 bits, and they are most of a sign-in's cost. AWS-LC multiplies there almost
//! twice as fast as portable code, but aws-lc-rs has no safe interface to it; this crate is one. On processors with
//! AVX-512's instructions for 52-bit products (IFMA), powers are three to four times as fast again. It is the only
//! crate with unsafe code, and all of that is in `number.rs` and `ifma.rs`.
//!
//! Timing and memory access depend on lengths, never on values, except in [`Modulus::read`], which may reveal how its
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
