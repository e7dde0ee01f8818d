//! Walks a body and the constraint table side by side.

use std::fmt;

use serde_json::{Map, Value};

use super::rule::{Rule, rules};
use super::{Shown, Violation};
use crate::Blob;
use crate::constraint::{Kind, Member, Shape};

/// Every violation in `body`, or the first value of a wrong JSON type.
pub fn violations(shape: &'static Shape, body: &Value) -> Result<Vec<Violation>, String> {
    let mut walk = Walk { found: Vec::new() };
    walk.value(shape, body, &Path::Root, false)?;
    Ok(walk.found)
}

struct Walk {
    found: Vec<Violation>,
}

/// Position of the walk; formatted only for a violation.
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
    Entry(&'a Path<'a>, &'a str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parent, dot) = match self {
            Self::Root => return Ok(()),
            Self::Member(Self::Root, _) => (&Self::Root, ""),
            Self::Member(parent, _) | Self::Element(parent, _) | Self::Entry(parent, _) => {
                (*parent, ".")
            }
        };
        write!(f, "{parent}{dot}")?;
        match self {
            Self::Root => Ok(()),
            Self::Member(_, name) => {
                let mut letters = name.chars();
                let first = letters.next().map(|first| first.to_ascii_lowercase());
                write!(f, "{}{}", first.unwrap_or_default(), letters.as_str())
            }
            Self::Element(_, index) => write!(f, "{}.member", index + 1),
            Self::Entry(_, key) => write!(f, "{key}.member"),
        }
    }
}

impl Walk {
    fn value(
        &mut self,
        shape: &'static Shape,
        value: &Value,
        path: &Path<'_>,
        hidden: bool,
    ) -> Result<(), String> {
        let hidden = hidden || shape.sensitive;
        match &shape.kind {
            Kind::Structure(members) => {
                return self.structure(members, entries(value)?, path, hidden);
            }
            Kind::List(element) => self.list(element, elements(value)?, value, path, hidden)?,
            Kind::Map { key, value: inner } => {
                self.map((key, inner), entries(value)?, value, path, hidden)?
            }
            kind => scalar(kind, value)?,
        }
        for rule in rules(shape).filter(|rule| !rule.holds(value)) {
            self.report(path, show(shape, value, hidden), rule.to_string());
        }
        Ok(())
    }

    fn structure(
        &mut self,
        members: &'static [Member],
        body: &Map<String, Value>,
        path: &Path<'_>,
        hidden: bool,
    ) -> Result<(), String> {
        for member in members {
            let path = Path::Member(path, member.name);
            match body.get(member.name) {
                Some(value) if !value.is_null() => {
                    self.value(member.shape, value, &path, hidden)?
                }
                _ if member.required => self.missing(&path),
                _ => {}
            }
        }
        Ok(())
    }

    /// A list of structures reports its elements one by one; any other list is reported once, as a whole.
    fn list(
        &mut self,
        shape: &'static Shape,
        list: &[Value],
        whole: &Value,
        path: &Path<'_>,
        hidden: bool,
    ) -> Result<(), String> {
        for (index, element) in list.iter().enumerate() {
            let path = Path::Element(path, index);
            match element {
                Value::Null => self.missing(&path),
                element if shape.is_simple() => scalar(&shape.kind, element)?,
                element => self.value(shape, element, &path, hidden)?,
            }
        }
        if shape.is_simple() {
            let broken = list
                .iter()
                .any(|element| !element.is_null() && breaks(shape, element));
            self.of_all("Member must", shape, broken, whole, path, hidden);
        }
        Ok(())
    }

    fn map(
        &mut self,
        (key_shape, shape): (&'static Shape, &'static Shape),
        map: &Map<String, Value>,
        whole: &Value,
        path: &Path<'_>,
        hidden: bool,
    ) -> Result<(), String> {
        for (key, value) in map {
            let path = Path::Entry(path, key);
            match value {
                Value::Null => self.missing(&path),
                value if shape.is_simple() => scalar(&shape.kind, value)?,
                value => self.value(shape, value, &path, hidden)?,
            }
        }
        let broken = map
            .keys()
            .any(|key| breaks(key_shape, &Value::from(key.as_str())));
        self.of_all(
            "Map keys must",
            key_shape,
            broken,
            whole,
            path,
            hidden || shape.sensitive,
        );
        if shape.is_simple() {
            let broken = map
                .values()
                .any(|value| !value.is_null() && breaks(shape, value));
            self.of_all("Map value must", shape, broken, whole, path, hidden);
        }
        Ok(())
    }

    /// Reports all constraints on the contents of a list or map if any is broken.
    fn of_all(
        &mut self,
        who: &str,
        shape: &'static Shape,
        broken: bool,
        whole: &Value,
        path: &Path<'_>,
        hidden: bool,
    ) {
        if broken {
            let rules: Vec<String> = rules(shape).map(|rule| rule.to_string()).collect();
            let shown = if hidden || shape.sensitive {
                Shown::Hidden
            } else {
                Shown::Text(text(whole))
            };
            self.report(
                path,
                shown,
                format!("{who} satisfy constraint: [{}]", rules.join(", ")),
            );
        }
    }

    fn missing(&mut self, path: &Path<'_>) {
        self.report(path, Shown::Null, "Member must not be null".to_owned());
    }

    fn report(&mut self, path: &Path<'_>, shown: Shown, constraint: String) {
        self.found.push(Violation {
            path: path.to_string(),
            shown,
            constraint,
        });
    }
}

fn breaks(shape: &'static Shape, value: &Value) -> bool {
    !rules(shape).all(|rule: Rule| rule.holds(value))
}

fn show(shape: &Shape, value: &Value, hidden: bool) -> Shown {
    let printable = match &shape.kind {
        Kind::List(inner) | Kind::Map { value: inner, .. } => inner.is_simple() && !inner.sensitive,
        Kind::Structure(_) | Kind::Document | Kind::Blob => false,
        _ => true,
    };
    if hidden || !printable {
        Shown::Hidden
    } else {
        Shown::Text(text(value))
    }
}

/// A value as Java prints it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{key}={}", text(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

const UNEXPECTED_MAP: &str = "Start of structure or map found where not expected.";
const UNEXPECTED_LIST: &str = "Start of list found where not expected";

fn entries(value: &Value) -> Result<&Map<String, Value>, String> {
    match value {
        Value::Object(entries) => Ok(entries),
        Value::Array(_) => Err(UNEXPECTED_LIST.to_owned()),
        _ => Err("Expected structure or map".to_owned()),
    }
}

fn elements(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::Array(elements) => Ok(elements),
        Value::Object(_) => Err(UNEXPECTED_MAP.to_owned()),
        _ => Err("Expected list or null".to_owned()),
    }
}

/// Whether a simple value has the JSON type of its shape.
fn scalar(kind: &Kind, value: &Value) -> Result<(), String> {
    let (fits, wanted) = match kind {
        Kind::Text(_) | Kind::Enum(_) => (value.is_string(), "String"),
        Kind::Integer => (
            value
                .as_i64()
                .is_some_and(|number| i32::try_from(number).is_ok()),
            "Integer",
        ),
        Kind::Long => (value.is_i64(), "Long"),
        Kind::Boolean => (value.is_boolean(), "Boolean"),
        Kind::Timestamp => (value.is_number(), "Timestamp"),
        Kind::Blob => (
            serde_json::from_value::<Blob>(value.clone()).is_ok(),
            "Blob",
        ),
        Kind::Document | Kind::Structure(_) | Kind::List(_) | Kind::Map { .. } => (true, ""),
    };
    if fits {
        return Ok(());
    }
    let found = match value {
        Value::Object(_) => return Err(UNEXPECTED_MAP.to_owned()),
        Value::Array(_) => return Err(UNEXPECTED_LIST.to_owned()),
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
    };
    Err(format!("{found} cannot be converted to {wanted}"))
}
