//! The `claims` parameter of an authorization request (OpenID Connect Core §5.5): claims that an app asks for by name.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most claims that a request may ask for, in both lists.
const MOST: usize = 100;
/// Longest name of a claim, in bytes.
const LONGEST: usize = 100;

/// The names of the claims that an app asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedClaims {
    /// Those for the ID token.
    #[serde(default)]
    pub id_token: Vec<String>,
    /// Those for userInfo.
    #[serde(default)]
    pub userinfo: Vec<String>,
}

/// The parameter: the claims, and the values without which the app wants no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsParameter {
    pub asked: AskedClaims,
    /// The `sub` that the person must have.
    pub subject: Option<String>,
    /// The values of `acr`, the best first.
    pub levels: Vec<String>,
    /// Whether one of [`Self::levels`] must be reached.
    pub level_is_essential: bool,
}

impl ClaimsParameter {
    /// The names, if there are any.
    pub fn asked_by_name(&self) -> Option<AskedClaims> {
        (self.asked != AskedClaims::default()).then(|| self.asked.clone())
    }

    /// Reads the parameter; `None` if it is malformed or too large. Members that are not known are ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let both: Map<String, Value> = serde_json::from_str(text).ok()?;
        let id_token = members(&both, "id_token")?;
        let userinfo = members(&both, "userinfo")?;
        let sizes = id_token.len().checked_add(userinfo.len())?;
        let mut names = id_token.keys().chain(userinfo.keys());
        if sizes > MOST || names.any(|name| name.is_empty() || name.len() > LONGEST) {
            return None;
        }
        let mut subjects = Vec::new();
        for wishes in [&id_token, &userinfo] {
            subjects.extend(wishes.get("sub").map(values).unwrap_or_default());
        }
        subjects.sort();
        subjects.dedup();
        // Nobody is two people.
        if subjects.len() > 1 {
            return None;
        }
        let acr = id_token.get("acr");
        let levels = acr.map(values).unwrap_or_default();
        let essential = acr.and_then(|wish| wish.get("essential")?.as_bool());
        Some(Self {
            level_is_essential: essential == Some(true) && !levels.is_empty(),
            levels,
            subject: subjects.pop(),
            asked: AskedClaims {
                id_token: id_token.into_iter().map(|(name, _)| name).collect(),
                userinfo: userinfo.into_iter().map(|(name, _)| name).collect(),
            },
        })
    }
}

/// A member with wishes, each `null` or an object; empty if it is absent.
fn members(both: &Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    let wishes = match both.get(name) {
        None | Some(Value::Null) => return Some(Map::new()),
        Some(Value::Object(wishes)) => wishes.clone(),
        Some(_) => return None,
    };
    let is_wish = |wish: &Value| wish.is_null() || wish.is_object();
    wishes.values().all(is_wish).then_some(wishes)
}

/// The values that a wish names.
fn values(wish: &Value) -> Vec<String> {
    let many = wish.get("values").and_then(Value::as_array);
    let all = wish
        .get("value")
        .into_iter()
        .chain(many.into_iter().flatten());
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_read() {
        let text = r#"{
            "userinfo": { "given_name": {"essential": true}, "nickname": null,
                "http://example.info/claims/groups": null },
            "id_token": { "auth_time": {"essential": true},
                "acr": {"values": ["urn:mace:incommon:iap:silver"]} } }"#;
        let read = ClaimsParameter::parse(text).unwrap();
        assert_eq!(read.asked.id_token, ["acr", "auth_time"]);
        assert_eq!(read.asked.userinfo.len(), 3);
        assert_eq!(read.levels, ["urn:mace:incommon:iap:silver"]);
        assert!(!read.level_is_essential && read.subject.is_none());
    }

    #[test]
    fn what_is_demanded_is_told_from_what_is_wished() {
        let text = r#"{"id_token":{"sub":{"value":"s"},"acr":{"essential":true,"value":"a"}}}"#;
        let read = ClaimsParameter::parse(text).unwrap();
        assert_eq!(read.subject.as_deref(), Some("s"));
        assert!(read.level_is_essential);
        let both = r#"{"id_token":{"sub":{"value":"s"}},"userinfo":{"sub":{"value":"t"}}}"#;
        assert_eq!(ClaimsParameter::parse(both), None);
        let none = r#"{"id_token":{"acr":{"essential":true}}}"#;
        assert!(!ClaimsParameter::parse(none).unwrap().level_is_essential);
    }

    #[test]
    fn what_is_no_request_of_claims_is_refused() {
        let many: Vec<String> = (0..101).map(|n| format!("\"c{n}\":null")).collect();
        let many = format!("{{\"userinfo\":{{{}}}}}", many.join(","));
        let long = format!("{{\"userinfo\":{{\"{}\":null}}}}", "x".repeat(101));
        for text in [
            "",
            "[]",
            "null",
            "{",
            r#"{"userinfo":[]}"#,
            r#"{"id_token":{"email":true}}"#,
            many.as_str(),
            long.as_str(),
        ] {
            assert_eq!(ClaimsParameter::parse(text), None, "{text}");
        }
        assert!(ClaimsParameter::parse(r#"{"other":1,"id_token":null}"#).is_some());
    }

    #[test]
    fn stored_claims_of_earlier_and_later_programs_are_read() {
        let golden = r#"{"id_token":["email"],"later":1}"#;
        let read: AskedClaims = serde_json::from_str(golden).unwrap();
        assert_eq!(read.id_token, ["email"]);
        assert!(read.userinfo.is_empty());
    }
}
