//! `/sign-up/self-service`: self-registration, and the email domains that may sign up.

use askama::Template;
use cabana_api::logic::users::sign_up_domains::SignUpDomains;
use cabana_domain::pool::SIGN_UP_DOMAINS_TAG;
use cabana_model::{UpdateUserPoolRequest, UserPoolType};

use crate::about::About;
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
        .row(
            "Email domains that may sign up",
            match domains(pool) {
                "" => Cell::from("All"),
                domains => Cell::Code(domains.to_owned()),
            },
        )
}

/// Email domains that may sign up, as in the tag; empty if all may.
fn domains(pool: &UserPoolType) -> &str {
    let tags = pool.user_pool_tags.as_ref();
    let domains = tags.and_then(|tags| tags.get(SIGN_UP_DOMAINS_TAG));
    domains.map_or("", String::as_str)
}

#[derive(Template)]
#[template(path = "settings/self_service.html")]
struct Controls<'a> {
    form: &'a Form,
}

pub struct SelfService;

impl Edits for SelfService {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit self-service sign-up";
    const NEWS: &'static str = "Self-service sign-up has been saved.";
    const PART: &'static str = "/sign-up";
    const FIELDS: &'static [(About<'static>, &'static str)] =
        &[(About::Member(SIGN_UP_DOMAINS_TAG), "domains")];

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        form.ticked("open", is_open(pool))
            .with("domains", domains(pool))
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let config = input.admin_create_user_config.get_or_insert_default();
        config.allow_admin_create_user_only = Some(!form.is_on("open"));
        let domains = form.given("domains");
        if domains
            .as_deref()
            .is_some_and(|it| SignUpDomains::parse(it).is_none())
        {
            form.add_problem(
                "domains",
                "Enter full domain names separated by commas, such as example.org, example.net.",
            );
        }
        let tags = input.user_pool_tags.get_or_insert_default();
        match domains {
            Some(domains) => tags.insert(SIGN_UP_DOMAINS_TAG.to_owned(), domains),
            None => tags.remove(SIGN_UP_DOMAINS_TAG),
        };
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}
