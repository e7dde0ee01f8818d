//! Passwords: what a pool demands of them, temporary ones, and how they are kept where SRP is off.

pub mod generate;
pub mod hash;
pub mod policy;

pub use policy::{PasswordPolicy, Rule};
