//! Single-use values: confirmation codes and authorization codes; also browser sessions and counters.

use serde::{Deserialize, Serialize};

use crate::asked_claims::AskedClaims;
use crate::flow::Authentication;
use crate::session::BrowserTrack;
use crate::{ClientId, PoolId, Sub, Time};

/// The purpose of a confirmation code. A user has at most one live code for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CodePurpose {
    ConfirmSignUp,
    ForgotPassword,
    VerifyEmail,
    VerifyPhoneNumber,
}

impl CodePurpose {
    /// A stable word for keys and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            CodePurpose::ConfirmSignUp => "confirm_sign_up",
            CodePurpose::ForgotPassword => "forgot_password",
            CodePurpose::VerifyEmail => "verify_email",
            CodePurpose::VerifyPhoneNumber => "verify_phone_number",
        }
    }
}

/// A confirmation code: six digits, kept as a keyed hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub pool: PoolId,
    pub sub: Sub,
    pub purpose: CodePurpose,
    /// HMAC-SHA256 of the digits under a key that is not in the database.
    pub hash: [u8; 32],
    /// Attribute it was sent to (`email`, `phone_number`).
    pub attribute: String,
    /// Address or number it was sent to; a code proves this one and no other.
    pub destination: String,
    /// Wrong guesses so far.
    pub guesses: u32,
    pub created: Time,
    pub expires: Time,
}

/// An OAuth 2.0 authorization code, kept under the SHA-256 of the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    pub hash: [u8; 32],
    pub pool: PoolId,
    pub client: ClientId,
    pub sub: Sub,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    /// The S256 challenge, if the client sent one.
    pub code_challenge: Option<String>,
    pub nonce: Option<String>,
    /// RFC 8707: the `aud` of the access token.
    pub resource: Option<String>,
    pub authentication: Authentication,
    /// Whether the app requested a level of authentication (`acr_values`).
    #[serde(default)]
    pub level_asked: bool,
    /// The claims that the app asked for by name.
    #[serde(default)]
    pub claims: Option<AskedClaims>,
    /// The tracked browser session that it came from.
    #[serde(default)]
    pub origin: Option<String>,
    pub expires: Time,
}

/// The session behind the `cognito` cookie of the hosted pages, kept under the SHA-256 of the cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserSession {
    pub hash: [u8; 32],
    pub pool: PoolId,
    pub sub: Sub,
    pub authentication: Authentication,
    pub expires: Time,
    /// The record of the session, if the pool tracks sessions.
    #[serde(default)]
    pub session: Option<BrowserTrack>,
}

/// Number of events in a window: for quotas, and for the lockout of user names that do not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    pub count: u32,
    /// Start of the window.
    pub since: Time,
    /// Time of the latest event.
    pub last: Time,
    /// Expiry of the row.
    pub expires: Time,
}
