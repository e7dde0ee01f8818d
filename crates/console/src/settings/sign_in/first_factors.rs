//! `/sign-in/choices`: what people may begin a sign-in with, where app clients let them choose.

use askama::Template;
use cabana_api::faults::reason;
use cabana_model::{AuthFactorType, UpdateUserPoolRequest, UserPoolType};

use crate::about::About;
use crate::form::{Form, Group};
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;

/// The factors beside the password: option, label, meaning.
const OTHERS: [(AuthFactorType, &str, &str); 3] = [
    (
        AuthFactorType::WebAuthn,
        "Passkey",
        "A key in the phone, the computer or the password manager. It works on your pages only, so there is nothing that can be phished.",
    ),
    (
        AuthFactorType::EmailOtp,
        "Email message one-time password",
        "A code by email, to people with a verified address or without a password.",
    ),
    (
        AuthFactorType::SmsOtp,
        "SMS message one-time password",
        "A code by text message, to people with a verified phone number or without a password.",
    ),
];

/// The factors that the pool allows.
pub fn allowed(pool: &UserPoolType) -> Vec<AuthFactorType> {
    let policy = pool.policies.as_ref();
    let policy = policy.and_then(|it| it.sign_in_policy.as_ref());
    policy
        .and_then(|it| it.allowed_first_auth_factors.clone())
        .unwrap_or_default()
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let allowed = allowed(pool);
    let others = OTHERS.iter().filter(|(it, _, _)| allowed.contains(it));
    let others = others.map(|(_, words, _)| (*words).to_owned());
    let choices = std::iter::once("Password".to_owned()).chain(others);
    Panel::new("choices", "Options for choice-based sign-in")
        .lead("For app clients with the flow ALLOW_USER_AUTH.")
        .action(may, "Edit", edit)
        .row("Available choices", Cell::list(choices.collect()))
}

#[derive(Template)]
#[template(source = "{{ self.choices() }}", ext = "html")]
struct Controls<'a> {
    form: &'a Form,
    /// Whether the form offers text messages.
    texts: bool,
}

impl Controls<'_> {
    fn choices(&self) -> Group {
        let group = self.form.checks("factors", "Available choices").hint(
            "People can always choose their password. People with a second factor cannot sign in with a code alone, and \
             codes cannot be allowed where MFA is required.",
        );
        let offered = OTHERS
            .iter()
            .filter(|(it, _, _)| self.texts || *it != AuthFactorType::SmsOtp);
        group.explained(offered.map(|(factor, words, meaning)| (factor.as_str(), *words, *meaning)))
    }
}

pub struct FirstFactors;

impl Edits for FirstFactors {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit options for choice-based sign-in";
    const NEWS: &'static str = "The options for choice-based sign-in have been saved.";
    const LEAD: &'static str = "What people may begin a sign-in with, in apps whose client lets them choose (ALLOW_USER_AUTH).";
    const PART: &'static str = "/sign-in";
    const FIELDS: &'static [(About<'static>, &'static str)] = &[
        (About::Reason(reason::code_with_required_mfa), "factors"),
        (About::Reason(reason::first_factor_without_sms), "factors"),
        (About::Reason(reason::not_in_tier), "factors"),
    ];

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let allowed = allowed(pool);
        let chosen = OTHERS.iter().filter(|(it, _, _)| allowed.contains(it));
        chosen.fold(form, |form, (factor, _, _)| {
            form.with("factors", factor.as_str())
        })
    }

    fn read(form: &mut Form, pool: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let is_other = |factor: &AuthFactorType| OTHERS.iter().any(|(it, _, _)| it == factor);
        let chosen = OTHERS
            .iter()
            .map(|(factor, _, _)| *factor)
            .filter(|factor| form.has("factors", factor.as_str()));
        // What the form does not show stays, in its order.
        let mut factors = allowed(pool);
        if !factors.contains(&AuthFactorType::Password) {
            factors.insert(0, AuthFactorType::Password);
        }
        factors.retain(|it| !is_other(it) || form.has("factors", it.as_str()));
        let added: Vec<_> = chosen.filter(|it| !factors.contains(it)).collect();
        factors.extend(added);
        let policies = input.policies.get_or_insert_default();
        let policy = policies.sign_in_policy.get_or_insert_default();
        policy.allowed_first_auth_factors = Some(factors);
    }

    fn controls(form: &Form, pool: &UserPoolType) -> askama::Result<String> {
        let texts = pool.sms_configuration.is_some();
        Controls { form, texts }.render()
    }
}
