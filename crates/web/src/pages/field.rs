//! A labelled input with its hint and error: the building block of every form.

use askama::Template;
use askama::filters::HtmlSafe;

use super::frame::Frame;
use super::password::PasswordRules;

/// A labelled input. Renders as HTML.
#[derive(Template)]
#[template(path = "parts/field.html")]
pub(super) struct Field {
    id: String,
    name: String,
    label: String,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
    /// Whether browsers list passkeys in it, too.
    passkeys: bool,
    inputmode: Option<&'static str>,
    hint: Option<String>,
    error: Option<String>,
    multiline: bool,
    /// Cells drawn for a code of this many characters; 0 for other fields.
    cells: u8,
    focus: bool,
    /// Whether the list of problems at the top describes the field: it has the focus but no error of its own.
    under_problems: bool,
    blameless: bool,
    secret: Option<Secret>,
}

impl HtmlSafe for Field {}

/// Extras of a password input.
struct Secret {
    show: String,
    hide: String,
    rules: Option<Rules>,
}

struct Rules {
    intro: String,
    met: String,
    min: u32,
    lines: Vec<Rule>,
    /// The `passwordrules` attribute, for password managers that generate one.
    attribute: String,
}

/// A rule for new passwords; the script ticks those with a `check`.
pub(super) struct Rule {
    pub(super) check: Option<&'static str>,
    pub(super) text: String,
}

/// The `id` of the field with this name: brackets have no place in a selector.
pub(super) fn id(name: &str) -> String {
    name.replace('[', "-").replace(']', "")
}

impl Frame {
    /// A required text field, with its error if there is one.
    pub(super) fn field(&self, name: &str, label: &str) -> askama::Result<Field> {
        Ok(self.labelled(name, self.say(label)?, self.error_at(name)?))
    }

    pub(super) fn labelled(&self, name: &str, label: String, error: Option<String>) -> Field {
        let first = self
            .problems
            .iter()
            .find_map(|problem| problem.field.as_deref());
        Field {
            id: id(name),
            name: name.to_owned(),
            label,
            kind: "text",
            value: String::new(),
            autocomplete: "off",
            passkeys: false,
            inputmode: None,
            hint: None,
            error,
            multiline: false,
            cells: 0,
            focus: first == Some(name),
            under_problems: !self.problems.is_empty(),
            blameless: !self.blames_a_field(),
            secret: None,
        }
    }

    pub(super) fn error_at(&self, name: &str) -> askama::Result<Option<String>> {
        let problem = self
            .problems
            .iter()
            .find(|problem| problem.field.as_deref() == Some(name));
        problem.map(|problem| self.explain(problem)).transpose()
    }

    /// The field for the name that people sign in with.
    pub(super) fn username_field(&self, value: &str) -> askama::Result<Field> {
        use super::frame::Identifier::{Email, Phone};
        let mode = match self.identifier {
            Email => Some("email"),
            Phone => Some("tel"),
            _ => None,
        };
        Ok(self
            .field("username", self.identifier.label())?
            .typed("text", "username", mode)
            .value(value))
    }

    /// A password field, with the list of rules for a new password.
    pub(super) fn password_field(
        &self,
        name: &str,
        label: &str,
        rules: Option<&PasswordRules>,
    ) -> askama::Result<Field> {
        let autocomplete = if name == "password" && rules.is_none() {
            "current-password"
        } else {
            "new-password"
        };
        let mut field = self
            .field(name, label)?
            .typed("password", autocomplete, None);
        let rules = rules.map(|rules| -> askama::Result<Rules> {
            Ok(Rules {
                intro: self.say("rules-intro")?,
                met: self.say("rules-met")?,
                min: rules.min_length,
                lines: rules.lines(self.texts)?,
                attribute: rules.attribute(),
            })
        });
        let (show, hide) = (self.say("password-show")?, self.say("password-hide")?);
        field.secret = Some(Secret {
            show,
            hide,
            rules: rules.transpose()?,
        });
        Ok(field)
    }

    /// A field for a code of this many digits, from a message or an authenticator app.
    pub(super) fn code_field(&self, name: &str, digits: u8) -> askama::Result<Field> {
        let field = self
            .field(name, "label-code")?
            .typed("text", "one-time-code", Some("numeric"));
        Ok(field.celled(digits).focused(true))
    }
}

impl Field {
    pub(super) fn typed(
        self,
        kind: &'static str,
        autocomplete: &'static str,
        mode: Option<&'static str>,
    ) -> Self {
        Self {
            kind,
            autocomplete,
            inputmode: mode,
            ..self
        }
    }

    /// Lets the browser list the passkeys of the page among the names.
    pub(super) fn offering_passkeys(self, passkeys: bool) -> Self {
        Self { passkeys, ..self }
    }

    pub(super) fn value(self, value: &str) -> Self {
        Self {
            value: value.to_owned(),
            ..self
        }
    }

    pub(super) fn hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }

    pub(super) fn multiline(self, multiline: bool) -> Self {
        Self { multiline, ..self }
    }

    /// Draws a cell for each of this many characters.
    pub(super) fn celled(self, cells: u8) -> Self {
        Self { cells, ..self }
    }

    /// Gives the field the focus, unless a problem has it.
    pub(super) fn focused(self, wanted: bool) -> Self {
        Self {
            focus: self.focus || (wanted && self.blameless),
            ..self
        }
    }

    /// Whether every character counts, so that keyboards must not correct it.
    fn is_literal(&self) -> bool {
        self.kind == "text"
            && ["username", "one-time-code", "language", "off"].contains(&self.autocomplete)
    }

    fn rules(&self) -> Option<&Rules> {
        self.secret.as_ref()?.rules.as_ref()
    }

    /// Ids for `aria-describedby`.
    fn described_by(&self) -> String {
        let part = |there: bool, id: &str| there.then(|| format!("{}-{id}", self.id));
        let list_of_problems = (self.focus && self.under_problems && self.error.is_none())
            .then(|| "problems".to_owned());
        let ids = [
            list_of_problems,
            part(self.error.is_some(), "error"),
            part(self.hint.is_some(), "hint"),
            part(self.rules().is_some(), "rules"),
        ];
        ids.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
