//! Why a message of a provider is refused.

/// The reason, in words for the developer of an app and for administrators.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("SAML Response is not valid base64")]
    Encoding,
    #[error("SAML Response is too large")]
    TooLarge,
    #[error("SAML Response is not well-formed XML")]
    Malformed,
    /// Constructs that no provider needs and that have fooled many verifiers.
    #[error("SAML Response has {0}, which is not allowed")]
    Forbidden(&'static str),
    #[error("SAML Response has no {0}, or one that is out of place")]
    Structure(&'static str),
    #[error("SAML Response has a signature with {0}, which is not allowed")]
    SignatureForm(&'static str),
    #[error("SAML Response signature is invalid")]
    ResponseSignature,
    #[error("SAML Assertion signature is invalid")]
    AssertionSignature,
    #[error("SAML Response and Assertion are not signed")]
    Unsigned,
    /// One answer for all that can be wrong with what was encrypted: distinct ones would decrypt it bit by bit.
    #[error("SAML encrypted assertion can not be read")]
    Encrypted,
    #[error("SAML Assertion is not encrypted")]
    Unencrypted,
    #[error("Issuer was not matched")]
    Issuer,
    #[error("Audience restriction was not matched")]
    Audience,
    #[error("Recipient was not matched")]
    Recipient,
    #[error("InResponseTo was not matched")]
    InResponseTo,
    #[error("SAML Assertion has expired")]
    Expired,
    #[error("SAML Assertion is not valid yet")]
    Early,
    #[error("SAML Assertion was issued too long ago")]
    Old,
    #[error("SAML Assertion has no usable NameID")]
    NameId,
    #[error("SAML Assertion has no bearer confirmation")]
    Confirmation,
    #[error("the certificate of the identity provider can not be used")]
    Certificate,
    #[error("the key pair of the service provider can not be used")]
    OwnKey,
}
