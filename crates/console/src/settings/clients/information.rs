//! `/clients/{client_id}/edit`: name, flows and tokens of an app client.

use askama::Template;
use cabana_api::faults::reason;
use cabana_model::{
    ExplicitAuthFlowsType as Flow, FeatureType, PreventUserExistenceErrorTypes,
    RefreshTokenRotationType, UpdateUserPoolClientRequest, UserPoolClientType,
};

use super::tokens::{self, TOKENS, Token};
use crate::about::About;
use crate::form::{Field, Form, Group};
use crate::settings::sheet::Edits;

/// Flows that the form always offers, with their purpose. It offers others if the client has them.
const FLOWS: [(Flow, &str); 4] = [
    (
        Flow::AllowUserSrpAuth,
        "User name and password by SRP: the password never leaves the app.",
    ),
    (
        Flow::AllowRefreshTokenAuth,
        "New tokens for a refresh token through InitiateAuth.",
    ),
    (
        Flow::AllowUserPasswordAuth,
        "User name and password as plain text.",
    ),
    (
        Flow::AllowAdminUserPasswordAuth,
        "User name and password as plain text, from a server with an access key.",
    ),
];

/// Flows of a client whose list is empty.
const USUAL: [Flow; 3] = [
    Flow::AllowRefreshTokenAuth,
    Flow::AllowUserSrpAuth,
    Flow::AllowCustomAuth,
];

/// Flows of a client.
pub fn flows(client: &UserPoolClientType) -> Vec<Flow> {
    match &client.explicit_auth_flows {
        Some(flows) if !flows.is_empty() => flows.clone(),
        _ => USUAL.to_vec(),
    }
}

/// Whether refresh tokens rotate.
pub fn rotates(client: &UserPoolClientType) -> bool {
    let rotation = client.refresh_token_rotation.as_ref();
    rotation.is_some_and(|it| it.feature == FeatureType::Enabled)
}

/// Whether answers about unknown users look like those about known ones.
pub fn hides_users(client: &UserPoolClientType) -> bool {
    client.prevent_user_existence_errors == Some(PreventUserExistenceErrorTypes::Enabled)
}

/// Grace period of the rotation, in seconds.
pub fn grace(client: &UserPoolClientType) -> i32 {
    let rotation = client.refresh_token_rotation.as_ref();
    rotation
        .and_then(|it| it.retry_grace_period_seconds)
        .unwrap_or(0)
}

#[derive(Template)]
#[template(path = "settings/client_edit.html")]
struct Controls<'a> {
    form: &'a Form,
    own: Vec<Flow>,
}

impl Controls<'_> {
    fn flows(&self) -> Group {
        flow_control(self.form, &self.own)
    }

    fn tokens(&self) -> [Token; 3] {
        TOKENS
    }

    fn value(&self, token: &Token) -> Field {
        token.value_control(self.form)
    }

    fn unit(&self, token: &Token) -> Group {
        token.unit_control(self.form)
    }
}

/// Choice of flows: the usual ones, and those that the client has.
pub fn flow_control(form: &Form, own: &[Flow]) -> Group {
    let group = form.checks("flows", "Authentication flows");
    let group = FLOWS.iter().fold(group, |group, (flow, meaning)| {
        group.option(flow.as_str(), flow.as_str()).meaning(meaning)
    });
    let others = own
        .iter()
        .filter(|flow| FLOWS.iter().all(|(it, _)| it != *flow));
    others.fold(group, |group, flow| {
        group.option(flow.as_str(), flow.as_str())
    })
}

/// Reads the flows that are ticked.
pub fn read_flows(form: &mut Form) -> Vec<Flow> {
    let ticked = form.all("flows");
    let flows: Vec<Flow> = ticked.iter().filter_map(|flow| flow.parse().ok()).collect();
    if flows.is_empty() {
        form.add_problem("flows", "Choose at least one flow.");
    }
    flows
}

pub struct Information;

impl Edits for Information {
    type Of = UserPoolClientType;
    type Input = UpdateUserPoolClientRequest;
    const TITLE: &'static str = "Edit app client information";
    const NEWS: &'static str = "The app client has been saved.";
    const FIELDS: &'static [(About<'static>, &'static str)] = &[
        (About::Member("clientName"), "name"),
        (About::Member("explicitAuthFlows"), "flows"),
        (About::Reason(reason::mixed_auth_flows), "flows"),
        (About::Reason(reason::rotation_with_refresh_flow), "flows"),
        (About::Reason(reason::client_token_flow_not_alone), "flows"),
        (
            About::Reason(reason::client_token_flow_without_secret),
            "flows",
        ),
        (About::Reason(reason::feature_not_built), "flows"),
        (About::Reason(reason::token_validity_range), "access"),
        (About::Reason(reason::refresh_validity_too_short), "refresh"),
    ];

    fn fill(form: Form, client: &UserPoolClientType) -> Form {
        let session = client.auth_session_validity.unwrap_or(3);
        let form = form
            .with("name", client.client_name.clone().unwrap_or_default())
            .with("session", session.to_string())
            .ticked("revocation", client.enable_token_revocation.unwrap_or(true))
            .ticked("existence", hides_users(client))
            .ticked("rotation", rotates(client))
            .with("grace", grace(client).to_string());
        let form = flows(client)
            .into_iter()
            .fold(form, |form, flow| form.with("flows", flow.as_str()));
        TOKENS
            .into_iter()
            .fold(form, |form, token| token.fill(form, client))
    }

    fn read(form: &mut Form, client: &UserPoolClientType, input: &mut UpdateUserPoolClientRequest) {
        input.client_name = Some(form.demand("name", "Enter a name."));
        let flows = read_flows(form);
        form.demand("session", "Enter how many minutes.");
        input.auth_session_validity = form.number("session", 3..=15);
        tokens::read(form, input);
        input.enable_token_revocation = Some(form.is_on("revocation"));
        input.prevent_user_existence_errors = Some(if form.is_on("existence") {
            PreventUserExistenceErrorTypes::Enabled
        } else {
            PreventUserExistenceErrorTypes::Legacy
        });
        let rotates = form.is_on("rotation");
        if rotates && flows.contains(&Flow::AllowRefreshTokenAuth) {
            form.add_problem(
                "flows",
                "Refresh token rotation works with GetTokensFromRefreshToken and the token endpoint only: \
                 turn off ALLOW_REFRESH_TOKEN_AUTH or rotation.",
            );
        }
        let grace = form.number("grace", 0..=60);
        // If left out, rotation would stay as it was.
        input.refresh_token_rotation = match (rotates, &client.refresh_token_rotation) {
            (true, _) => Some(RefreshTokenRotationType {
                feature: FeatureType::Enabled,
                retry_grace_period_seconds: grace,
            }),
            (false, Some(_)) => Some(RefreshTokenRotationType {
                feature: FeatureType::Disabled,
                retry_grace_period_seconds: None,
            }),
            (false, None) => None,
        };
        input.explicit_auth_flows = Some(flows);
    }

    fn controls(form: &Form, client: &UserPoolClientType) -> askama::Result<String> {
        let own = flows(client);
        Controls { form, own }.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &mut Form) -> UpdateUserPoolClientRequest {
        let mut input = UpdateUserPoolClientRequest::default();
        Information::read(form, &UserPoolClientType::default(), &mut input);
        input
    }

    #[test]
    fn a_client_saved_as_it_is_shown_does_what_it_did() {
        let client = UserPoolClientType {
            client_name: Some("app".to_owned()),
            ..UserPoolClientType::default()
        };
        let mut form = Information::fill(Form::default(), &client);
        let input = read(&mut form);
        assert!(form.is_fine());
        assert_eq!(input.explicit_auth_flows, Some(USUAL.to_vec()));
        assert_eq!(input.enable_token_revocation, Some(true));
        assert_eq!(input.refresh_token_rotation, None);
        assert_eq!(input.auth_session_validity, Some(3));
    }

    #[test]
    fn rotation_is_switched_off_by_saying_so() {
        let client = UserPoolClientType {
            client_name: Some("app".to_owned()),
            refresh_token_rotation: Some(RefreshTokenRotationType {
                feature: FeatureType::Enabled,
                retry_grace_period_seconds: Some(10),
            }),
            ..UserPoolClientType::default()
        };
        let mut form = Information::fill(Form::default(), &client).without("rotation");
        let mut input = UpdateUserPoolClientRequest::default();
        Information::read(&mut form, &client, &mut input);
        let rotation = input.refresh_token_rotation.unwrap();
        assert_eq!(rotation.feature, FeatureType::Disabled);
    }

    #[test]
    fn rotation_and_the_old_refresh_flow_exclude_each_other() {
        let client = UserPoolClientType {
            client_name: Some("app".to_owned()),
            ..UserPoolClientType::default()
        };
        let mut form = Information::fill(Form::default(), &client).ticked("rotation", true);
        read(&mut form);
        assert!(!form.is_fine());
    }
}
