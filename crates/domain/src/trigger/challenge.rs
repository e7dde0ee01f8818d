//! `DefineAuthChallenge`, `CreateAuthChallenge` and `VerifyAuthChallengeResponse`: the functions that make up CUSTOM_AUTH.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BadAnswer, Pairs, answer};
use crate::flow::{Decision, Round};

/// The request of `DefineAuthChallenge`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Define<'a> {
    pub user_attributes: Pairs<'a>,
    pub session: Vec<Element<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
    /// Present only if the client hides which users exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_not_found: Option<bool>,
}

/// A challenge that was answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Element<'a> {
    pub challenge_name: &'a str,
    pub challenge_result: bool,
    pub challenge_metadata: Option<&'a str>,
}

impl<'a> From<&'a Round> for Element<'a> {
    fn from(round: &'a Round) -> Self {
        Self {
            challenge_name: round.answered.name(),
            challenge_result: !round.wrongly,
            challenge_metadata: round.metadata.as_deref(),
        }
    }
}

/// The response of `DefineAuthChallenge`, as the function finds it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Undefined {
    challenge_name: Option<()>,
    issue_tokens: Option<()>,
    fail_authentication: Option<()>,
}

/// The decision in an answer. A sign-in that is to fail fails, whatever else the answer says; tokens come before a
/// further challenge.
///
/// # Errors
/// If the answer decides nothing, or asks for what is no challenge.
pub fn read_decision(bytes: &[u8], username: &str) -> Result<Decision, BadAnswer> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Response {
        challenge_name: Option<String>,
        issue_tokens: Option<bool>,
        fail_authentication: Option<bool>,
    }
    let response: Response = answer::read(bytes, username)?;
    if response.fail_authentication == Some(true) {
        return Ok(Decision::Fail);
    }
    if response.issue_tokens == Some(true) {
        return Ok(Decision::Tokens);
    }
    let name = response.challenge_name.ok_or(BadAnswer::Unrecognizable)?;
    Decision::challenge(&name).ok_or(BadAnswer::Unrecognizable)
}

/// The request of `CreateAuthChallenge`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Create<'a> {
    pub user_attributes: Pairs<'a>,
    pub challenge_name: &'static str,
    pub session: Vec<Element<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_not_found: Option<bool>,
}

/// The response of `CreateAuthChallenge`, as the function finds it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Uncreated {
    public_challenge_parameters: Option<()>,
    private_challenge_parameters: Option<()>,
    challenge_metadata: Option<()>,
}

/// A challenge that a function made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Created {
    /// For the client.
    pub public: BTreeMap<String, String>,
    /// For the function that judges the answer.
    pub private: BTreeMap<String, String>,
    pub metadata: Option<String>,
}

/// The challenge in an answer.
///
/// # Errors
/// If it has members of other types.
pub fn read_created(bytes: &[u8], username: &str) -> Result<Created, BadAnswer> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Response {
        public_challenge_parameters: Option<Map<String, Value>>,
        private_challenge_parameters: Option<Map<String, Value>>,
        challenge_metadata: Option<String>,
    }
    let response: Response = answer::read(bytes, username)?;
    let texts = |map: Option<Map<String, Value>>| answer::texts(map.unwrap_or_default());
    Ok(Created {
        public: texts(response.public_challenge_parameters)?,
        private: texts(response.private_challenge_parameters)?,
        metadata: response.challenge_metadata,
    })
}

/// The request of `VerifyAuthChallengeResponse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verify<'a> {
    pub user_attributes: Pairs<'a>,
    pub private_challenge_parameters: &'a BTreeMap<String, String>,
    pub challenge_answer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_not_found: Option<bool>,
}

/// The response of `VerifyAuthChallengeResponse`, as the function finds it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unverified {
    answer_correct: Option<()>,
}

/// Whether an answer says that the client's was right.
///
/// # Errors
/// If it has members of other types.
pub fn read_verdict(bytes: &[u8], username: &str) -> Result<bool, BadAnswer> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Response {
        answer_correct: Option<bool>,
    }
    let response: Response = answer::read(bytes, username)?;
    Ok(response.answer_correct == Some(true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(response: Value) -> Vec<u8> {
        let event = json!({
            "version": "1", "triggerSource": "DefineAuthChallenge_Authentication", "region": "r",
            "userPoolId": "r_1", "userName": "ada", "response": response,
        });
        event.to_string().into_bytes()
    }

    #[test]
    fn a_decision_is_one_thing_and_failing_comes_first() {
        for (response, decision) in [
            (
                json!({ "failAuthentication": true, "issueTokens": true, "challengeName": "CUSTOM_CHALLENGE" }),
                Some(Decision::Fail),
            ),
            (
                json!({ "issueTokens": true, "challengeName": "CUSTOM_CHALLENGE" }),
                Some(Decision::Tokens),
            ),
            (
                json!({ "failAuthentication": false, "issueTokens": false, "challengeName": "CUSTOM_CHALLENGE" }),
                Some(Decision::Custom),
            ),
            (
                json!({ "challengeName": "PASSWORD_VERIFIER" }),
                Some(Decision::Password),
            ),
            (json!({}), None),
            (serde_json::to_value(Undefined::default()).unwrap(), None),
            (
                json!({ "issueTokens": false, "failAuthentication": false }),
                None,
            ),
            (json!({ "issueTokens": "true" }), None),
            (json!({ "issueTokens": 1 }), None),
            (json!({ "challengeName": "NEW_PASSWORD_REQUIRED" }), None),
            (json!({ "challengeName": "SRP_A" }), None),
            (json!({ "challengeName": "custom_challenge" }), None),
            (json!({ "challengeName": ["CUSTOM_CHALLENGE"] }), None),
        ] {
            let read = read_decision(&event(response.clone()), "ada");
            assert_eq!(
                read,
                decision.ok_or(BadAnswer::Unrecognizable),
                "{response}"
            );
        }
    }

    #[test]
    fn a_challenge_has_texts_for_the_client_and_for_the_judge() {
        let made = read_created(
            &event(json!({
                "publicChallengeParameters": { "question": "?", "number": 1, "none": null },
                "privateChallengeParameters": { "answer": "42" }, "challengeMetadata": "M",
            })),
            "ada",
        );
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = Created {
            public: BTreeMap::from([pair("question", "?"), pair("number", "1")]),
            private: BTreeMap::from([pair("answer", "42")]),
            metadata: Some("M".to_owned()),
        };
        assert_eq!(made, Ok(expected));
        let nulls = serde_json::to_value(Uncreated::default()).unwrap();
        for response in [nulls, json!({})] {
            assert_eq!(
                read_created(&event(response), "ada"),
                Ok(Created::default())
            );
        }
        for response in [
            json!({ "publicChallengeParameters": [] }),
            json!({ "privateChallengeParameters": { "a": { "b": 1 } } }),
            json!({ "challengeMetadata": {} }),
        ] {
            let read = read_created(&event(response.clone()), "ada");
            assert_eq!(read, Err(BadAnswer::Unrecognizable), "{response}");
        }
    }

    #[test]
    fn only_true_is_right() {
        for (response, right) in [
            (json!({ "answerCorrect": true }), Ok(true)),
            (json!({ "answerCorrect": false }), Ok(false)),
            (json!({ "answerCorrect": null }), Ok(false)),
            (json!({}), Ok(false)),
            (
                json!({ "answerCorrect": "true" }),
                Err(BadAnswer::Unrecognizable),
            ),
            (
                json!({ "answerCorrect": 1 }),
                Err(BadAnswer::Unrecognizable),
            ),
            (json!([true]), Err(BadAnswer::Unrecognizable)),
        ] {
            assert_eq!(
                read_verdict(&event(response.clone()), "ada"),
                right,
                "{response}"
            );
        }
    }
}
