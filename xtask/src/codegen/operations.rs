//! The table of operations, and a marker type for each.

use std::fmt::Write as _;

use super::model::{Model, Operation};
use super::names;

pub fn table(model: &Model) -> String {
    let mut out = "use super::constraints;\nuse super::errors::ErrorKind;\nuse crate::constraint::Shape;\nuse crate::string_enum::string_enum;\n\n\
                   string_enum! {\n    /// The operations of the API, sorted by name.\n    pub enum Operation {\n"
        .to_owned();
    for (index, name) in model.operations.keys().enumerate() {
        let default = if index == 0 {
            "        #[default]\n"
        } else {
            ""
        };
        let _ = writeln!(out, "{default}        {name} = {name:?},");
    }
    let public = either(model, Operation::is_public);
    let silent = either(model, |operation| operation.output.is_none());
    let errors = arms(model, |operation| {
        let mut errors: Vec<&str> = operation.errors.iter().map(|e| e.shape.as_str()).collect();
        errors.sort_unstable();
        Some(format!("&[{}]", errors.join(", ")))
    });
    let inputs = arms(model, |operation| {
        Some(format!(
            "&constraints::{}",
            names::constant(&operation.input.shape)
        ))
    });
    let outputs = arms(model, |operation| {
        operation
            .output
            .as_ref()
            .map(|output| format!("Some(&constraints::{})", names::constant(&output.shape)))
    });
    let _ = write!(
        out,
        "    }}\n}}\n\nimpl Operation {{\n\
         /// Whether calls need no signature.\npub const fn is_public(self) -> bool {{ matches!(self, {public}) }}\n\n\
         /// Whether success has a body; without one it is empty, not `{{}}`.\npub const fn has_output(self) -> bool {{ !matches!(self, {silent}) }}\n\n\
         /// The errors the model lists for it.\npub const fn errors(self) -> &'static [ErrorKind] {{ use ErrorKind::*; match self {{ {errors} }} }}\n\n\
         /// The constraints on its input.\npub fn input_shape(self) -> &'static Shape {{ match self {{ {inputs} }} }}\n\n\
         /// The shape of its output, if it has one.\npub fn output_shape(self) -> Option<&'static Shape> {{ match self {{ {outputs} _ => None }} }}\n\
         }}\n"
    );
    out
}

/// The operations that satisfy a condition, as a pattern.
fn either(model: &Model, such: impl Fn(&Operation) -> bool) -> String {
    let names = model
        .operations
        .iter()
        .filter(|(_, operation)| such(operation));
    names
        .map(|(name, _)| format!("Self::{name}"))
        .collect::<Vec<_>>()
        .join(" | ")
}

/// The arms of a `match` that gives each operation its value, if it has one.
fn arms(model: &Model, value: impl Fn(&Operation) -> Option<String>) -> String {
    let values = model
        .operations
        .iter()
        .filter_map(|(name, operation)| Some((name, value(operation)?)));
    values
        .map(|(name, value)| format!("Self::{name} => {value},\n"))
        .collect()
}

pub fn markers(model: &Model) -> String {
    let mut out = "use super::{inputs, outputs};\nuse super::operations::Operation;\nuse crate::marker::mark;\nuse crate::Nothing;\n\n".to_owned();
    for (name, operation) in &model.operations {
        let output = operation
            .output
            .as_ref()
            .map_or("Nothing".to_owned(), |output| {
                format!("outputs::{}", output.shape)
            });
        let _ = writeln!(
            out,
            "mark!({name}, inputs::{}, {output});",
            operation.input.shape
        );
    }
    out.push_str("\n/// Calls the visitor for every operation.\n#[cfg(test)]\npub(crate) fn each(visitor: &impl crate::marker::Visitor) {\n");
    for name in model.operations.keys() {
        let _ = writeln!(out, "    visitor.visit::<{name}>();");
    }
    out.push_str("}\n");
    out
}
