//! A sign-in by challenges that the pool's functions define (CUSTOM_AUTH).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Proof;
use crate::factor::Factor;

/// Its state between two steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomAuth {
    /// The challenges answered so far, oldest first.
    pub rounds: Vec<Round>,
    /// The name as typed, whether a user has it or not: the client must not see which by the length of its session.
    /// Earlier programs kept it only if nobody has it.
    #[serde(default, alias = "unknown", skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// The client's `SRP_A`, until the password is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub srp_a: Option<String>,
    /// The function's decision; `None` if it is to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The parameters by which the answer to the pending challenge is judged.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub private: BTreeMap<String, String>,
    /// The metadata of the pending challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
}

/// A challenge that was answered. Its names are short: a session holds many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    #[serde(rename = "c")]
    pub answered: Answered,
    #[serde(rename = "w", default, skip_serializing_if = "std::ops::Not::not")]
    pub wrongly: bool,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
}

/// The challenge of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answered {
    #[serde(rename = "A")]
    SrpA,
    #[serde(rename = "P")]
    Password,
    #[serde(rename = "C")]
    Custom,
    #[serde(rename = "N")]
    NewPassword,
    #[serde(rename = "S")]
    Sms,
    #[serde(rename = "E")]
    Email,
    #[serde(rename = "T")]
    Totp,
}

impl Answered {
    /// The name by which functions know it.
    pub fn name(self) -> &'static str {
        match self {
            Answered::SrpA => "SRP_A",
            Answered::Password => "PASSWORD_VERIFIER",
            Answered::Custom => "CUSTOM_CHALLENGE",
            Answered::NewPassword => "NEW_PASSWORD_REQUIRED",
            Answered::Sms => "SMS_MFA",
            Answered::Email => "EMAIL_OTP",
            Answered::Totp => "SOFTWARE_TOKEN_MFA",
        }
    }

    /// The challenge of a proof; `None` if functions do not learn of it.
    fn with(proof: &Proof) -> Option<Self> {
        match proof {
            Proof::Password => Some(Answered::Password),
            Proof::NewPassword => Some(Answered::NewPassword),
            Proof::Factor(Factor::Sms) => Some(Answered::Sms),
            Proof::Factor(Factor::Email) => Some(Answered::Email),
            Proof::Factor(Factor::Totp) => Some(Answered::Totp),
            Proof::Custom => Some(Answered::Custom),
            Proof::FirstCode(_)
            | Proof::TotpSetUp
            | Proof::Passkey { .. }
            | Proof::Device(_)
            | Proof::RecoveryCode
            | Proof::RecoveryCodesSeen
            | Proof::Federated => None,
        }
    }
}

/// A decision of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// A challenge that one function makes and another judges.
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
    /// The start of one, with the name as typed.
    pub fn begin(typed: Option<String>, srp_a: Option<String>) -> Self {
        let mut begun = Self {
            typed,
            ..Self::default()
        };
        if srp_a.is_some() {
            begun.record(Answered::SrpA, true);
        }
        Self { srp_a, ..begun }
    }

    /// Records a proof; the function decides what comes next.
    pub(super) fn proven(&mut self, proof: &Proof) {
        if let Some(answered) = Answered::with(proof) {
            self.record(answered, true);
        }
    }

    /// Records a wrong answer to a challenge of the functions.
    pub fn failed(&mut self) {
        self.record(Answered::Custom, false);
    }

    fn record(&mut self, answered: Answered, rightly: bool) {
        let metadata = self.metadata.take();
        self.rounds.push(Round {
            answered,
            wrongly: !rightly,
            metadata,
        });
        self.decision = None;
        self.private.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_its_challenge_and_asks_for_a_decision() {
        let mut custom = CustomAuth::begin(None, Some("A1".to_owned()));
        assert_eq!((custom.rounds.len(), custom.decision), (1, None));
        custom.decision = Some(Decision::Custom);
        custom.private = BTreeMap::from([("answer".to_owned(), "42".to_owned())]);
        custom.metadata = Some("M".to_owned());
        custom.failed();
        let round = Round {
            answered: Answered::Custom,
            wrongly: true,
            metadata: Some("M".to_owned()),
        };
        assert_eq!(custom.rounds[1], round);
        assert_eq!((custom.decision, custom.metadata.as_ref()), (None, None));
        assert!(custom.private.is_empty());
        custom.decision = Some(Decision::Custom);
        custom.proven(&Proof::TotpSetUp);
        assert_eq!(custom.rounds.len(), 2, "functions do not learn of it");
        assert_eq!(custom.decision, Some(Decision::Custom));
    }
}
