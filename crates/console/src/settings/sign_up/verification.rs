//! `/sign-up/verification`: verification of addresses, and use of the old address until a new one is verified.

use askama::Template;
use cabana_api::faults::reason;
use cabana_model::{
    UpdateUserPoolRequest, UserAttributeUpdateSettingsType, UserPoolType,
    VerifiedAttributeType as Attribute,
};

use crate::about::About;
use crate::form::{Form, Group};
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;

/// Sets of attributes: option, label for verifying, label for keeping.
const SETS: [(&str, &str, &str, &[Attribute]); 3] = [
    (
        "phone_number",
        "Send SMS message, verify phone number",
        "Phone number",
        &[Attribute::PhoneNumber],
    ),
    (
        "email",
        "Send email message, verify email address",
        "Email address",
        &[Attribute::Email],
    ),
    (
        "both",
        "Send SMS message if phone number is available, otherwise send email message",
        "Email address or phone number",
        &[Attribute::Email, Attribute::PhoneNumber],
    ),
];

type Set = &'static (
    &'static str,
    &'static str,
    &'static str,
    &'static [Attribute],
);

/// The set of these attributes, in any order.
fn set(attributes: Option<&Vec<Attribute>>) -> Option<Set> {
    let has = |it: Attribute| attributes.is_some_and(|all| all.contains(&it));
    SETS.iter().find(|(_, _, _, own)| {
        [Attribute::Email, Attribute::PhoneNumber]
            .into_iter()
            .all(|it| own.contains(&it) == has(it))
    })
}

fn verified(pool: &UserPoolType) -> Option<Set> {
    set(pool.auto_verified_attributes.as_ref())
}

fn kept(pool: &UserPoolType) -> Option<Set> {
    let settings = pool.user_attribute_update_settings.as_ref();
    set(settings.and_then(|it| it.attributes_require_verification_before_update.as_ref()))
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let (verified, kept) = (verified(pool), kept(pool));
    Panel::new(
        "verification",
        "Attribute verification and user account confirmation",
    )
    .action(may, "Edit", edit)
    .row(
        "Allow Cognito to automatically send messages to verify and confirm",
        Cell::enabled(verified.is_some()),
    )
    .maybe("Attributes to verify", verified.map(|set| set.1))
    .row(
        "Keep original attribute value active when an update is pending",
        Cell::enabled(kept.is_some()),
    )
    .maybe(
        "Active attribute values when an update is pending",
        kept.map(|set| set.2),
    )
}

#[derive(Template)]
#[template(path = "settings/verification.html")]
struct Controls<'a> {
    form: &'a Form,
}

impl Controls<'_> {
    fn verified(&self) -> Group {
        let group = self.form.choice("verified", "Attributes to verify");
        SETS.iter().fold(group, |group, (value, words, _, _)| {
            group.option(value, words)
        })
    }

    fn kept(&self) -> Group {
        let label = "Active attribute values when an update is pending";
        let group = self.form.choice("kept", label);
        SETS.iter().fold(group, |group, (value, _, words, _)| {
            group.option(value, words)
        })
    }
}

pub struct Verification;

impl Edits for Verification {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit attribute verification and user account confirmation";
    const NEWS: &'static str =
        "Attribute verification and user account confirmation have been saved.";
    const PART: &'static str = "/sign-up";
    const FIELDS: &'static [(About<'static>, &'static str)] =
        &[(About::Reason(reason::waits_for_no_verification), "kept")];

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let (verified, kept) = (verified(pool), kept(pool));
        form.ticked("verify", verified.is_some())
            .with("verified", verified.map_or("email", |set| set.0))
            .ticked("keep", kept.is_some())
            .with("kept", kept.map_or("email", |set| set.0))
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let verified = chosen(form, "verify", "verified");
        let kept = chosen(form, "keep", "kept");
        if let Some(kept) = kept.iter().find(|it| !verified.contains(it)) {
            let text =
                format!("The value of {kept} can be kept only if {kept} is verified as well.");
            form.add_problem("kept", text);
        }
        input.auto_verified_attributes = Some(verified);
        input.user_attribute_update_settings = Some(UserAttributeUpdateSettingsType {
            attributes_require_verification_before_update: Some(kept),
        });
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}

/// Reads the attributes chosen in `name`; none unless `switch` is on.
fn chosen(form: &mut Form, switch: &str, name: &str) -> Vec<Attribute> {
    if !form.is_on(switch) {
        return Vec::new();
    }
    let set = SETS.iter().find(|(value, _, _, _)| form.has(name, value));
    match set {
        Some((_, _, _, attributes)) => attributes.to_vec(),
        None => {
            form.add_problem(name, "Choose an option.");
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_what_is_shown_again() {
        for (value, _, _, attributes) in SETS {
            let mut form = Form::default()
                .ticked("verify", true)
                .with("verified", value);
            let mut input = UpdateUserPoolRequest::default();
            Verification::read(&mut form, &UserPoolType::default(), &mut input);
            assert_eq!(input.auto_verified_attributes.as_deref(), Some(attributes));
            assert_eq!(
                set(input.auto_verified_attributes.as_ref()).map(|it| it.0),
                Some(value)
            );
            assert!(form.is_fine());
        }
    }

    #[test]
    fn a_value_cannot_wait_for_a_verification_that_never_comes() {
        let mut form = Form::default()
            .ticked("verify", true)
            .with("verified", "email")
            .ticked("keep", true)
            .with("kept", "both");
        let mut input = UpdateUserPoolRequest::default();
        Verification::read(&mut form, &UserPoolType::default(), &mut input);
        assert!(!form.is_fine());
    }
}
