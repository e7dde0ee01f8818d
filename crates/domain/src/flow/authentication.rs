//! A finished authentication: one value, from the last proof to the tokens.

use serde::{Deserialize, Serialize};

use super::{Method, Methods, Proof};
use crate::Time;

/// A finished authentication. It goes unchanged into browser sessions, authorization codes and token families, so a
/// further fact about a sign-in is one more field here, with `#[serde(default)]`, as stored ones lack it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// Time it was finished: the `auth_time` of tokens.
    pub at: Time,
    /// Methods it was made with: `amr` and `acr` of tokens.
    #[serde(default)]
    pub methods: Methods,
    /// The device that its tokens are bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The identity provider that it was made at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

impl Authentication {
    /// What it counts as in a sign-in that goes on from it.
    pub fn proofs(&self) -> Vec<Proof> {
        let mut proofs = self.methods.proofs();
        let by_device = self.methods.0.contains(&Method::Device);
        let device = self.device.clone().filter(|_| by_device);
        proofs.extend(device.map(Proof::Device));
        proofs
    }
}
