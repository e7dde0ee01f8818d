//! `UserMigration`: a user who is unknown here and known elsewhere.

use std::collections::BTreeMap;

use cabana_model::{DeliveryMediumType, MessageActionType, UserStatusType};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BadAnswer, Pairs, answer};

/// Its request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    /// As typed; absent for a forgotten password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<&'a str>,
    pub validation_data: Option<Pairs<'a>>,
    pub user_attributes: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_metadata: Option<Pairs<'a>>,
}

/// Its response, as the function finds it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prefilled {
    user_attributes: Option<()>,
    force_alias_creation: Option<()>,
    #[serde(rename = "enableSMSMFA")]
    enable_sms_mfa: Option<()>,
    final_user_status: Option<()>,
    message_action: Option<()>,
    desired_delivery_mediums: Option<()>,
}

/// A user that the function knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    pub attributes: BTreeMap<String, String>,
    /// Whether aliases that others hold move to the user.
    pub force_alias: bool,
    pub sms_mfa: bool,
    /// CONFIRMED, which keeps the password given, or RESET_REQUIRED.
    pub confirmed: bool,
    /// Media of the welcome message; `None` if there is to be none.
    pub welcome: Option<Vec<DeliveryMediumType>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    user_attributes: Option<Map<String, Value>>,
    force_alias_creation: Option<bool>,
    #[serde(rename = "enableSMSMFA")]
    enable_sms_mfa: Option<bool>,
    final_user_status: Option<UserStatusType>,
    message_action: Option<MessageActionType>,
    desired_delivery_mediums: Option<Vec<DeliveryMediumType>>,
}

/// The user in an answer; `None` if the function does not know them.
///
/// # Errors
/// If it is not the event, or has members of other types.
pub fn read(bytes: &[u8], username: &str) -> Result<Option<Migrated>, BadAnswer> {
    let response: Response = answer::read(bytes, username)?;
    let Some(attributes) = response.user_attributes.filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let welcome = response.desired_delivery_mediums.unwrap_or_default();
    Ok(Some(Migrated {
        attributes: answer::texts(attributes)?,
        force_alias: response.force_alias_creation == Some(true),
        sms_mfa: response.enable_sms_mfa == Some(true),
        confirmed: response.final_user_status == Some(UserStatusType::Confirmed),
        welcome: match response.message_action {
            Some(MessageActionType::Suppress) => None,
            _ => Some(welcome),
        },
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(response: Value) -> Result<Option<Migrated>, BadAnswer> {
        let event = json!({
            "version": "1", "triggerSource": "UserMigration_Authentication", "region": "r", "userPoolId": "r_1",
            "userName": "ada", "response": response,
        });
        read(event.to_string().as_bytes(), "ada")
    }

    #[test]
    fn a_function_that_does_not_know_the_user_leaves_the_event_as_it_is() {
        let prefilled = serde_json::to_value(Prefilled::default()).unwrap();
        for response in [prefilled, json!({}), json!({ "userAttributes": {} })] {
            assert_eq!(answered(response), Ok(None));
        }
    }

    #[test]
    fn a_user_is_read_with_the_wishes_for_them() {
        let user = answered(json!({
            "userAttributes": { "email": "a@example.org", "email_verified": true, "name": null },
        }));
        let plain = Migrated {
            attributes: BTreeMap::from([
                ("email".to_owned(), "a@example.org".to_owned()),
                ("email_verified".to_owned(), "true".to_owned()),
            ]),
            force_alias: false,
            sms_mfa: false,
            confirmed: false,
            welcome: Some(Vec::new()),
        };
        assert_eq!(user, Ok(Some(plain.clone())));
        let user = answered(json!({
            "userAttributes": { "email": "a@example.org", "email_verified": "true" },
            "forceAliasCreation": true, "enableSMSMFA": true, "finalUserStatus": "CONFIRMED",
            "messageAction": "SUPPRESS", "desiredDeliveryMediums": ["EMAIL"],
        }));
        let wishes = Migrated {
            force_alias: true,
            sms_mfa: true,
            confirmed: true,
            welcome: None,
            ..plain
        };
        assert_eq!(user, Ok(Some(wishes)));
        for response in [
            json!({ "userAttributes": [] }),
            json!({ "userAttributes": { "email": ["a"] } }),
            json!({ "userAttributes": { "email": "a" }, "finalUserStatus": "ANY" }),
            json!({ "userAttributes": { "email": "a" }, "desiredDeliveryMediums": "EMAIL" }),
        ] {
            assert_eq!(answered(response), Err(BadAnswer::Unrecognizable));
        }
    }
}
