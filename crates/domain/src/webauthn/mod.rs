//! Web Authentication (WebAuthn, W3C Level 3), the relying party's side: the options of both ceremonies, and the
//! verification of what an authenticator and its client answer.
//!
//! Attestation statements are read and not judged, as with Cognito: any authenticator may be used. Keys are ES256 or
//! RS256. Section numbers in comments are those of the specification.

mod assertion;
mod authenticator_data;
mod client_data;
mod encoding;
mod options;
mod origin;
mod public_key;
mod registration;
#[cfg(test)]
mod vectors;

use thiserror::Error;

pub use assertion::{Assertion, Known, Used};
pub use options::{Creation, Listed, Request};
pub use origin::{is_inside, is_relying_party};
pub use public_key::{P256_GENERATOR, PublicKey};
pub use registration::{Registered, Registration};

/// Length of a challenge, in bytes: that of Cognito, and the least that section 13.4.3 allows.
pub const CHALLENGE_BYTES: usize = 16;

/// The reason a credential is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// It is not in the form that the specification prescribes.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    #[error("an origin that does not belong to the relying party")]
    Origin,
    #[error("another relying party")]
    RelyingParty,
    /// A key or attestation of a kind that nobody asked for.
    #[error("not supported: {0}")]
    NotSupported(&'static str),
    #[error("the authenticator did not verify the user")]
    NotVerified,
    #[error("another challenge")]
    Challenge,
    /// A credential that the user does not have.
    #[error("an unknown credential")]
    Unknown,
    #[error("another user")]
    User,
    #[error("wrong signature")]
    Signature,
    /// The sign count did not increase: there may be two copies of the key.
    #[error("the sign count went back")]
    SignCount,
}

impl Flaw {
    /// A stable word, for events.
    pub fn word(self) -> &'static str {
        match self {
            Flaw::Malformed(_) | Flaw::NotSupported(_) => "malformed_passkey",
            Flaw::Origin => "passkey_origin",
            Flaw::RelyingParty => "passkey_relying_party",
            Flaw::NotVerified => "passkey_without_verification",
            Flaw::Challenge => "passkey_challenge",
            Flaw::Unknown | Flaw::User => "unknown_passkey",
            Flaw::Signature => "passkey_signature",
            Flaw::SignCount => "passkey_sign_count",
        }
    }
}
