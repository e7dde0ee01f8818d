//! Compares the AWS wire model that the code is generated from with another one.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::Outcome;

const OURS: &str = "xtask/model/cognito-idp-2016-04-18.json";

/// Summarizes in one line what the model in `file` adds, removes and changes.
///
/// # Errors
/// If either file cannot be read.
pub fn against(root: &Path, file: &str) -> Outcome {
    let ours = read(&root.join(OURS))?;
    let theirs = read(Path::new(file))?;
    let parts = ["operations", "shapes"].map(|part| difference(part, &ours, &theirs));
    let told: Vec<String> = parts.into_iter().flatten().collect();
    Ok(match told.is_empty() {
        true => format!("model: {file} says the same"),
        false => format!("model: {}", told.join("; ")),
    })
}

fn read(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut model = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    without_prose(&mut model);
    Ok(model)
}

/// Documentation changes often and does not affect the wire.
fn without_prose(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| !(name == "documentation" && value.is_string()));
            members.values_mut().for_each(without_prose);
        }
        Value::Array(items) => items.iter_mut().for_each(without_prose),
        _ => {}
    }
}

/// `operations +A -B ~C (…)`, or `None` if both models agree.
fn difference(part: &str, ours: &Value, theirs: &Value) -> Option<String> {
    let empty = Map::new();
    let of = |model: &'_ Value| model.get(part).and_then(Value::as_object).cloned();
    let (ours, theirs) = (
        of(ours).unwrap_or(empty.clone()),
        of(theirs).unwrap_or(empty),
    );
    let mut told = part.to_owned();
    for name in theirs.keys().filter(|name| !ours.contains_key(*name)) {
        let _ = write!(told, " +{name}");
    }
    for name in ours.keys().filter(|name| !theirs.contains_key(*name)) {
        let _ = write!(told, " -{name}");
    }
    for (name, mine) in &ours {
        if let Some(other) = theirs.get(name).filter(|other| *other != mine) {
            let _ = write!(told, " ~{name}{}", members(mine, other));
        }
    }
    (told != part).then_some(told)
}

/// Members that were added to a changed shape or removed from it.
fn members(mine: &Value, other: &Value) -> String {
    let names = |value: &Value| -> Vec<String> {
        let members = value.get("members").and_then(Value::as_object);
        members.map_or_else(Vec::new, |it| it.keys().cloned().collect())
    };
    let (mine, other) = (names(mine), names(other));
    let gained = other.iter().filter(|name| !mine.contains(name));
    let lost = mine.iter().filter(|name| !other.contains(name));
    let told: Vec<String> = gained
        .map(|name| format!("+{name}"))
        .chain(lost.map(|name| format!("-{name}")))
        .collect();
    match told.is_empty() {
        true => String::new(),
        false => format!(" ({})", told.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_new_gone_and_changed_is_told_and_prose_is_not() {
        let ours = json!({ "shapes": {
            "A": { "type": "structure", "members": { "x": {} }, "documentation": "old" },
            "B": { "type": "string", "max": 5 },
            "C": { "type": "string" },
        } });
        let theirs = json!({ "shapes": {
            "A": { "type": "structure", "members": { "x": {}, "documentation": { "shape": "C" } } },
            "B": { "type": "string", "max": 6 },
            "D": { "type": "string" },
        } });
        let (mut ours, mut theirs) = (ours, theirs);
        without_prose(&mut ours);
        without_prose(&mut theirs);
        let told = difference("shapes", &ours, &theirs);
        assert_eq!(told.as_deref(), Some("shapes +D -C ~A (+documentation) ~B"));
        assert_eq!(difference("shapes", &ours, &ours), None);
        assert_eq!(difference("operations", &ours, &theirs), None);
    }
}
