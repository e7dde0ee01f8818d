//! The protocols by which people sign in with an account elsewhere, from the side of the app: OpenID Connect and its
//! relatives, and SAML. No I/O and no clock: the requests it makes are sent by the caller, who brings the answers back.

pub mod address;
pub mod claims;
pub mod jose;
pub mod oidc;
pub mod saml;
