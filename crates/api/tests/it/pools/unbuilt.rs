//! Settings of pools that ask for features that are not built.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::refused;

#[tokio::test]
async fn what_is_not_built_is_refused_and_not_just_stored() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for (settings, feature) in [
        (
            json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } }),
            "Threat protection (UserPoolAddOns)",
        ),
        (
            json!({ "DcrConfiguration": { "OpenDcrEnabled": true } }),
            "Dynamic client registration (DcrConfiguration)",
        ),
        (
            json!({ "KeyConfiguration": { "KeyType": "CUSTOMER_MANAGED_KEY" } }),
            "A customer managed key (KeyConfiguration)",
        ),
        (
            json!({ "IssuerConfiguration": { "Type": "UPDATED" } }),
            "An issuer of type UPDATED (IssuerConfiguration)",
        ),
    ] {
        let message = format!("{feature} is not built yet in this version of Cabana.");
        let mut body = settings;
        body["PoolName"] = json!("x");
        refused(&app, "CreateUserPool", body.clone(), &message).await;
        body["UserPoolId"] = json!(pool);
        refused(&app, "UpdateUserPool", body, &message).await;
    }
}

#[tokio::test]
async fn what_says_that_an_unbuilt_feature_is_off_is_fine() {
    let app = TestApp::new();
    let made = app
        .ok(
            "CreateUserPool",
            json!({
                "PoolName": "x",
                "LambdaConfig": {},
                "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" },
                "DcrConfiguration": { "EnableStatus": "Disabled" },
                "KeyConfiguration": { "KeyType": "AWS_OWNED_KEY" },
                "IssuerConfiguration": { "Type": "ORIGINAL" },
                "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } },
                "AcrConfiguration": { "Level1": { "AcrValue": "urn:cognito:loa:1" } },
            }),
        )
        .await;
    assert_eq!(
        made["UserPool"]["AcrConfiguration"]
            .as_object()
            .unwrap()
            .len(),
        4
    );
}
