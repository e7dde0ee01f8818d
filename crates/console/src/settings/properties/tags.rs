//! `/properties/tags`: tags of a pool, including those that the server itself reads.

use std::collections::BTreeMap;

use askama::Template;
use cabana_model::{UpdateUserPoolRequest, UserPoolType};

use crate::form::{Field, Form};
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;

/// Empty rows of a form after the filled ones.
const SPARE: usize = 3;
/// Most tags of a pool.
const MOST: usize = 50;

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let tags = pool.user_pool_tags.iter().flatten();
    let line =
        |(key, value): (&String, &String)| vec![Cell::Code(key.clone()), value.clone().into()];
    let lines: Vec<_> = tags.map(line).collect();
    Panel::new("tags", "Tags")
        .count(lines.len())
        .action(may, "Edit", edit)
        .table(
            &["Key", "Value"],
            lines,
            "No tags. Use them to organize your user pools, and for settings that Cognito does not have.",
        )
}

#[derive(Template)]
#[template(path = "settings/tags.html")]
struct Controls<'a> {
    form: &'a Form,
    rows: usize,
}

impl Controls<'_> {
    fn key(&self, row: &usize) -> Field {
        self.form.text(&key(*row), "Key").machine()
    }

    fn value(&self, row: &usize) -> Field {
        self.form.text(&value(*row), "Value")
    }
}

fn key(row: usize) -> String {
    format!("key{row}")
}

fn value(row: usize) -> String {
    format!("value{row}")
}

pub struct Tags;

impl Edits for Tags {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit tags";
    const NEWS: &'static str = "The tags have been saved.";
    const PART: &'static str = "/properties";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let tags = pool.user_pool_tags.iter().flatten();
        tags.zip(1..).fold(form, |form, ((name, text), row)| {
            form.with(&key(row), name.as_str())
                .with(&value(row), text.as_str())
        })
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let mut tags = BTreeMap::new();
        for row in 1..=MOST {
            let text = form.get(&value(row)).to_owned();
            let Some(name) = form.given(&key(row)) else {
                if !text.is_empty() {
                    form.add_problem(&key(row), "Enter a key for this value.");
                }
                continue;
            };
            if tags.insert(name, text).is_some() {
                form.add_problem(&key(row), "Another tag has this key.");
            }
        }
        input.user_pool_tags = Some(tags);
    }

    fn controls(form: &Form, pool: &UserPoolType) -> askama::Result<String> {
        let own = pool.user_pool_tags.as_ref().map_or(0, BTreeMap::len);
        let filled = (1..=MOST).rev().find(|row| form.is_on(&key(*row)));
        let rows = (own.max(filled.unwrap_or(0)) + SPARE).min(MOST);
        Controls { form, rows }.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &mut Form) -> BTreeMap<String, String> {
        let mut input = UpdateUserPoolRequest::default();
        Tags::read(form, &UserPoolType::default(), &mut input);
        input.user_pool_tags.unwrap()
    }

    #[test]
    fn a_row_without_a_key_is_a_tag_removed() {
        let mut form = Form::default()
            .with("key1", "")
            .with("key2", "team")
            .with("value2", "a b");
        assert_eq!(
            read(&mut form),
            BTreeMap::from([("team".to_owned(), "a b".to_owned())])
        );
        assert!(form.is_fine());
    }

    #[test]
    fn a_value_without_a_key_and_a_key_twice_are_told() {
        let mut form = Form::default().with("value1", "lost");
        read(&mut form);
        assert!(!form.is_fine());
        let mut form = Form::default().with("key1", "a").with("key2", "a");
        read(&mut form);
        assert!(!form.is_fine());
    }
}
