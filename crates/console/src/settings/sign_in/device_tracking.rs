//! `/sign-in/device-tracking`: whether a pool remembers devices, and whether they stand in for a second factor.

use askama::Template;
use cabana_model::{DeviceConfigurationType, UpdateUserPoolRequest, UserPoolType};

use crate::form::{Form, Group};
use crate::settings::panel::Panel;
use crate::settings::sheet::Edits;

const NEVER: &str = "never";
const ALWAYS: &str = "always";
const OPT_IN: &str = "opt-in";

/// Option, label, meaning.
const WAYS: [(&str, &str, &str); 3] = [
    (
        ALWAYS,
        "Always remember",
        "Every device that an app confirms is remembered.",
    ),
    (
        OPT_IN,
        "User opt-in",
        "A device is remembered once its user agrees and the app says so.",
    ),
    (
        NEVER,
        "Don’t remember",
        "Sign-ins name no devices. Devices that are known already stay listed, and count for nothing.",
    ),
];

fn way(configuration: Option<&DeviceConfigurationType>) -> &'static str {
    match configuration {
        None => NEVER,
        Some(it) if it.device_only_remembered_on_user_prompt == Some(true) => OPT_IN,
        Some(_) => ALWAYS,
    }
}

fn is_trusted(configuration: &DeviceConfigurationType) -> bool {
    configuration.challenge_required_on_new_device == Some(true)
}

pub fn panel(pool: &UserPoolType, may: bool, edit: String) -> Panel {
    let configuration = pool.device_configuration.as_ref();
    let way = way(configuration);
    let words = WAYS.iter().find(|(it, _, _)| *it == way);
    let trusted = configuration.map(|it| match is_trusted(it) {
        true => "Yes",
        false => "No",
    });
    Panel::new("device-tracking", "Device tracking")
        .action(may, "Edit", edit)
        .maybe("Remember user devices", words.map(|(_, words, _)| *words))
        .maybe("Trust remembered devices to suppress MFA", trusted)
}

#[derive(Template)]
#[template(path = "settings/device_tracking.html")]
struct Controls<'a> {
    form: &'a Form,
}

impl Controls<'_> {
    fn ways(&self) -> Group {
        let group = self.form.choice("remember", "Remember user devices").hint(
            "For apps that sign in through the API with an SDK that confirms devices, such as Amplify. Apps that confirm \
             none can no longer refresh the tokens of such sign-ins. The sign-in pages remember no devices.",
        );
        group.explained(WAYS)
    }
}

pub struct DeviceTracking;

impl Edits for DeviceTracking {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit device tracking";
    const NEWS: &'static str = "Device tracking has been saved.";
    const PART: &'static str = "/sign-in";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let configuration = pool.device_configuration.as_ref();
        form.with("remember", way(configuration))
            .ticked("trust", configuration.is_some_and(is_trusted))
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let chosen = WAYS.iter().find(|(it, _, _)| form.has("remember", it));
        let Some((way, _, _)) = chosen else {
            form.add_problem("remember", "Choose whether devices are remembered.");
            return;
        };
        input.device_configuration = (*way != NEVER).then(|| DeviceConfigurationType {
            challenge_required_on_new_device: Some(form.is_on("trust")),
            device_only_remembered_on_user_prompt: Some(*way == OPT_IN),
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
        for (way_of, _, _) in WAYS {
            for trust in [true, false] {
                let mut form = Form::default()
                    .with("remember", way_of)
                    .ticked("trust", trust);
                let mut input = UpdateUserPoolRequest::default();
                DeviceTracking::read(&mut form, &UserPoolType::default(), &mut input);
                let saved = input.device_configuration.as_ref();
                assert_eq!(way(saved), way_of);
                let expected = trust && way_of != NEVER;
                assert_eq!(saved.is_some_and(is_trusted), expected);
            }
        }
    }
}
