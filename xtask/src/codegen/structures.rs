//! Structures, in three files: inputs of operations, outputs, and shared ones.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::model::{Kind, Model, Shape};
use super::names;

const USES: &str = "use serde::{Deserialize, Serialize};\n";

pub fn inputs(model: &Model) -> Result<String, String> {
    let wanted = model.input_names();
    file(model, |name, _| wanted.contains(name))
}

pub fn outputs(model: &Model) -> Result<String, String> {
    let wanted = model.output_names();
    file(model, |name, _| wanted.contains(name))
}

pub fn shared(model: &Model) -> Result<String, String> {
    let (inputs, outputs) = (model.input_names(), model.output_names());
    file(model, |name, shape| {
        !inputs.contains(name) && !outputs.contains(name) && !shape.exception && !shape.document
    })
}

fn file(model: &Model, wanted: impl Fn(&str, &Shape) -> bool) -> Result<String, String> {
    let mut body = String::new();
    for (name, shape) in &model.shapes {
        if shape.kind == Kind::Structure && wanted(name, shape) {
            structure(model, name, shape, &mut body)?;
        }
    }
    let mut uses = String::new();
    if body.contains("BTreeMap<") {
        uses.push_str("use std::collections::BTreeMap;\n");
    }
    if body.contains(" Value") || body.contains("<Value") {
        uses.push_str("use serde_json::Value;\n");
    }
    uses.push_str(USES);
    let hand_written: Vec<&str> = ["Blob", "Secret", "Timestamp"]
        .into_iter()
        .filter(|name| mentions(&body, name))
        .collect();
    if !hand_written.is_empty() {
        let _ = writeln!(uses, "use crate::{{{}}};", hand_written.join(", "));
    }
    let enums: Vec<&str> = model
        .shapes
        .iter()
        .filter(|(_, s)| !s.values.is_empty())
        .map(|(n, _)| n.as_str())
        .filter(|name| mentions(&body, name))
        .collect();
    if !enums.is_empty() {
        let _ = writeln!(uses, "use super::enums::{{{}}};", enums.join(", "));
    }
    let own = |name: &str| body.contains(&format!("pub struct {name} {{"));
    let others: Vec<&str> = model
        .shapes
        .iter()
        .filter(|(name, shape)| {
            shape.kind == Kind::Structure && !shape.document && !own(name) && mentions(&body, name)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    if !others.is_empty() {
        let _ = writeln!(uses, "use super::shared::{{{}}};", others.join(", "));
    }
    Ok(format!("{uses}\n{body}"))
}

/// Whether the type `name` is used by a field.
fn mentions(body: &str, name: &str) -> bool {
    [": ", "<", ", "].iter().any(|before| {
        [",\n", ">"]
            .iter()
            .any(|after| body.contains(&format!("{before}{name}{after}")))
    })
}

fn structure(model: &Model, name: &str, shape: &Shape, out: &mut String) -> Result<(), String> {
    let debug = if shape.sensitive { "" } else { "Debug, " };
    let _ = writeln!(
        out,
        "#[derive(Clone, {debug}Default, PartialEq, Serialize, Deserialize)]\npub struct {name} {{"
    );
    let mut seen = BTreeSet::new();
    for (wire, reference) in &shape.members {
        let field = names::field(wire);
        if !seen.insert(field.clone()) {
            return Err(format!("{name}: two members are named {field}"));
        }
        let of = rust_type(model, &reference.shape)?;
        if shape.required.contains(wire) {
            let _ = writeln!(
                out,
                "    #[serde(rename = {wire:?})]\n    pub {field}: {of},"
            );
        } else {
            let _ = writeln!(
                out,
                "    #[serde(rename = {wire:?}, skip_serializing_if = \"Option::is_none\")]\n    pub {field}: Option<{of}>,"
            );
        }
    }
    out.push_str("}\n\n");
    if shape.sensitive {
        let _ = writeln!(
            out,
            "impl std::fmt::Debug for {name} {{\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{\n        f.write_str(\"{name}(***)\")\n    }}\n}}\n"
        );
    }
    Ok(())
}

fn rust_type(model: &Model, name: &str) -> Result<String, String> {
    let shape = model.shape(name)?;
    let inner = |reference: &Option<super::model::Reference>| match reference {
        Some(reference) => rust_type(model, &reference.shape),
        None => Err(format!("{name}: element shape missing")),
    };
    Ok(match shape.kind {
        Kind::Structure if shape.document => "Value".to_owned(),
        Kind::Structure => name.to_owned(),
        Kind::List => format!("Vec<{}>", inner(&shape.member)?),
        Kind::Map if shape.sensitive => "BTreeMap<String, Secret>".to_owned(),
        Kind::Map => format!("BTreeMap<String, {}>", inner(&shape.value)?),
        Kind::String if !shape.values.is_empty() => name.to_owned(),
        Kind::String if shape.sensitive => "Secret".to_owned(),
        Kind::String => "String".to_owned(),
        Kind::Integer => "i32".to_owned(),
        Kind::Long => "i64".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Blob => "Blob".to_owned(),
        Kind::Timestamp => "Timestamp".to_owned(),
    })
}
