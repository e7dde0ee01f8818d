//! Names of users and groups in addresses. They may contain any character and be any word, so a few get the mark `~`:
//! words that are pages of the console, and dots, which browsers resolve.

use form_urlencoded::byte_serialize;
use serde::{Deserialize, Deserializer};

use crate::form::Form;

/// Names that get the mark in an address.
const OURS: [&str; 3] = ["new", ".", ".."];
const MARK: char = '~';

/// Name of a user or group that is part of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a name from the form, and adds a problem if it is missing or contains spaces.
    pub fn demand(form: &mut Form, field: &str, missing: &str) -> String {
        let name = form.demand(field, missing);
        if name.contains(|it: char| it.is_whitespace() || it.is_control()) {
            form.add_problem(field, "A name cannot contain spaces.");
        }
        name
    }

    /// The name as one segment of a path.
    pub fn segment(&self) -> String {
        let encoded: String = byte_serialize(self.0.as_bytes()).collect();
        // In a path a plus is a plus, not a space.
        let encoded = encoded.replace('+', "%20");
        match OURS.contains(&self.0.as_str()) || self.0.starts_with(MARK) {
            true => format!("{MARK}{encoded}"),
            false => encoded,
        }
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let segment = String::deserialize(from)?;
        Ok(Self(match segment.strip_prefix(MARK) {
            Some(name) => name.to_owned(),
            None => segment,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn every_name_comes_back_from_its_segment() {
        for (name, segment) in [
            ("ada", "ada"),
            ("ada@example.com", "ada%40example.com"),
            ("a b/c?d#e%2F+", "a%20b%2Fc%3Fd%23e%252F%2B"),
            ("..", "~.."),
            (".", "~."),
            ("new", "~new"),
            ("~new", "~%7Enew"),
            ("日本", "%E6%97%A5%E6%9C%AC"),
        ] {
            assert_eq!(Name::new(name).segment(), segment);
            let decoded: String = form_urlencoded::parse(segment.as_bytes())
                .map(|(key, _)| key.into_owned())
                .collect();
            let json = serde_json::Value::from(decoded);
            assert_eq!(
                serde_json::from_value::<Name>(json).unwrap(),
                Name::new(name)
            );
        }
    }
}
