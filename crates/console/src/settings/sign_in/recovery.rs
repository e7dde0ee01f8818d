//! `/sign-in/recovery`: account recovery for people who forgot their password.

use askama::Template;
use cabana_model::{
    AccountRecoverySettingType, RecoveryOptionNameType as Way, RecoveryOptionType,
    UpdateUserPoolRequest, UserPoolType,
};

use crate::form::{Form, Group};
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;

/// Delivery methods: option, label, recovery options by priority.
const METHODS: [(&str, &str, &[Way]); 4] = [
    ("email", "Email only", &[Way::VerifiedEmail]),
    ("sms", "SMS only", &[Way::VerifiedPhoneNumber]),
    (
        "email-sms",
        "Email if available, otherwise SMS",
        &[Way::VerifiedEmail, Way::VerifiedPhoneNumber],
    ),
    (
        "sms-email",
        "SMS if available, otherwise email",
        &[Way::VerifiedPhoneNumber, Way::VerifiedEmail],
    ),
];

/// The pool's recovery options, by priority.
fn ways(pool: &UserPoolType) -> Vec<Way> {
    let setting = pool.account_recovery_setting.as_ref();
    let given = setting.and_then(|it| it.recovery_mechanisms.clone());
    // Without the setting, Cognito's older rule applies: a text message if possible, else a mail.
    let Some(mut ways) = given else {
        return vec![Way::VerifiedPhoneNumber, Way::VerifiedEmail];
    };
    ways.sort_by_key(|way| way.priority);
    ways.into_iter().map(|way| way.name).collect()
}

fn method(pool: &UserPoolType) -> Option<(&'static str, &'static str)> {
    let own = ways(pool);
    let found = METHODS.iter().find(|(_, _, ways)| *ways == own);
    found.map(|(value, words, _)| (*value, *words))
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let method = method(pool);
    Panel::new("recovery", "User account recovery")
        .action(may, "Edit", edit)
        .row(
            "Self-service account recovery",
            Cell::enabled(method.is_some()),
        )
        .maybe(
            "Delivery method for user account recovery messages",
            method.map(|(_, words)| words),
        )
}

#[derive(Template)]
#[template(path = "settings/recovery.html")]
struct Controls<'a> {
    form: &'a Form,
}

impl Controls<'_> {
    fn methods(&self) -> Group {
        let label = "Delivery method for user account recovery messages";
        let group = self.form.choice("method", label);
        METHODS
            .iter()
            .fold(group, |group, (value, words, _)| group.option(value, words))
    }
}

pub struct Recovery;

impl Edits for Recovery {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit user account recovery";
    const NEWS: &'static str = "User account recovery has been saved.";
    const PART: &'static str = "/sign-in";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let method = method(pool);
        form.ticked("enabled", method.is_some())
            .with("method", method.map_or("email", |(value, _)| value))
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let chosen = METHODS
            .iter()
            .find(|(value, _, _)| form.has("method", value));
        let ways = match (form.is_on("enabled"), chosen) {
            (false, _) => vec![Way::AdminOnly],
            (true, Some((_, _, ways))) => ways.to_vec(),
            (true, None) => {
                form.add_problem("method", "Choose how the messages are sent.");
                return;
            }
        };
        let ranked = (1..).zip(ways);
        let ranked = ranked.map(|(priority, name)| RecoveryOptionType { name, priority });
        input.account_recovery_setting = Some(AccountRecoverySettingType {
            recovery_mechanisms: Some(ranked.collect()),
        });
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_what_is_shown_again() {
        for (value, _, ways_by_rank) in METHODS {
            let mut form = Form::default()
                .ticked("enabled", true)
                .with("method", value);
            let mut input = UpdateUserPoolRequest::default();
            Recovery::read(&mut form, &UserPoolType::default(), &mut input);
            let pool = UserPoolType {
                account_recovery_setting: input.account_recovery_setting,
                ..UserPoolType::default()
            };
            assert_eq!(ways(&pool), ways_by_rank);
            assert_eq!(method(&pool).map(|it| it.0), Some(value));
        }
    }
}
