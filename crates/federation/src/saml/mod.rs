//! SAML 2.0 from the side of the service provider: Web Browser SSO and single logout.
//!
//! A library canonicalizes, verifies and decrypts. Which element of a document is believed is decided here, as that is
//! where such servers break: the one assertion of a response, if exactly that element, or the response around it, is what
//! a signature of one of the provider's own certificates covers.

mod certificate;
mod decrypt;
mod flaw;
mod logout;
mod logout_request;
mod metadata;
mod redirect;
mod request;
mod response;
mod signature;
mod signed_query;
mod subject;
mod xml;

pub use certificate::{SpKey, self_signed};
pub use flaw::Flaw;
pub use logout::{LogoutRequest, answered_logout};
pub use logout_request::{
    ExpectedLogout, LogoutResponse, LogoutStatus, ReceivedLogout, SessionEnd,
};
pub use metadata::{BadMetadata, Metadata, SpMetadata};
pub use redirect::Signer;
pub use request::AuthnRequest;
pub use response::{Answer, Assertion, Expected, judge};
pub use subject::Principal;

/// The status of success.
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// The name that a provider gives a person for good.
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
