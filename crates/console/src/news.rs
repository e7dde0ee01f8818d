//! News: what the page after a change says about it, and the form that takes the change back.

use serde::{Deserialize, Serialize};

/// Field that tells a form that takes a change back from one that a page has anyway.
pub const UNDO: &str = "undo";

/// A success message after a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct News {
    pub text: String,
    pub undo: Option<Undo>,
}

/// The form behind the button *Undo*: what it sends, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Undo {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl News {
    /// Offers to take the change back with this form, which must put back exactly what was there before.
    #[must_use]
    pub fn undone_by(self, action: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let undo = Undo {
            action: action.into(),
            fields: fields.iter().map(own).collect(),
        };
        Self {
            undo: Some(undo),
            ..self
        }
    }

    /// The message after a change was taken back. The page has the controls to make it anew.
    #[must_use]
    pub fn undone(self) -> Self {
        Self {
            text: format!("Undone. {}", self.text),
            undo: None,
        }
    }
}

impl<T: Into<String>> From<T> for News {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            undo: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_of_earlier_and_later_programs_are_shown() {
        let golden = r#"{"text":"Done.","undo":{"action":"/a","fields":[["user","ann"]],"later":1},"later":1}"#;
        let news: News = serde_json::from_str(golden).unwrap();
        assert_eq!(
            news,
            News::from("Done.").undone_by("/a", &[("user", "ann")])
        );
        let plain: News = serde_json::from_str(r#"{"text":"Done."}"#).unwrap();
        assert_eq!(plain, "Done.".into());
    }
}
