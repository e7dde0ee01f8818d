//! Claims of a provider as attributes of a user: always text.

use serde_json::{Map, Value};

/// A claim as text; `None` if it is absent. Several values become `[a, b]`, each form-encoded; an object stays JSON.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => {
            let encoded = values
                .iter()
                .filter_map(text)
                .map(|value| form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>());
            Some(format!("[{}]", encoded.collect::<Vec<_>>().join(", ")))
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Some(value.to_string()),
    }
}

/// All claims: those of the first source win over those of the second.
pub fn merged(first: Map<String, Value>, second: Map<String, Value>) -> Map<String, Value> {
    let mut all = second;
    all.extend(first);
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_claim_has_a_text() {
        for (claim, expected) in [
            (json!("a b"), Some("a b")),
            (json!(""), Some("")),
            (json!(true), Some("true")),
            (json!(17), Some("17")),
            (json!(["A", "B"]), Some("[A, B]")),
            (
                json!(["a b", "c,d", "e]", "x-._*"]),
                Some("[a+b, c%2Cd, e%5D, x-._*]"),
            ),
            (json!([]), Some("[]")),
            (
                json!({"formatted": "Rue 1"}),
                Some(r#"{"formatted":"Rue 1"}"#),
            ),
            (json!(null), None),
        ] {
            assert_eq!(text(&claim).as_deref(), expected, "{claim}");
        }
    }

    #[test]
    fn the_first_source_wins() {
        let map = |value: Value| value.as_object().unwrap().clone();
        let all = merged(map(json!({"a": 1, "b": 1})), map(json!({"b": 2, "c": 2})));
        assert_eq!(Value::Object(all), json!({"a": 1, "b": 1, "c": 2}));
    }
}
