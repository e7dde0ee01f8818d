//! What is kept of a form between the request that sent it and the page that shows it again.

use cabana_api::Fault;
use serde::{Deserialize, Serialize};

use super::{Form, Problem};
use crate::desk::Desk;

/// Fields with secrets. They are not kept and not sent back to the browser.
const SECRETS: [&str; 5] = [
    "password",
    "repeated",
    "code",
    "client_secret",
    "private_key",
];
/// Problem of a form whose draft is gone.
const EXPIRED: &str = "What was entered here has expired.";

/// What is kept of a form that was refused.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The values that were sent; `None` for a problem of another form than the page's own, whose values stay.
    pub values: Option<Vec<(String, String)>>,
    pub problems: Vec<Problem>,
}

impl Form {
    /// The form that the address names, as it was refused, or else the one that `blank` fills.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn resumed(desk: &Desk, blank: impl FnOnce() -> Self) -> Result<Self, Fault> {
        let Some(id) = &desk.draft else {
            return Ok(blank());
        };
        let found = desk.drafts(&desk.path).find(id).await?;
        Ok(blank().having(found.map(|found| found.content)))
    }

    /// The form with what was kept in place of its own; with a problem if that has expired.
    #[must_use]
    pub fn having(mut self, kept: Option<Kept>) -> Self {
        match kept {
            Some(kept) => {
                if let Some(values) = kept.values {
                    self.values = values;
                }
                self.problems = kept.problems;
            }
            None => self.add_form_problem(EXPIRED),
        }
        self
    }

    /// What is kept of the form: not its secrets.
    pub fn kept(&self) -> Kept {
        let is_kept = |(name, _): &&(String, String)| !SECRETS.contains(&name.as_str());
        Kept {
            values: Some(self.values.iter().filter(is_kept).cloned().collect()),
            ..self.problems_only()
        }
    }

    /// The form's problems without its values, for the page of another form.
    pub fn problems_only(&self) -> Kept {
        Kept {
            values: None,
            problems: self.problems.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        let form = Form::default().with("name", "a<b");
        let form = SECRETS
            .iter()
            .fold(form, |form, name| form.with(name, "s3cret"));
        let kept = serde_json::to_string(&form.kept()).unwrap();
        assert!(kept.contains("a<b") && !kept.contains("s3cret"), "{kept}");
    }

    #[test]
    fn a_problem_of_another_form_leaves_the_values_of_the_page() {
        let mut other = Form::default().with("role", "administrator");
        other.add_form_problem("No.");
        let page = || Form::default().with("name", "stored");
        let with = |kept| page().having(Some(kept));
        let shown = with(other.problems_only());
        assert_eq!((shown.get("name"), shown.get("role")), ("stored", ""));
        assert!(!shown.is_fine());
        let shown = with(other.kept());
        assert_eq!(
            (shown.get("name"), shown.get("role")),
            ("", "administrator")
        );
    }

    #[test]
    fn what_earlier_and_later_programs_keep_is_read() {
        let golden =
            r#"{"values":[["name","a"]],"problems":[{"field":null,"text":"No."}],"later":1}"#;
        let kept: Kept = serde_json::from_str(golden).unwrap();
        assert_eq!(kept.values.unwrap(), [("name".to_owned(), "a".to_owned())]);
        assert_eq!(kept.problems[0].text, "No.");
        assert!(serde_json::from_str::<Kept>("{}").is_ok());
    }
}
