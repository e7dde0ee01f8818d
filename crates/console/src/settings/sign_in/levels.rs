//! `/sign-in/levels`: names of the levels of authentication, and whether tokens state theirs.

use askama::Template;
use cabana_api::faults::reason;
use cabana_api::logic::pools::levels;
use cabana_model::{AcrLevelConfigType, UpdateUserPoolRequest, UserPoolType};

use crate::about::About;
use crate::form::{Field, Form};
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;

/// Key, label, what reaches the level.
const LEVELS: [(&str, &str, &str); 4] = [
    ("Level1", "Level 1", "A password."),
    ("Level2", "Level 2", "A code by email or text message."),
    (
        "Level3",
        "Level 3",
        "A password and a code by email or text message, or a passkey.",
    ),
    (
        "Level4",
        "Level 4",
        "A password and a code of an authenticator app.",
    ),
];

fn name(pool: &UserPoolType, key: &str) -> String {
    let levels = levels::effective(pool.acr_configuration.as_ref());
    let level = levels.get(key);
    level.map(|it| it.acr_value.clone()).unwrap_or_default()
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let stated = match pool.acr_configuration.is_some() {
        true => "In all tokens",
        false => "Only where an app asks for a level",
    };
    let start = Panel::new("levels", "Authentication levels")
        .lead("How a person has signed in, as the claims acr and amr state it. Apps ask for a level with acr_values or TARGET_ACR_VALUES.")
        .action(may, "Edit", edit)
        .row("Stated", stated);
    let row = |panel: Panel, (key, label, _)| panel.row(label, Cell::from(name(pool, key)));
    LEVELS.into_iter().fold(start, row)
}

#[derive(Template)]
#[template(path = "settings/levels.html")]
struct Controls<'a> {
    form: &'a Form,
    /// Whether tokens state their level already: that stays.
    stated: bool,
}

impl Controls<'_> {
    fn names(&self) -> Vec<Field> {
        let field = |(key, label, meaning)| self.form.text(key, label).hint(meaning);
        LEVELS.into_iter().map(field).collect()
    }
}

pub struct Levels;

impl Edits for Levels {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit authentication levels";
    const NEWS: &'static str = "The authentication levels have been saved.";
    const LEAD: &'static str = "Names of your own need the plan Essentials or a higher one.";
    const PART: &'static str = "/sign-in";
    const FIELDS: &'static [(About<'static>, &'static str)] = &[
        (About::Reason(reason::level_name_taken), "Level1"),
        (About::Member("acrConfiguration.Level1"), "Level1"),
        (About::Member("acrConfiguration.Level2"), "Level2"),
        (About::Member("acrConfiguration.Level3"), "Level3"),
        (About::Member("acrConfiguration.Level4"), "Level4"),
    ];

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let named = |form: Form, (key, ..): (&str, _, _)| form.with(key, name(pool, key));
        LEVELS.into_iter().fold(form, named)
    }

    fn read(form: &mut Form, pool: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let usual = levels::effective(None);
        let mut wanted = usual.clone();
        for (key, ..) in LEVELS {
            let acr_value = form.get(key).to_owned();
            if acr_value.is_empty() {
                continue;
            }
            let is_taken = wanted
                .iter()
                .any(|(other, it)| other != key && it.acr_value == acr_value);
            if is_taken {
                form.add_problem(key, "Another level has this name.");
            }
            wanted.insert(key.to_owned(), AcrLevelConfigType { acr_value });
        }
        let states = pool.acr_configuration.is_some() || form.is_on("stated");
        input.acr_configuration = (states || wanted != usual).then_some(wanted);
    }

    fn controls(form: &Form, pool: &UserPoolType) -> askama::Result<String> {
        let stated = pool.acr_configuration.is_some();
        Controls { form, stated }.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(pool: &UserPoolType, changes: &[(&str, &str)]) -> (Form, UpdateUserPoolRequest) {
        let form = Levels::fill(Form::default(), pool);
        let set = |form: Form, (name, value): &(&str, &str)| form.with(name, *value);
        let mut form = changes.iter().fold(form, set);
        let mut input = UpdateUserPoolRequest::default();
        Levels::read(&mut form, pool, &mut input);
        (form, input)
    }

    #[test]
    fn names_that_nobody_changed_are_not_set() {
        let fresh = UserPoolType::default();
        assert_eq!(saved(&fresh, &[]).1.acr_configuration, None);
        let stated = saved(&fresh, &[("stated", "on")]).1.acr_configuration;
        assert_eq!(stated, Some(levels::effective(None)));
        let pool = UserPoolType {
            acr_configuration: stated.clone(),
            ..fresh
        };
        assert_eq!(saved(&pool, &[]).1.acr_configuration, stated);
    }
}
