//! Whether people may make an account themselves.

use askama::Template;
use cabana_model::{UpdateUserPoolRequest, UserPoolType};

use crate::form::Form;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;

fn is_open(pool: &UserPoolType) -> bool {
    let config = pool.admin_create_user_config.as_ref();
    config.and_then(|it| it.allow_admin_create_user_only) != Some(true)
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    Panel::new("self-service", "Self-service sign-up")
        .action(may, "Edit", edit)
        .row("Self-registration", Cell::enabled(is_open(pool)))
}

#[derive(Template)]
#[template(
    source = r#"{{ form.check("open", "Enable self-registration").hint("Anybody who reaches the sign-up page or the API may make an account. Otherwise only administrators can.") }}"#,
    ext = "html"
)]
struct Controls<'a> {
    form: &'a Form,
}

pub struct SelfService;

impl Edits for SelfService {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit self-service sign-up";
    const NEWS: &'static str = "Self-service sign-up was saved.";
    const PART: &'static str = "/sign-up";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        form.ticked("open", is_open(pool))
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let config = input.admin_create_user_config.get_or_insert_default();
        config.allow_admin_create_user_only = Some(!form.is_on("open"));
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}
