//! What the client (a browser, an app) says of a ceremony: `clientDataJSON` (section 5.8.1).

use aws_lc_rs::digest::{Digest, SHA256, digest};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::{Flaw, encoding, origin};

/// The client's data. The authenticator's signature covers the bytes as they were sent.
#[derive(Debug)]
pub(super) struct ClientData {
    sent: Vec<u8>,
    said: Said,
    challenge: Vec<u8>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
    #[serde(default)]
    top_origin: Option<String>,
}

impl ClientData {
    pub fn parse(encoded: &str) -> Result<Self, Flaw> {
        let sent = encoding::decode(encoded)?;
        let said: Said =
            serde_json::from_slice(&sent).map_err(|_| Flaw::Malformed("clientDataJSON"))?;
        Ok(Self {
            challenge: encoding::decode(&said.challenge)?,
            sent,
            said,
        })
    }

    /// Whether this is the challenge that was answered.
    pub fn answers(&self, challenge: &[u8]) -> bool {
        self.challenge.ct_eq(challenge).into()
    }

    /// Requires a ceremony of this type at a page of the relying party's that is not embedded in another's.
    pub fn check(&self, ceremony: &str, relying_party: &str) -> Result<(), Flaw> {
        if self.said.r#type != ceremony {
            return Err(Flaw::Malformed("type of clientDataJSON"));
        }
        let embedded = self.said.cross_origin == Some(true) || self.said.top_origin.is_some();
        match !embedded && origin::is_allowed(&self.said.origin, relying_party) {
            true => Ok(()),
            false => Err(Flaw::Origin),
        }
    }

    /// The hash that the authenticator signs.
    pub fn hash(&self) -> Digest {
        digest(&SHA256, &self.sent)
    }
}
