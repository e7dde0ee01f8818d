//! The AWS wire model, read from its file, with the overrides applied.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
pub struct Model {
    pub operations: BTreeMap<String, Operation>,
    pub shapes: BTreeMap<String, Shape>,
    /// Kinds that the wire model does not list: answers of the layers in front of the service.
    #[serde(skip)]
    pub framework_errors: Vec<FrameworkError>,
}

#[derive(Deserialize)]
pub struct Operation {
    pub input: Reference,
    pub output: Option<Reference>,
    #[serde(default)]
    pub errors: Vec<Reference>,
    #[serde(default)]
    pub authtype: Option<String>,
}

#[derive(Deserialize)]
pub struct Reference {
    pub shape: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Boolean,
    Blob,
    Timestamp,
}

#[derive(Deserialize)]
pub struct Shape {
    #[serde(rename = "type")]
    pub kind: Kind,
    #[serde(default)]
    pub members: BTreeMap<String, Reference>,
    #[serde(default)]
    pub required: Vec<String>,
    pub member: Option<Reference>,
    pub key: Option<Reference>,
    pub value: Option<Reference>,
    #[serde(rename = "enum", default)]
    pub values: Vec<String>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub pattern: Option<String>,
    #[serde(skip)]
    pub regex: Option<String>,
    #[serde(default)]
    pub sensitive: bool,
    #[serde(skip)]
    pub unlogged: bool,
    #[serde(default)]
    pub document: bool,
    #[serde(default)]
    pub exception: bool,
    #[serde(default)]
    pub fault: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overrides {
    shapes: BTreeMap<String, ShapeOverride>,
    errors: Vec<FrameworkError>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShapeOverride {
    /// Replaces the model's pattern, in messages too.
    pattern: Option<String>,
    /// Compiled instead of the pattern if that uses features the regex engine lacks; messages keep the pattern.
    regex: Option<String>,
    /// Keeps values out of logs, but not out of messages.
    #[serde(default)]
    unlogged: bool,
    /// Values of an enum that the model leaves out.
    #[serde(default)]
    more_values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkError {
    pub name: String,
    pub variant: Option<String>,
    pub status: u16,
}

impl Model {
    /// Reads the model and the overrides from `folder`.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut model: Self = read_json(&folder.join("cognito-idp-2016-04-18.json"))?;
        let overrides: Overrides = read_json(&folder.join("overrides.json"))?;
        for (name, change) in overrides.shapes {
            let shape = model
                .shapes
                .get_mut(&name)
                .ok_or_else(|| format!("overrides: no shape {name}"))?;
            shape.pattern = change.pattern.or(shape.pattern.take());
            shape.regex = change.regex;
            shape.unlogged = change.unlogged;
            shape.values.extend(change.more_values);
        }
        if let Some(known) = overrides
            .errors
            .iter()
            .find(|e| model.shapes.contains_key(&e.name))
        {
            return Err(format!("overrides: {} is in the model already", known.name));
        }
        model.framework_errors = overrides.errors;
        Ok(model)
    }

    pub fn shape(&self, name: &str) -> Result<&Shape, String> {
        self.shapes
            .get(name)
            .ok_or_else(|| format!("the model has no shape {name}"))
    }

    /// Names of the shapes that are the input of an operation.
    pub fn input_names(&self) -> BTreeSet<&str> {
        self.operations
            .values()
            .map(|o| o.input.shape.as_str())
            .collect()
    }

    /// Names of the shapes that are the output of an operation.
    pub fn output_names(&self) -> BTreeSet<&str> {
        self.operations
            .values()
            .filter_map(|o| o.output.as_ref())
            .map(|o| o.shape.as_str())
            .collect()
    }
}

impl Operation {
    /// Whether the call needs no signature.
    pub fn is_public(&self) -> bool {
        self.authtype.as_deref() == Some("none")
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}
