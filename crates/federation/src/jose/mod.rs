//! Signed tokens (RFC 7515, 7517, 7518): keys as providers publish them, and the signatures they verify.

mod jwk;
mod jws;

pub use jwk::{Key, KeySet};
pub use jws::{Algorithm, Flaw, Signed};
