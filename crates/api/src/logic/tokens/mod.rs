//! Tokens: issuing, verifying, refreshing and revoking.

pub mod access_token;
pub mod claims;
pub mod client_credentials;
pub mod introspect;
mod issue;
pub mod jwt;
pub mod refresh;
pub mod revoke;
pub mod standard;

pub use issue::{
    Bearer, Grant, SELF_SERVICE, Tokens, family_of, family_of_code, hash, issue, key,
    looks_like_refresh_token, new_refresh_token, sign,
};
