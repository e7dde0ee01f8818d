//! Shared code for tests of whole tables of members: the members in the model, and values for them.

use cabana_model::Operation;
use cabana_model::constraint::{Kind, Member, Shape};
use serde_json::{Map, Value, json};

use crate::every_operation::sample;

/// The members of an operation's input.
pub fn of(operation: Operation) -> &'static [Member] {
    match operation.input_shape().kind {
        Kind::Structure(members) => members,
        _ => panic!("{operation} takes a structure"),
    }
}

/// `beside`, overridden by `more`.
pub fn with(beside: &Value, more: &Value) -> Value {
    let mut all = beside.clone();
    let more = more.as_object().unwrap().clone();
    all.as_object_mut().unwrap().extend(more);
    all
}

/// Whether `shown` contains everything in `given`, at the same place.
pub fn contains(shown: &Value, given: &Value) -> bool {
    match (shown, given) {
        (Value::Object(shown), Value::Object(given)) => given
            .iter()
            .all(|(name, value)| shown.get(name).is_some_and(|it| contains(it, value))),
        _ => shown == given,
    }
}

/// The path of every value within `shape` that is not a structure.
pub fn leaves(shape: &Shape, path: &str) -> Vec<String> {
    match shape.kind {
        Kind::Structure(members) => members
            .iter()
            .flat_map(|it| leaves(it.shape, &format!("{path}.{}", it.name)))
            .collect(),
        Kind::List(element) if !element.is_simple() => leaves(element, path),
        _ => vec![path.to_owned()],
    }
}

/// The same for a value.
pub fn leaves_of(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, it)| leaves_of(it, &format!("{path}.{name}")))
            .collect(),
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            elements.iter().flat_map(|it| leaves_of(it, path)).collect()
        }
        _ => vec![path.to_owned()],
    }
}

/// A request that sends 0 or false.
pub struct Zero {
    pub path: String,
    pub sent: Value,
    /// The same request without it; `None` if it cannot be omitted.
    pub left_out: Option<Value>,
}

/// The meaning of 0 or false.
pub enum Means {
    /// The same as omitting it: SDKs send it for a missing value.
    Nothing,
    /// A value of its own, different from omission.
    Itself,
    Refused(&'static str),
}

impl Zero {
    /// The meaning in the table.
    pub fn means<'t>(&self, table: &'t [(&str, Means)]) -> &'t Means {
        let row = table.iter().find(|(path, _)| *path == self.path);
        let (_, means) = row.unwrap_or_else(|| panic!("{} has no row", self.path));
        means
    }
}

/// Every number and every flag within `shape`, sent as 0 or false beside samples of the members required with it.
pub fn zeros(shape: &Shape, path: &str) -> Vec<Zero> {
    let (members, listed) = match shape.kind {
        Kind::Structure(members) => (members, false),
        Kind::List(element) => match element.kind {
            Kind::Structure(members) => (members, true),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let whole = |members: Map<String, Value>| match listed {
        true => json!([members]),
        false => json!(members),
    };
    let mut zeros = Vec::new();
    for member in members {
        let others = members
            .iter()
            .filter(|it| it.required && it.name != member.name);
        let others: Map<_, _> = others
            .map(|it| (it.name.to_owned(), sample(it.shape)))
            .collect();
        let holding = |value: Value| {
            let mut members = others.clone();
            members.insert(member.name.to_owned(), value);
            whole(members)
        };
        let path = format!("{path}.{}", member.name);
        let zero = match member.shape.kind {
            Kind::Integer | Kind::Long => json!(0),
            Kind::Boolean => json!(false),
            _ => {
                zeros.extend(self::zeros(member.shape, &path).into_iter().map(|it| Zero {
                    path: it.path,
                    sent: holding(it.sent),
                    left_out: it.left_out.map(holding),
                }));
                continue;
            }
        };
        zeros.push(Zero {
            path,
            sent: holding(zero),
            left_out: (!member.required).then(|| whole(others.clone())),
        });
    }
    zeros
}
