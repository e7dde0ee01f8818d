//! Identity providers that speak SAML 2.0.

mod answer;
mod details;
mod key;
mod metadata;
mod request;
mod sign_out;
mod signed_out_there;

use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;

pub use cabana_federation::saml::{Assertion, LogoutStatus, Principal, ReceivedLogout, SpMetadata};

pub use answer::{Incoming, judge, person};
pub use details::{ENTITY_ID, complete};
pub use key::{certificate_text, key};
pub use request::{address, request_id};
pub use sign_out::{SignOut, is_signed_out, sign_out_endpoint, sign_out_of};
pub use signed_out_there::{
    SignOutAnswer, SignedOutThere, answer_to, judge as judge_sign_out, refused,
};

/// The name of a pool as a service provider.
pub fn entity_id(pool: &Pool) -> String {
    format!("urn:amazon:cognito:sp:{}", pool.id)
}

/// Whether a switch among the details is on.
pub fn is_on(provider: &IdentityProvider, switch: &str) -> bool {
    provider.detail(switch) == Some("true")
}

/// Whether people may begin at the provider.
pub const BEGINS: &str = "IDPInit";
/// Whether people are signed out at the provider, too.
pub const SIGNS_OUT: &str = "IDPSignout";
/// Whether assertions must be encrypted.
const ENCRYPTED: &str = "EncryptedResponses";
const SIGNING: &str = "RequestSigningAlgorithm";
const URL: &str = "MetadataURL";
const FILE: &str = "MetadataFile";
