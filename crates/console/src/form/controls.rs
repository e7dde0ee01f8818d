//! The controls of a form: values that print themselves.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Problem;

/// A hidden field.
#[derive(Template)]
#[template(
    source = r#"<input type="hidden" name="{{ name }}" value="{{ value }}">"#,
    ext = "html"
)]
pub struct Hidden {
    pub(super) name: String,
    pub(super) value: String,
}

/// The problems of a form, as a list with links to the fields.
#[derive(Template)]
#[template(path = "parts/summary.html")]
pub struct Summary<'a> {
    pub(super) problems: &'a [Problem],
}

/// A text field.
#[derive(Template)]
#[template(path = "parts/field.html")]
pub struct Field {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) error: Option<String>,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) hint: Option<String>,
    pub(super) required: bool,
    pub(super) rows: Option<u8>,
    pub(super) machine: bool,
    pub(super) suffix: Option<String>,
    pub(super) asks: Option<&'static str>,
}

impl Field {
    /// Sets the help text below the field.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// Marks the field as required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Sets the type of the input: `email`, `number`, `url`, `password`. A password is never sent back to the browser.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        if kind == "password" {
            self.value.clear();
        }
        self.kind = kind;
        self
    }

    /// Sets what browsers may fill in; `off` by default.
    #[must_use]
    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// Shows the value in a monospaced font.
    #[must_use]
    pub fn machine(mut self) -> Self {
        self.machine = true;
        self
    }

    /// Sets the text after the box, such as a unit.
    #[must_use]
    pub fn suffix(mut self, suffix: &str) -> Self {
        self.suffix = Some(suffix.to_owned());
        self
    }

    /// Sets the address that the script asks for a remark on the value while the operator types. The script appends the
    /// value to the address.
    #[must_use]
    pub fn asks(mut self, address: &'static str) -> Self {
        self.asks = Some(address);
        self
    }

    fn described(&self) -> String {
        described(&self.id, "hint", &self.hint, &self.error)
    }
}

/// Ids of the elements that describe a control, for screen readers: its error, and its hint under this suffix.
fn described(id: &str, suffix: &str, hint: &Option<String>, error: &Option<String>) -> String {
    let error = error.as_ref().map(|_| format!("{id}-error"));
    let hint = hint.as_ref().map(|_| format!("{id}-{suffix}"));
    let parts: Vec<_> = error.into_iter().chain(hint).collect();
    parts.join(" ")
}

/// A checkbox.
#[derive(Template)]
#[template(path = "parts/check.html")]
pub struct Check {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) on: bool,
    pub(super) hint: Option<String>,
    pub(super) error: Option<String>,
}

impl Check {
    fn described(&self) -> String {
        described(&self.id, "hint", &self.hint, &self.error)
    }

    /// Sets the explanation below the checkbox.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

pub(super) struct Choice {
    id: String,
    value: String,
    label: String,
    hint: Option<String>,
    on: bool,
}

/// Radio buttons, checkboxes or a drop-down list under a common legend.
#[derive(Template)]
#[template(path = "parts/group.html")]
pub struct Group {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) legend: String,
    pub(super) kind: &'static str,
    pub(super) chosen: Vec<String>,
    pub(super) options: Vec<Choice>,
    pub(super) hint: Option<String>,
    pub(super) error: Option<String>,
}

impl Group {
    fn described(&self) -> String {
        described(&self.id, "help", &self.hint, &self.error)
    }

    /// Adds an option.
    #[must_use]
    pub fn option(mut self, value: &str, label: &str) -> Self {
        let id = match self.options.len() {
            0 => self.id.clone(),
            further => format!("{}-{further}", self.id),
        };
        self.options.push(Choice {
            id,
            value: value.to_owned(),
            label: label.to_owned(),
            hint: None,
            on: self.chosen.iter().any(|chosen| chosen == value),
        });
        self
    }

    /// Adds options with their explanations.
    #[must_use]
    pub fn explained<'t>(
        self,
        options: impl IntoIterator<Item = (&'t str, &'t str, &'t str)>,
    ) -> Self {
        options
            .into_iter()
            .fold(self, |group, (value, label, meaning)| {
                group.option(value, label).meaning(meaning)
            })
    }

    /// Sets the explanation of the option that was added last.
    #[must_use]
    pub fn meaning(mut self, text: &str) -> Self {
        if let Some(option) = self.options.last_mut() {
            option.hint = Some(text.to_owned());
        }
        self
    }

    /// Sets the help text of the group.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }
}

impl HtmlSafe for Hidden {}
impl HtmlSafe for Summary<'_> {}
impl HtmlSafe for Field {}
impl HtmlSafe for Check {}
impl HtmlSafe for Group {}
