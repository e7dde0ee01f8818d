//! The protocols by which people sign in with an account elsewhere, from the side of the app: OpenID Connect and its
//! relatives. Pure: no I/O, no clock and no randomness of its own. The requests it makes are sent by the caller, who
//! brings the answers back.

pub mod claims;
pub mod jose;
pub mod oidc;
pub mod saml;
