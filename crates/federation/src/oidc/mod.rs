//! OpenID Connect from the side of the app (OpenID Connect Core 1.0, Discovery 1.0, RFC 7636, RFC 9207).

mod authorize;
mod client_secret;
mod discovery;
mod id_token;
pub mod people;
mod token;

pub use authorize::{AuthorizationRequest, challenge};
pub use client_secret::{BadKey, SecretKey, SignedSecret};
pub use discovery::{BadDiscovery, Discovery, same_issuer};
pub use id_token::{BadIdToken, Expected, check, numeric_date};
pub use token::{ProviderTokens, error_code};
