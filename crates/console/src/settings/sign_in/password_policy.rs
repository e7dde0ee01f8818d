//! `/sign-in/password-policy`: requirements for passwords of a pool.

use askama::Template;
use cabana_api::faults::reason;
use cabana_model::{PasswordPolicyType, UpdateUserPoolRequest, UserPoolType};

use crate::about::About;
use crate::form::Form;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;
use crate::settings::words::counted;

/// Kinds of characters that a password may need: option, label, and member of the policy.
type Kind = (
    &'static str,
    &'static str,
    fn(&mut PasswordPolicyType) -> &mut Option<bool>,
);
const KINDS: [Kind; 4] = [
    ("number", "Contains at least 1 number", |it| {
        &mut it.require_numbers
    }),
    ("symbol", "Contains at least 1 special character", |it| {
        &mut it.require_symbols
    }),
    ("upper", "Contains at least 1 uppercase letter", |it| {
        &mut it.require_uppercase
    }),
    ("lower", "Contains at least 1 lowercase letter", |it| {
        &mut it.require_lowercase
    }),
];

fn policy(pool: &UserPoolType) -> PasswordPolicyType {
    let policies = pool.policies.as_ref();
    policies
        .and_then(|it| it.password_policy.clone())
        .unwrap_or_default()
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let mut policy = policy(pool);
    let kinds = KINDS
        .iter()
        .filter(|(_, _, member)| *member(&mut policy) == Some(true));
    let kinds: Vec<_> = kinds.map(|(_, words, _)| (*words).to_owned()).collect();
    let history = match policy.password_history_size.unwrap_or(0) {
        0 => "Not prevented".to_owned(),
        size => format!("The last {}", counted(size, "password")),
    };
    Panel::new("password-policy", "Password policy")
        .action(may, "Edit", edit)
        .row(
            "Password minimum length",
            counted(policy.minimum_length.unwrap_or(8), "character"),
        )
        .row("Password requirements", Cell::list(kinds))
        .row(
            "Temporary passwords set by administrators expire in",
            counted(policy.temporary_password_validity_days.unwrap_or(7), "day"),
        )
        .row("Prevent use of previous passwords", history)
}

#[derive(Template)]
#[template(path = "settings/password_policy.html")]
struct Controls<'a> {
    form: &'a Form,
}

pub struct PasswordPolicy;

impl Edits for PasswordPolicy {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit password policy";
    const NEWS: &'static str = "The password policy has been saved.";
    const LEAD: &'static str =
        "Applies to passwords chosen from now on. Passwords that people already have stay valid.";
    const PART: &'static str = "/sign-in";
    const FIELDS: &'static [(About<'static>, &'static str)] =
        &[(About::Reason(reason::not_in_tier), "history")];

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let mut policy = policy(pool);
        let number = |value: Option<i32>, usual: i32| value.unwrap_or(usual).to_string();
        let form = form
            .with("length", number(policy.minimum_length, 8))
            .with("days", number(policy.temporary_password_validity_days, 7))
            .with("history", number(policy.password_history_size, 0));
        KINDS.iter().fold(form, |form, (name, _, member)| {
            let on = *member(&mut policy) == Some(true);
            if on { form.with("kinds", *name) } else { form }
        })
    }

    fn read(form: &mut Form, pool: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let mut policy = policy(pool);
        form.demand("length", "Enter the minimum length.");
        policy.minimum_length = form.number("length", 6..=99);
        form.demand("days", "Enter a number of days.");
        policy.temporary_password_validity_days = form.number("days", 1..=365);
        policy.password_history_size = form.number("history", 0..=24).filter(|size| *size > 0);
        for (name, _, member) in KINDS {
            *member(&mut policy) = Some(form.has("kinds", name));
        }
        input.policies.get_or_insert_default().password_policy = Some(policy);
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}

impl Controls<'_> {
    fn kinds(&self) -> crate::form::Group {
        let group = self.form.checks("kinds", "Password requirements");
        let add = |group: crate::form::Group, (name, words, _): &Kind| group.option(name, words);
        KINDS.iter().fold(group, add)
    }
}
