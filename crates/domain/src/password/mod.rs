//! Passwords: policy, generation of temporary ones, and hashes for pools with SRP off.

pub mod generate;
pub mod hash;
pub mod policy;

pub use policy::{PasswordPolicy, Rule};
