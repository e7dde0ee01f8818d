//! Redaction of messages for the log.

use serde_json::{Map, Value};

use crate::Operation;
use crate::constraint::{Kind, Shape};

const HIDDEN: &str = "***";

/// The body of a call of `op`, with everything sensitive or unknown replaced by `***`.
pub fn redact(op: Operation, body: &Value) -> Value {
    redacted(op.input_shape(), body)
}

/// The body of an answer of `op`, redacted likewise.
pub fn redact_output(op: Operation, body: &Value) -> Value {
    op.output_shape()
        .map_or_else(hidden, |shape| redacted(shape, body))
}

fn redacted(shape: &Shape, value: &Value) -> Value {
    if shape.sensitive || shape.unlogged {
        return hidden();
    }
    match (&shape.kind, value) {
        (_, Value::Null) => Value::Null,
        (Kind::Structure(members), Value::Object(body)) => {
            let member = |name: &str| members.iter().find(|member| member.name == name);
            entries(body, |name, value| {
                member(name).map_or_else(hidden, |member| redacted(member.shape, value))
            })
        }
        (Kind::Map { key, value: inner }, Value::Object(map)) if !key.sensitive => {
            entries(map, |_, value| redacted(inner, value))
        }
        (Kind::List(inner), Value::Array(list)) => list
            .iter()
            .map(|element| redacted(inner, element))
            .collect(),
        (Kind::Text(_) | Kind::Enum(_) | Kind::Blob, Value::String(_))
        | (Kind::Integer | Kind::Long | Kind::Timestamp, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Document, _) => value.clone(),
        // A value of the wrong type may contain anything.
        _ => hidden(),
    }
}

fn entries(from: &Map<String, Value>, change: impl Fn(&str, &Value) -> Value) -> Value {
    from.iter()
        .map(|(name, value)| (name.clone(), change(name, value)))
        .collect()
}

fn hidden() -> Value {
    Value::from(HIDDEN)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sensitive_unlogged_and_unknown_members_are_replaced() {
        let body = json!({
            "ClientId": "abc", "Username": "ann", "Password": "hunter2", "ClientMetadata": {"k": "v"}, "Passwort": "hunter2",
            "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}],
        });
        assert_eq!(
            redact(Operation::SignUp, &body),
            json!({
                "ClientId": "***", "Username": "***", "Password": "***", "ClientMetadata": "***", "Passwort": "***",
                "UserAttributes": [{"Name": "email", "Value": "***"}],
            })
        );
    }

    #[test]
    fn values_of_a_wrong_type_are_replaced() {
        let body = json!({"UserPoolId": {"Password": "x"}, "Limit": 3, "Filter": 7});
        assert_eq!(
            redact(Operation::ListUsers, &body),
            json!({"UserPoolId": "***", "Limit": 3, "Filter": "***"})
        );
    }

    #[test]
    fn secrets_of_providers_and_answers_stay_out() {
        let body = json!({"UserPoolId": "us-east-1_a", "ProviderDetails": {"client_secret": "s"}});
        assert_eq!(
            redact(Operation::CreateIdentityProvider, &body),
            json!({"UserPoolId": "us-east-1_a", "ProviderDetails": "***"})
        );
        let answer = json!({"AuthenticationResult": {"AccessToken": "eyJ", "ExpiresIn": 3600}});
        assert_eq!(
            redact_output(Operation::InitiateAuth, &answer),
            json!({"AuthenticationResult": {"AccessToken": "***", "ExpiresIn": 3600}})
        );
    }
}
