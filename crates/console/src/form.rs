//! Forms: the values entered, their problems, and the controls that show both.
//!
//! A control is a value that prints itself: `{{ form.text("name", "User pool name").hint("…") }}` in a template. The
//! values are shown again as they were entered, and a problem is shown beside its field and once on top.

mod controls;
mod kept;

pub use kept::Kept;

use std::fmt::Write as _;

use cabana_web::params::Params;
use serde::{Deserialize, Serialize};

use crate::desk::Desk;

pub use controls::{Check, Field, Group, Hidden, Summary};

/// A form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: Vec<(String, String)>,
    problems: Vec<Problem>,
    csrf: String,
}

/// A problem with the values of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Name of the field; `None` if the problem concerns the whole form.
    pub field: Option<String>,
    pub text: String,
}

impl Problem {
    fn href(&self) -> Option<String> {
        self.field.as_deref().map(|name| format!("#{}", id(name)))
    }
}

/// Element id of a field, for links to it. A group has the id of its first control.
fn id(name: &str) -> String {
    let mut id = "f-".to_owned();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            id.push(character);
        } else {
            let _ = write!(id, "-{:x}", u32::from(character));
        }
    }
    id
}

impl Form {
    /// An empty form.
    pub fn new(desk: &Desk) -> Self {
        Self {
            csrf: desk.csrf().to_owned(),
            ..Self::default()
        }
    }

    /// The form as it was sent.
    pub fn sent(desk: &Desk) -> Self {
        Self::new(desk).filled(&desk.form)
    }

    /// The form with these problems in place of its own.
    #[must_use]
    pub fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// The form with a single problem, which begins with this text.
    #[must_use]
    pub fn with_one_problem(self, opening: &str) -> Self {
        let texts = self.problems.iter().map(|problem| problem.text.as_str());
        let text = std::iter::once(opening).chain(texts).collect::<Vec<_>>();
        let problem = Problem {
            field: None,
            text: text.join(" "),
        };
        self.with_problems(vec![problem])
    }

    /// Adds the values of these parameters.
    #[must_use]
    pub fn filled(mut self, params: &Params) -> Self {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let pairs = params.iter().filter(|(name, _)| *name != "_csrf").map(own);
        self.values.extend(pairs);
        self
    }

    /// Adds a value. A list, or a group of checkboxes, has its name several times.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// Ticks a checkbox if `on`.
    #[must_use]
    pub fn ticked(self, name: &str, on: bool) -> Self {
        if on { self.with(name, "on") } else { self }
    }

    /// The form without the values of this field.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut rest = self.clone();
        rest.values.retain(|(it, _)| it != name);
        rest
    }

    /// The value of a field, trimmed; empty if it was left out.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value as it was entered, for passwords.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The trimmed value, if anything was entered.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.get(name))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    /// All values of a name, in order, without empty ones.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let of_name = self.values.iter().filter(|(it, _)| it == name);
        let values = of_name.map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty()).collect()
    }

    /// The lines of a text area, without empty ones.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.raw(name).lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Whether a checkbox is ticked, or any of its group.
    pub fn is_on(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Whether this option of a group is chosen.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values
            .iter()
            .any(|(it, given)| it == name && given == value)
    }

    /// A whole number. Adds a problem if it is none or out of range; `None` then, and if nothing was entered.
    pub fn number(&mut self, name: &str, range: std::ops::RangeInclusive<i32>) -> Option<i32> {
        let entered = self.given(name)?;
        match entered.parse() {
            Ok(number) if range.contains(&number) => Some(number),
            _ => {
                let text = format!(
                    "Enter a whole number from {} to {}.",
                    range.start(),
                    range.end()
                );
                self.add_problem(name, text);
                None
            }
        }
    }

    /// The value of a required field. Adds a problem with this text if nothing was entered.
    pub fn demand(&mut self, name: &str, text: &str) -> String {
        let value = self.get(name).to_owned();
        if value.is_empty() {
            self.add_problem(name, text);
        }
        value
    }

    /// Adds a problem of a field.
    pub fn add_problem(&mut self, field: &str, text: impl Into<String>) {
        self.problems.push(Problem {
            field: Some(field.to_owned()),
            text: text.into(),
        });
    }

    /// Adds a problem of the whole form.
    pub fn add_form_problem(&mut self, text: impl Into<String>) {
        self.problems.push(Problem {
            field: None,
            text: text.into(),
        });
    }

    /// Whether the form has no problems.
    pub fn is_fine(&self) -> bool {
        self.problems.is_empty()
    }

    fn error(&self, name: &str) -> Option<String> {
        let own = |problem: &&Problem| problem.field.as_deref() == Some(name);
        self.problems
            .iter()
            .find(own)
            .map(|problem| problem.text.clone())
    }

    /// The hidden field with the CSRF token, which every form carries.
    pub fn token(&self) -> Hidden {
        Hidden {
            name: "_csrf".to_owned(),
            value: self.csrf.clone(),
        }
    }

    /// A hidden field with the value of this name.
    pub fn hidden(&self, name: &str) -> Hidden {
        Hidden {
            name: name.to_owned(),
            value: self.raw(name).to_owned(),
        }
    }

    /// The list of problems, for the top of the page.
    pub fn summary(&self) -> Summary<'_> {
        Summary {
            problems: &self.problems,
        }
    }

    /// A text field of one line.
    pub fn text(&self, name: &str, label: &str) -> Field {
        Field {
            id: id(name),
            name: name.to_owned(),
            label: label.to_owned(),
            value: self.raw(name).to_owned(),
            error: self.error(name),
            kind: "text",
            autocomplete: "off",
            hint: None,
            required: false,
            rows: None,
            machine: false,
            suffix: None,
            asks: None,
        }
    }

    /// A text area.
    pub fn area(&self, name: &str, label: &str, rows: u8) -> Field {
        Field {
            rows: Some(rows),
            ..self.text(name, label)
        }
    }

    /// A checkbox.
    pub fn check(&self, name: &str, label: &str) -> Check {
        Check {
            id: id(name),
            name: name.to_owned(),
            label: label.to_owned(),
            on: self.is_on(name),
            hint: None,
            error: self.error(name),
        }
    }

    /// Radio buttons; `.option(value, label)` adds each.
    pub fn choice(&self, name: &str, legend: &str) -> Group {
        self.group(name, legend, "radio")
    }

    /// A group of checkboxes; `.option(value, label)` adds each.
    pub fn checks(&self, name: &str, legend: &str) -> Group {
        self.group(name, legend, "checkbox")
    }

    /// A drop-down list; `.option(value, label)` adds each entry.
    pub fn select(&self, name: &str, label: &str) -> Group {
        self.group(name, label, "select")
    }

    fn group(&self, name: &str, legend: &str, kind: &'static str) -> Group {
        let own = self.values.iter().filter(|(it, _)| it == name);
        Group {
            id: id(name),
            name: name.to_owned(),
            legend: legend.to_owned(),
            kind,
            chosen: own.map(|(_, value)| value.clone()).collect(),
            options: Vec::new(),
            hint: None,
            error: self.error(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::default()
            .with("name", " a<b ")
            .with("flow", "code")
            .with("flow", "implicit")
            .with("urls", "https://a\n\n https://b ")
            .with("days", "x")
    }

    #[test]
    fn what_was_entered_is_read_trimmed_and_shown_as_it_was() {
        let form = form();
        assert_eq!(form.get("name"), "a<b");
        assert_eq!(form.all("flow"), ["code", "implicit"]);
        assert_eq!(form.lines("urls"), ["https://a", "https://b"]);
        assert!(form.has("flow", "code") && !form.has("flow", "other"));
        let html = form.text("name", "Name").to_string();
        assert!(html.contains(r#"value=" a&#60;b ""#), "{html}");
    }

    #[test]
    fn a_problem_stands_beside_its_field_and_on_top() {
        let mut form = form();
        assert_eq!(form.number("days", 1..=30), None);
        assert!(!form.is_fine());
        let field = form.text("days", "Days").to_string();
        assert!(
            field.contains(r#"aria-invalid="true""#) && field.contains("f-days-error"),
            "{field}"
        );
        let top = form.summary().to_string();
        assert!(
            top.contains(r##"href="#f-days""##) && top.contains("from 1 to 30"),
            "{top}"
        );
    }

    #[test]
    fn options_that_were_chosen_are_chosen() {
        let group = form()
            .checks("flow", "Flows")
            .option("code", "Code")
            .option("other", "Other");
        let html = group.to_string();
        assert_eq!(html.matches(" checked").count(), 1, "{html}");
    }
}
