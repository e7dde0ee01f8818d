//! `/properties/name`: name of a pool.

use askama::Template;
use cabana_model::{UpdateUserPoolRequest, UserPoolType};

use crate::about::About;
use crate::form::Form;
use crate::settings::sheet::Edits;

#[derive(Template)]
#[template(
    source = r#"{{ form.text("name", "User pool name").required().hint("1 to 128 letters, digits, spaces and + = , . @ - _. Apps do not depend on it.") }}"#,
    ext = "html"
)]
struct Controls<'a> {
    form: &'a Form,
}

pub struct Name;

impl Edits for Name {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit user pool name";
    const NEWS: &'static str = "The user pool has a new name.";
    const PART: &'static str = "/properties";
    const FIELDS: &'static [(About<'static>, &'static str)] =
        &[(About::Member("poolName"), "name")];

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        form.with("name", pool.name.clone().unwrap_or_default())
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        input.pool_name = Some(form.demand("name", "Enter a name."));
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}
