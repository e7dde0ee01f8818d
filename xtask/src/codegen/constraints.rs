//! The constraint table: one static per shape that an input can hold, referring to one another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::model::{Kind, Model, Reference, Shape};
use super::names;

/// Names of the statics, by pattern and compiled regex.
type Patterns<'a> = BTreeMap<(&'a str, Option<&'a str>), String>;

pub fn emit(model: &Model) -> Result<String, String> {
    let mut wanted = BTreeSet::new();
    for operation in model.operations.values() {
        collect(model, &operation.input.shape, &mut wanted)?;
        if let Some(output) = &operation.output {
            collect(model, &output.shape, &mut wanted)?;
        }
    }
    let mut patterns: Patterns = BTreeMap::new();
    for name in &wanted {
        let shape = model.shape(name)?;
        if let Some(pattern) = &shape.pattern {
            patterns.insert((pattern, shape.regex.as_deref()), String::new());
        }
    }
    let mut out =
        "use crate::constraint::{Kind, Shape, optional, required};\nuse crate::pattern::Pattern;\n\n".to_owned();
    for (index, ((pattern, regex), name)) in patterns.iter_mut().enumerate() {
        *name = format!("PATTERN_{:02}", index + 1);
        let made = match regex {
            Some(regex) => format!("compiled_as({}, {})", quoted(pattern), quoted(regex)),
            None => format!("new({})", quoted(pattern)),
        };
        let _ = writeln!(out, "static {name}: Pattern = Pattern::{made};");
    }
    out.push_str(
        "\n/// Every pattern of the table.\n#[cfg(test)]\npub static PATTERNS: &[&Pattern] = &[\n",
    );
    for name in patterns.values() {
        let _ = writeln!(out, "&{name},");
    }
    out.push_str("];\n\n");
    for name in &wanted {
        let shape = model.shape(name)?;
        let kind = kind(name, shape, &patterns)?;
        let _ = writeln!(
            out,
            "pub static {}: Shape = Shape::new({kind}){}{}{}{};",
            names::constant(name),
            shape
                .min
                .map(|min| format!(".min({min})"))
                .unwrap_or_default(),
            shape
                .max
                .map(|max| format!(".max({max})"))
                .unwrap_or_default(),
            if shape.sensitive { ".sensitive()" } else { "" },
            if shape.unlogged { ".unlogged()" } else { "" }
        );
    }
    Ok(out)
}

fn collect<'a>(
    model: &'a Model,
    name: &'a str,
    into: &mut BTreeSet<&'a str>,
) -> Result<(), String> {
    if !into.insert(name) {
        return Ok(());
    }
    let shape = model.shape(name)?;
    let elements = [&shape.member, &shape.key, &shape.value]
        .into_iter()
        .flatten();
    for reference in shape.members.values().chain(elements) {
        collect(model, &reference.shape, into)?;
    }
    Ok(())
}

fn kind(name: &str, shape: &Shape, patterns: &Patterns) -> Result<String, String> {
    let at = |reference: &Option<Reference>| match reference {
        Some(reference) => Ok(format!("&{}", names::constant(&reference.shape))),
        None => Err(format!("{name}: element shape missing")),
    };
    Ok(match shape.kind {
        Kind::Structure if shape.document => "Kind::Document".to_owned(),
        Kind::Structure => {
            let mut members = String::new();
            for (wire, reference) in &shape.members {
                let form = if shape.required.contains(wire) {
                    "required"
                } else {
                    "optional"
                };
                let _ = write!(
                    members,
                    "{form}({wire:?}, &{}),",
                    names::constant(&reference.shape)
                );
            }
            format!("Kind::Structure(&[{members}])")
        }
        Kind::List => format!("Kind::List({})", at(&shape.member)?),
        Kind::Map => format!(
            "Kind::Map {{ key: {}, value: {} }}",
            at(&shape.key)?,
            at(&shape.value)?
        ),
        Kind::String if !shape.values.is_empty() => format!("Kind::Enum(&{:?})", shape.values),
        Kind::String => match shape
            .pattern
            .as_deref()
            .and_then(|pattern| patterns.get(&(pattern, shape.regex.as_deref())))
        {
            Some(pattern) => format!("Kind::Text(Some(&{pattern}))"),
            None => "Kind::Text(None)".to_owned(),
        },
        Kind::Integer => "Kind::Integer".to_owned(),
        Kind::Long => "Kind::Long".to_owned(),
        Kind::Boolean => "Kind::Boolean".to_owned(),
        Kind::Blob => "Kind::Blob".to_owned(),
        Kind::Timestamp => "Kind::Timestamp".to_owned(),
    })
}

fn quoted(pattern: &str) -> String {
    if pattern.contains('"') || pattern.contains("\"#") {
        format!("r#\"{pattern}\"#")
    } else {
        format!("r\"{pattern}\"")
    }
}
