//! A sign-in by challenges that the pool's functions define (CUSTOM_AUTH).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::factor::Factor;

/// Its state between two steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomAuth {
    /// The challenges answered so far, oldest first, as the functions see them.
    pub rounds: Vec<Round>,
    /// The client's `SRP_A`, until the password is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub srp_a: Option<String>,
    /// What the function has decided; `None` if it is to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The parameters with which the pending challenge is judged.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub private: BTreeMap<String, String>,
    /// The metadata of the pending challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
}

/// A challenge that was answered. Short names: there may be many in one session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its name on the wire.
    #[serde(rename = "c")]
    pub challenge: String,
    #[serde(rename = "p")]
    pub passed: bool,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
}

/// A decision of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// A challenge that a function makes and another one judges.
    Custom,
    /// The password, by SRP.
    Password,
    /// A second factor.
    Factor(Factor),
    /// The sign-in is complete.
    Tokens,
    /// The sign-in fails.
    Fail,
}

impl Decision {
    /// The decision for the challenge of this name; `None` if a function cannot ask for it.
    pub fn challenge(name: &str) -> Option<Self> {
        Some(match name {
            "CUSTOM_CHALLENGE" => Decision::Custom,
            "PASSWORD_VERIFIER" => Decision::Password,
            "SMS_MFA" => Decision::Factor(Factor::Sms),
            "EMAIL_OTP" => Decision::Factor(Factor::Email),
            "SOFTWARE_TOKEN_MFA" => Decision::Factor(Factor::Totp),
            _ => return None,
        })
    }
}

impl CustomAuth {
    /// Records the answer to a challenge; the function decides what comes next.
    pub fn answered(&mut self, challenge: &str, passed: bool) {
        self.rounds.push(Round {
            challenge: challenge.to_owned(),
            passed,
            metadata: self.metadata.take(),
        });
        self.decision = None;
        self.private.clear();
    }
}
