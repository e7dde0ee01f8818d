//! Sums, products and powers modulo a large odd number, by AWS-LC.
//!
//! SRP takes powers in a group of 3072 bits, and they are most of what a sign-in costs. AWS-LC multiplies there
//! almost twice as fast as portable code, but aws-lc-rs has no safe face for it; this crate is one. It is the only
//! crate with unsafe code, and all of that is in `number.rs`.
//!
//! Time and memory access depend on lengths, never on values, except in [`Modulus::read`], which may tell how its
//! number compares with the modulus.

mod number;

pub use number::{Modulus, Residue};

#[cfg(test)]
mod tests;
