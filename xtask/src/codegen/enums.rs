//! String shapes with a closed set of values.

use std::fmt::Write as _;

use super::model::Model;
use super::names;

pub fn emit(model: &Model) -> Result<String, String> {
    let mut out = "use crate::string_enum::string_enum;\n".to_owned();
    for (name, shape) in model
        .shapes
        .iter()
        .filter(|(_, shape)| !shape.values.is_empty())
    {
        let _ = write!(out, "\nstring_enum! {{\n    pub enum {name} {{\n");
        let mut seen = std::collections::BTreeSet::new();
        for (index, value) in shape.values.iter().enumerate() {
            let variant = names::variant(value);
            if !seen.insert(variant.clone()) {
                return Err(format!("{name}: two values are named {variant}"));
            }
            let default = if index == 0 {
                "        #[default]\n"
            } else {
                ""
            };
            let _ = writeln!(out, "{default}        {variant} = {value:?},");
        }
        out.push_str("    }\n}\n");
    }
    out.push_str("\n#[test]\nfn every_value_is_read_and_written() {\n");
    for (name, _) in model
        .shapes
        .iter()
        .filter(|(_, shape)| !shape.values.is_empty())
    {
        let _ = writeln!(
            out,
            "    crate::string_enum::check({name}::ALL, {name}::as_str);"
        );
    }
    out.push_str("}\n");
    Ok(out)
}
