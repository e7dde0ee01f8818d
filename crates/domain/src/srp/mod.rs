//! Sign-in without sending the password: the server's half of SRP-6a as Cognito speaks it.
//!
//! Cognito's clients fix every detail, and none of them follows RFC 5054: numbers are hashed as minimal two's
//! complement bytes, the multiplier hashes an unpadded generator, the session key is an HKDF output of 16 bytes, and
//! the proof is an HMAC over names, an opaque block and a timestamp. Users and remembered devices run the same exchange
//! under different names.
//!
//! Contents:
//! - [`Verifier`]: the stored form of a password, and the check of a plain password against it;
//! - [`ServerExchange`]: the two steps of a sign-in, with the small state between them;
//! - [`decoy`]: the same for users who do not exist;
//! - [`timestamp`]: the one date format clients sign.
//!
//! All randomness is an argument. Timing depends on no secret, except through table sizes, which are public.

pub mod decoy;
mod exchange;
mod group;
mod hashing;
pub mod timestamp;
mod verifier;

#[cfg(test)]
mod client_tests;

pub use exchange::{ServerExchange, SessionKey};
pub use group::warm_up;
pub use hashing::Names;
pub use verifier::Verifier;

/// The reason a number or a stored value was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SrpError {
    #[error("not a hexadecimal number")]
    NotHex,
    #[error("longer than a 3072-bit number")]
    TooLong,
    /// The number is 0 or not below the group's prime; an honest peer never sends one.
    #[error("not a member of the 3072-bit group")]
    NotInGroup,
    #[error("a salt has 1 to 64 bytes")]
    BadSalt,
    /// Bytes that [`ServerExchange::to_bytes`] did not write.
    #[error("stored bytes are damaged")]
    Damaged,
}
