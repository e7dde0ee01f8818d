//! Reading a function's answer.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Largest answer that is read, in bytes: AWS Lambda's limit.
pub const LARGEST_ANSWER: usize = 6 * 1024 * 1024;

/// The reason why an answer is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// No JSON, or null: a function that returned nothing.
    #[error("the answer is no JSON object")]
    NoJson,
    #[error("the answer is not the event, or its response has members of other types")]
    Unrecognizable,
    #[error("the answer names another user")]
    OtherUser,
}

/// The event as a function gives it back. Members beyond these are ignored; `request` is not needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(rename = "version")]
    _version: IgnoredAny,
    #[serde(rename = "triggerSource")]
    _trigger_source: IgnoredAny,
    #[serde(rename = "region")]
    _region: IgnoredAny,
    #[serde(rename = "userPoolId")]
    _user_pool_id: IgnoredAny,
    user_name: Value,
    #[serde(borrow)]
    response: &'a RawValue,
}

/// The `response` of an answer to an event about this user.
///
/// # Errors
/// If the answer is not the event with such a response.
pub fn read<R: DeserializeOwned>(answer: &[u8], username: &str) -> Result<R, BadAnswer> {
    let response = response(answer, username)?.get();
    // An array would be read as the members in their order.
    if !response.starts_with('{') {
        return Err(BadAnswer::Unrecognizable);
    }
    serde_json::from_str(response).map_err(|_| BadAnswer::Unrecognizable)
}

/// Checks the answer to an event whose response has no members that matter.
///
/// # Errors
/// If the answer is not the event.
pub fn check(answer: &[u8], username: &str) -> Result<(), BadAnswer> {
    response(answer, username).map(drop)
}

fn response<'a>(answer: &'a [u8], username: &str) -> Result<&'a RawValue, BadAnswer> {
    if answer.len() > LARGEST_ANSWER {
        return Err(BadAnswer::Unrecognizable);
    }
    let whole: &RawValue = serde_json::from_slice(answer).map_err(|_| BadAnswer::NoJson)?;
    let whole = whole.get();
    if whole == "null" {
        return Err(BadAnswer::NoJson);
    }
    if !whole.starts_with('{') {
        return Err(BadAnswer::Unrecognizable);
    }
    let event: Event<'_> = serde_json::from_str(whole).map_err(|_| BadAnswer::Unrecognizable)?;
    if event.user_name.as_str() != Some(username) {
        return Err(BadAnswer::OtherUser);
    }
    Ok(event.response)
}

/// A value that is to be text: numbers and flags are spelled out.
pub(super) fn text(value: &Value) -> Result<String, BadAnswer> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(BadAnswer::Unrecognizable),
    }
}

/// Values that are to be texts. Those that are null are left out.
pub(super) fn texts(values: Map<String, Value>) -> Result<BTreeMap<String, String>, BadAnswer> {
    let present = values.into_iter().filter(|(_, value)| !value.is_null());
    present
        .map(|(name, value)| Ok((name, text(&value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Flag {
        flag: Option<bool>,
    }

    fn event(response: Value) -> Value {
        json!({
            "version": "1", "triggerSource": "PreSignUp_SignUp", "region": "r", "userPoolId": "r_1",
            "userName": "ada", "callerContext": {}, "request": {}, "response": response,
        })
    }

    fn read_flag(answer: &str) -> Result<Flag, BadAnswer> {
        read(answer.as_bytes(), "ada")
    }

    #[test]
    fn the_event_comes_back_with_its_response() {
        let mut answer = event(json!({ "flag": true, "more": [] }));
        answer["extra"] = json!({ "a": 1 });
        assert_eq!(
            read_flag(&answer.to_string()),
            Ok(Flag { flag: Some(true) })
        );
        for empty in [json!({}), json!({ "flag": null })] {
            assert_eq!(
                read_flag(&event(empty).to_string()),
                Ok(Flag { flag: None })
            );
        }
        for ignored in [json!({}), json!(null), json!(1)] {
            let answer = event(ignored).to_string();
            assert_eq!(check(answer.as_bytes(), "ada"), Ok(()));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        use BadAnswer::{NoJson, OtherUser, Unrecognizable};
        for (answer, bad) in [
            ("", NoJson),
            ("null", NoJson),
            (" null\n", NoJson),
            ("<html>502</html>", NoJson),
            ("{", NoJson),
            ("[]", Unrecognizable),
            ("\"ok\"", Unrecognizable),
            ("true", Unrecognizable),
            ("{}", Unrecognizable),
            (
                r#"["1","PreSignUp_SignUp","r","r_1","ada",{}]"#,
                Unrecognizable,
            ),
            (r#"{"flag":true}"#, Unrecognizable),
        ] {
            assert_eq!(read_flag(answer), Err(bad), "{answer}");
        }
        for dropped in [
            "version",
            "triggerSource",
            "region",
            "userPoolId",
            "userName",
            "response",
        ] {
            let mut answer = event(json!({}));
            answer.as_object_mut().unwrap().remove(dropped);
            assert_eq!(
                read_flag(&answer.to_string()),
                Err(Unrecognizable),
                "{dropped}"
            );
        }
        for name in [json!("eve"), json!("Ada"), json!(null), json!(["ada"])] {
            let mut answer = event(json!({}));
            answer["userName"] = name.clone();
            assert_eq!(read_flag(&answer.to_string()), Err(OtherUser), "{name}");
        }
        for response in [
            json!(null),
            json!(1),
            json!("x"),
            json!([true]),
            json!({ "flag": "true" }),
            json!({ "flag": 1 }),
        ] {
            let answer = event(response.clone()).to_string();
            assert_eq!(read_flag(&answer), Err(Unrecognizable), "{response}");
        }
        let twice = event(json!({})).to_string();
        let twice = twice.replacen('{', r#"{"userName":"eve","#, 1);
        assert_eq!(read_flag(&twice), Err(Unrecognizable));
        let large = " ".repeat(LARGEST_ANSWER) + &event(json!({})).to_string();
        assert_eq!(read_flag(&large), Err(Unrecognizable));
    }

    proptest! {
        #[test]
        fn arbitrary_answers_never_panic(answer in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read::<Flag>(&answer, "ada").is_err());
        }
    }
}
