//! The registration ceremony (section 7.1).

use ciborium::Value as Cbor;
use serde::Deserialize;
use serde_json::Value;

use super::authenticator_data::AuthenticatorData;
use super::client_data::ClientData;
use super::{Flaw, PublicKey, encoding};

/// The attestation statement formats of the IANA registry (RFC 8809). Their statements are not judged.
const FORMATS: [&str; 8] = [
    "none",
    "packed",
    "tpm",
    "android-key",
    "android-safetynet",
    "fido-u2f",
    "apple",
    "compound",
];
/// Number of transports kept, and the length of each: a client may name what it likes.
const TRANSPORTS: usize = 8;
const LONGEST_TRANSPORT: usize = 32;

/// A `RegistrationResponseJSON` (section 5.1.8), parsed.
#[derive(Debug)]
pub struct Registration {
    id: Vec<u8>,
    client_data: ClientData,
    authenticator_data: AuthenticatorData,
    transports: Vec<String>,
    attachment: Option<String>,
}

/// A credential whose registration was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    pub id: Vec<u8>,
    pub public_key: PublicKey,
    pub sign_count: u32,
    pub aaguid: [u8; 16],
    /// Whether the key may leave its device.
    pub backup_eligible: bool,
    /// How clients reach the authenticator, in their words: `usb`, `internal`, …
    pub transports: Vec<String>,
    /// `platform` or `cross-platform`, if the client says.
    pub attachment: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id: String,
    #[serde(default)]
    raw_id: Option<String>,
    r#type: String,
    #[serde(default)]
    authenticator_attachment: Option<String>,
    response: SentResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
    #[serde(default)]
    transports: Option<Vec<String>>,
}

/// The members of an attestation object (section 6.5.4).
#[derive(Deserialize)]
struct AttestationObject {
    fmt: String,
    #[serde(rename = "attStmt")]
    statement: Cbor,
    #[serde(rename = "authData")]
    authenticator_data: Cbor,
}

impl Registration {
    /// Parses a credential.
    ///
    /// # Errors
    /// If it is malformed, or its attestation is of an unknown format.
    pub fn parse(credential: &Value) -> Result<Self, Flaw> {
        let sent = Sent::deserialize(credential).map_err(|_| Flaw::Malformed("credential"))?;
        let id = encoding::credential_id(&sent.id, sent.raw_id.as_deref(), &sent.r#type)?;
        let object = encoding::decode(&sent.response.attestation_object)?;
        let mut transports: Vec<_> = sent.response.transports.unwrap_or_default();
        transports.retain(|it| is_word(it));
        transports.sort_unstable();
        transports.dedup();
        transports.truncate(TRANSPORTS);
        let attachment = sent.authenticator_attachment;
        Ok(Self {
            id,
            client_data: ClientData::parse(&sent.response.client_data)?,
            authenticator_data: authenticator_data(&object)?,
            transports,
            attachment: attachment.filter(|it| it == "platform" || it == "cross-platform"),
        })
    }

    /// Whether the client says that it answers this challenge.
    pub fn answers(&self, challenge: &[u8]) -> bool {
        self.client_data.answers(challenge)
    }

    /// Verifies everything but the challenge. `verified`: the authenticator must have verified the user.
    ///
    /// # Errors
    /// The first flaw.
    pub fn check(self, relying_party: &str, verified: bool) -> Result<Registered, Flaw> {
        self.client_data.check("webauthn.create", relying_party)?;
        let data = self.authenticator_data;
        data.check(relying_party, verified)?;
        let backup_eligible = data.is_backup_eligible();
        let attested = data.attested.filter(|it| it.id == self.id);
        let attested = attested.ok_or(Flaw::Malformed("credential ID"))?;
        Ok(Registered {
            public_key: PublicKey::from_cose(attested.key)?,
            id: attested.id,
            sign_count: data.sign_count,
            aaguid: attested.aaguid,
            backup_eligible,
            transports: self.transports,
            attachment: self.attachment,
        })
    }
}

fn authenticator_data(mut object: &[u8]) -> Result<AuthenticatorData, Flaw> {
    const FORM: Flaw = Flaw::Malformed("attestation object");
    let value = encoding::cbor(&mut object)?;
    let parsed: AttestationObject = value.deserialized().map_err(|_| FORM)?;
    if !object.is_empty() || !parsed.statement.is_map() {
        return Err(FORM);
    }
    if !FORMATS.contains(&parsed.fmt.as_str()) {
        return Err(Flaw::NotSupported("attestation format"));
    }
    let data = parsed.authenticator_data.as_bytes().ok_or(FORM)?;
    AuthenticatorData::parse(data)
}

fn is_word(transport: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    (1..=LONGEST_TRANSPORT).contains(&transport.len()) && transport.bytes().all(is_letter)
}
