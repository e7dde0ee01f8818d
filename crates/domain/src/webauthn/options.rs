//! The options of both ceremonies, in the JSON that browsers parse (section 5.1.9, 5.1.10).

use serde::Serialize;
use serde_json::{Value, json};

use super::{CHALLENGE_BYTES, PublicKey, encoding};

/// Time that Cognito gives for a registration.
const CREATION_MILLISECONDS: u32 = 60_000;

/// A credential in a list of options.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    r#type: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    transports: Option<Vec<String>>,
}

impl Listed {
    /// A credential of this ID.
    pub fn new(id: &[u8]) -> Self {
        Self {
            r#type: "public-key",
            id: encoding::encode(id),
            transports: None,
        }
    }

    /// Adds how clients reach its authenticator.
    #[must_use]
    pub fn by(mut self, transports: &[String]) -> Self {
        self.transports = Some(transports.to_vec());
        self
    }
}

/// The options of a registration.
#[derive(Clone, Debug)]
pub struct Creation<'a> {
    pub relying_party: &'a str,
    pub challenge: [u8; CHALLENGE_BYTES],
    /// The user's handle, 1 to 64 bytes.
    pub user: &'a [u8],
    pub username: &'a str,
    /// `required` or `preferred`.
    pub user_verification: &'a str,
    /// The credentials that the user has.
    pub excluded: Vec<Listed>,
}

impl Creation<'_> {
    /// The options, as StartWebAuthnRegistration returns them.
    pub fn to_json(&self) -> Value {
        let parameters = PublicKey::ALGORITHMS;
        let parameters = parameters.map(|alg| json!({ "type": "public-key", "alg": alg }));
        json!({
            "rp": { "id": self.relying_party, "name": self.relying_party },
            "user": {
                "id": encoding::encode(self.user),
                "name": self.username,
                "displayName": self.username,
            },
            "challenge": encoding::encode(&self.challenge),
            "pubKeyCredParams": parameters,
            "timeout": CREATION_MILLISECONDS,
            "excludeCredentials": self.excluded,
            "authenticatorSelection": {
                "requireResidentKey": true,
                "residentKey": "required",
                "userVerification": self.user_verification,
            },
        })
    }
}

/// The options of a sign-in.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub relying_party: &'a str,
    pub challenge: [u8; CHALLENGE_BYTES],
    pub milliseconds: i64,
    /// `required` or `preferred`.
    pub user_verification: &'a str,
    pub allowed: Vec<Listed>,
}

impl Request<'_> {
    /// The options, as the challenge WEB_AUTHN carries them.
    pub fn to_json(&self) -> Value {
        json!({
            "challenge": encoding::encode(&self.challenge),
            "timeout": self.milliseconds,
            "rpId": self.relying_party,
            "allowCredentials": self.allowed,
            "userVerification": self.user_verification,
        })
    }
}
