//! The kinds of errors a call can end with: the model's, and those of the layers in front of the service.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::model::Model;

pub fn emit(model: &Model) -> String {
    let mut kinds: BTreeMap<&str, (&str, u16)> = BTreeMap::new();
    for (name, shape) in model.shapes.iter().filter(|(_, shape)| shape.exception) {
        kinds.insert(name, (name, if shape.fault { 500 } else { 400 }));
    }
    for error in &model.framework_errors {
        kinds.insert(
            error.variant.as_deref().unwrap_or(&error.name),
            (&error.name, error.status),
        );
    }
    let mut out = "use crate::string_enum::string_enum;\n\nstring_enum! {\n    /// The kinds of errors a call can end with.\n    pub enum ErrorKind {\n".to_owned();
    for (index, (variant, (name, _))) in kinds.iter().enumerate() {
        let default = if index == 0 {
            "        #[default]\n"
        } else {
            ""
        };
        let _ = writeln!(out, "{default}        {variant} = {name:?},");
    }
    out.push_str("    }\n}\n\nimpl ErrorKind {\n    /// The HTTP status of the answer.\n    pub const fn status(self) -> u16 {\n        match self {\n");
    for (variant, (_, status)) in kinds.iter().filter(|(_, (_, status))| *status != 400) {
        let _ = writeln!(out, "            Self::{variant} => {status},");
    }
    out.push_str("            _ => 400,\n        }\n    }\n}\n");
    out
}
