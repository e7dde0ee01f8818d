//! The table of operations, and a marker type for each.

use std::fmt::Write as _;

use super::model::Model;
use super::names;

pub fn table(model: &Model) -> Result<String, String> {
    let mut out = "use super::constraints;\nuse super::errors::ErrorKind;\nuse crate::constraint::Shape;\nuse crate::string_enum::string_enum;\n\n\
                   string_enum! {\n    /// What can be called, in the order of the names.\n    pub enum Operation {\n"
        .to_owned();
    for (index, name) in model.operations.keys().enumerate() {
        let default = if index == 0 {
            "        #[default]\n"
        } else {
            ""
        };
        let _ = writeln!(out, "{default}        {name} = {name:?},");
    }
    out.push_str("    }\n}\n\nimpl Operation {\n");
    let public: Vec<String> = model
        .operations
        .iter()
        .filter(|(_, o)| o.is_public())
        .map(|(name, _)| format!("Self::{name}"))
        .collect();
    let _ = writeln!(
        out,
        "    /// Whether it is called without a signature.\n    pub const fn is_public(self) -> bool {{\n        matches!(self, {})\n    }}\n",
        public.join(" | ")
    );
    let silent: Vec<String> = model
        .operations
        .iter()
        .filter(|(_, o)| o.output.is_none())
        .map(|(name, _)| format!("Self::{name}"))
        .collect();
    let _ = writeln!(
        out,
        "    /// Whether success has a body; without one it is empty, not `{{}}`.\n    pub const fn has_output(self) -> bool {{\n        !matches!(self, {})\n    }}\n",
        silent.join(" | ")
    );
    out.push_str("    /// The errors the model lists for it.\n    pub const fn errors(self) -> &'static [ErrorKind] {\n        use ErrorKind::*;\n        match self {\n");
    for (name, operation) in &model.operations {
        let mut errors: Vec<String> = operation.errors.iter().map(|e| e.shape.clone()).collect();
        errors.sort();
        let _ = writeln!(out, "            Self::{name} => &[{}],", errors.join(", "));
    }
    out.push_str("        }\n    }\n\n    /// The constraints on its input.\n    pub fn input_shape(self) -> &'static Shape {\n        match self {\n");
    for (name, operation) in &model.operations {
        model.shape(&operation.input.shape)?;
        let _ = writeln!(
            out,
            "            Self::{name} => &constraints::{},",
            names::constant(&operation.input.shape)
        );
    }
    out.push_str("        }\n    }\n\n    /// The shape of its output, if it has one.\n    pub fn output_shape(self) -> Option<&'static Shape> {\n        match self {\n");
    for (name, operation) in &model.operations {
        if let Some(output) = &operation.output {
            let constant = names::constant(&output.shape);
            let _ = writeln!(
                out,
                "            Self::{name} => Some(&constraints::{constant}),"
            );
        }
    }
    out.push_str("            _ => None,\n        }\n    }\n}\n");
    Ok(out)
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
    out
}
