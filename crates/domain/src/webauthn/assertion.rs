//! The authentication ceremony (section 7.2).

use serde::Deserialize;

use super::authenticator_data::AuthenticatorData;
use super::client_data::ClientData;
use super::{Flaw, PublicKey, encoding};

/// An `AuthenticationResponseJSON` (section 5.1.8), parsed.
#[derive(Debug)]
pub struct Assertion {
    id: Vec<u8>,
    client_data: ClientData,
    /// What the signature covers, together with the hash of the client's data.
    signed: Vec<u8>,
    authenticator_data: AuthenticatorData,
    signature: Vec<u8>,
    user_handle: Option<Vec<u8>>,
}

/// What is known of the credential that an assertion names.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub public_key: &'a PublicKey,
    pub sign_count: u32,
    /// The ID that its user had in the options of its registration.
    pub user_handle: &'a [u8],
}

/// A verified use of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    pub sign_count: u32,
    /// Whether the authenticator verified the user.
    pub user_verified: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id: String,
    #[serde(default)]
    raw_id: Option<String>,
    r#type: String,
    response: SentResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

impl Assertion {
    /// Parses a credential.
    ///
    /// # Errors
    /// If it is malformed.
    pub fn parse(credential: &str) -> Result<Self, Flaw> {
        let sent: Sent =
            serde_json::from_str(credential).map_err(|_| Flaw::Malformed("credential"))?;
        let signed = encoding::decode(&sent.response.authenticator_data)?;
        // Some clients send an empty one for none.
        let handle = sent.response.user_handle.filter(|it| !it.is_empty());
        Ok(Self {
            id: encoding::credential_id(&sent.id, sent.raw_id.as_deref(), &sent.r#type)?,
            client_data: ClientData::parse(&sent.response.client_data)?,
            authenticator_data: AuthenticatorData::parse(&signed)?,
            signed,
            signature: encoding::decode(&sent.response.signature)?,
            user_handle: handle.map(|it| encoding::decode(&it)).transpose()?,
        })
    }

    /// The ID of the credential that the client says it used.
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The ID of the user that the authenticator keeps beside the credential, if it says.
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.user_handle.as_deref()
    }

    /// Whether the client says that it answers this challenge.
    pub fn answers(&self, challenge: &[u8]) -> bool {
        self.client_data.answers(challenge)
    }

    /// Verifies everything but the challenge. `verified`: the authenticator must have verified the user.
    ///
    /// # Errors
    /// The first flaw; [`Flaw::SignCount`] last, as only the holder of the key learns of the count. Backup eligibility
    /// is not compared (step 18): a provider may begin to synchronize the keys it has.
    pub fn check(
        &self,
        relying_party: &str,
        verified: bool,
        known: Known<'_>,
    ) -> Result<Used, Flaw> {
        let data = &self.authenticator_data;
        self.client_data.check("webauthn.get", relying_party)?;
        data.check(relying_party, verified)?;
        if self
            .user_handle
            .as_deref()
            .is_some_and(|it| it != known.user_handle)
        {
            return Err(Flaw::User);
        }
        let message = [&self.signed, self.client_data.hash().as_ref()].concat();
        if !known.public_key.verifies(&message, &self.signature) {
            return Err(Flaw::Signature);
        }
        // Many authenticators do not count, and say 0 each time.
        let counts = data.sign_count != 0 || known.sign_count != 0;
        if counts && data.sign_count <= known.sign_count {
            return Err(Flaw::SignCount);
        }
        Ok(Used {
            sign_count: data.sign_count,
            user_verified: data.is_user_verified(),
        })
    }
}
