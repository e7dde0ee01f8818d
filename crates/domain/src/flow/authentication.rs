//! A finished authentication: one value, from the last proof to the tokens.

use cabana_model::Blob;
use serde::{Deserialize, Serialize};

use super::{Method, Methods, Proof};
use crate::Time;
use crate::factor::Factor;

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
    /// A mark of the authenticator app whose code was entered: the code counts for no other app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<Blob>,
    /// How that provider says that it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vouched: Option<Vouched>,
}

/// The word of an identity provider about a sign-in there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouched {
    /// The pool's level for the provider's `acr`.
    pub level: u8,
    /// Those of the provider's `amr` that have a word here.
    #[serde(default)]
    pub methods: Methods,
}

impl Authentication {
    /// The level it reached.
    pub fn level(&self) -> Option<u8> {
        let vouched = self.vouched.as_ref().map(|it| it.level);
        vouched.or_else(|| self.methods.level())
    }

    /// Its methods, as tokens name them. What a provider does not tell is `fed`.
    pub fn names(&self) -> Vec<&'static str> {
        let vouched = self.vouched.as_ref().map(|it| it.methods.names());
        let told = vouched.filter(|names| !names.is_empty());
        told.unwrap_or_else(|| self.methods.names())
    }

    /// What it counts as in a sign-in that goes on from it. `app`: the mark of the user's present authenticator app.
    pub fn proofs(&self, app: Option<&Blob>) -> Vec<Proof> {
        let mut proofs = self.methods.proofs();
        if app.is_none() || self.app.as_ref() != app {
            proofs.retain(|proof| *proof != Proof::Factor(Factor::Totp));
        }
        let by_device = self.methods.0.contains(&Method::Device);
        let device = self.device.clone().filter(|_| by_device);
        proofs.extend(device.map(Proof::Device));
        proofs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first program with marks of apps stored it. Never edit it.
    const GOLDEN: &str = r#"{"at":7,"methods":["pwd","otp"],"app":"AQID"}"#;

    #[test]
    fn a_code_of_an_app_counts_while_that_app_is_the_users() {
        let stored: Authentication = serde_json::from_str(GOLDEN).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), GOLDEN);
        let otp = Proof::Factor(Factor::Totp);
        let (own, other) = (Blob(vec![1, 2, 3]), Blob(vec![4]));
        assert_eq!(stored.proofs(Some(&own)), [Proof::Password, otp]);
        for app in [Some(&other), None] {
            assert_eq!(stored.proofs(app), [Proof::Password]);
        }
        // Of a program that did not note the app.
        let earlier = GOLDEN.replace(r#","app":"AQID""#, "");
        let earlier: Authentication = serde_json::from_str(&earlier).unwrap();
        assert_eq!(earlier.proofs(Some(&own)), [Proof::Password]);
        assert_eq!(earlier.proofs(None), [Proof::Password]);
    }
}
