//! Members of CreateUserPool sent as 0 or false.

use cabana_model::Operation;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::members::picture;
use crate::members::Means::{self, Itself, Nothing, Refused};
use crate::members::{with, zeros};

const ZEROS: [(&str, Means); 17] = [
    (
        ".AccountRecoverySetting.RecoveryMechanisms.Priority",
        Refused("Member must have value greater than or equal to 1"),
    ),
    (".AdminCreateUserConfig.AllowAdminCreateUserOnly", Nothing),
    (".AdminCreateUserConfig.UnusedAccountValidityDays", Nothing),
    (
        ".DcrConfiguration.OpenDcrEnabled",
        Refused("is not built yet"),
    ),
    (".DeviceConfiguration.ChallengeRequiredOnNewDevice", Itself),
    (
        ".DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt",
        Itself,
    ),
    (
        ".Policies.PasswordPolicy.MinimumLength",
        Refused("Member must have value greater than or equal to 6"),
    ),
    (".Policies.PasswordPolicy.PasswordHistorySize", Itself),
    (".Policies.PasswordPolicy.RequireLowercase", Nothing),
    (".Policies.PasswordPolicy.RequireNumbers", Nothing),
    (".Policies.PasswordPolicy.RequireSymbols", Nothing),
    (".Policies.PasswordPolicy.RequireUppercase", Nothing),
    (
        ".Policies.PasswordPolicy.TemporaryPasswordValidityDays",
        Nothing,
    ),
    // Custom attributes.
    (".Schema.DeveloperOnlyAttribute", Nothing),
    (".Schema.Mutable", Itself),
    (".Schema.Required", Nothing),
    (".UsernameConfiguration.CaseSensitive", Itself),
];

#[tokio::test]
async fn a_zero_or_a_false_that_is_sent_means_what_the_table_says() {
    let app = TestApp::new();
    let shape = Operation::CreateUserPool.input_shape();
    let all = zeros(shape, "");
    for zero in &all {
        let means = zero.means(&ZEROS);
        let request = |settings: &Value| {
            let mut body = with(settings, &json!({ "PoolName": "x" }));
            if body.get("Schema").is_some() {
                body["Schema"][0]["Name"] = json!("plan");
                body["Schema"][0]["AttributeDataType"] = json!("String");
            }
            body
        };
        let sent = app.call("CreateUserPool", request(&zero.sent)).await;
        if let Refused(why) = means {
            assert!(sent.message().contains(why), "{}: {}", zero.path, sent.body);
            continue;
        }
        let id = |body: &Value| body["UserPool"]["Id"].as_str().unwrap().to_owned();
        let with_zero = picture(&app, &id(&sent.ok())).await;
        let without = match &zero.left_out {
            Some(settings) => app.ok("CreateUserPool", request(settings)).await,
            None => app.ok("CreateUserPool", json!({ "PoolName": "x" })).await,
        };
        let without = picture(&app, &id(&without)).await;
        let same = with_zero == without;
        assert_eq!(same, matches!(means, Nothing), "{}", zero.path);
    }
    assert_eq!(all.len(), ZEROS.len());
}
