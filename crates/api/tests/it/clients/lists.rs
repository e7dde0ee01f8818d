//! Attributes that a client reads and writes, and the order of lists in replies.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::create;
use crate::auth::{PASSWORD, sign_in};
use crate::sessions::claims;

const ANN: &str = "ann@example.org";

#[tokio::test]
async fn a_client_without_lists_reads_and_writes_every_attribute_those_that_come_later_too() {
    let app = TestApp::new();
    let attribute =
        |name: &str| json!({ "Name": name, "AttributeDataType": "String", "Mutable": true });
    let pool = app
        .pool(json!({ "UsernameAttributes": ["email"], "Schema": [attribute("plan")] }))
        .await;
    let client = app.client(&pool, json!({})).await;
    let listed = app
        .client(
            &pool,
            json!({ "ReadAttributes": ["email"], "WriteAttributes": ["email"] }),
        )
        .await;
    let body = json!({ "UserPoolId": pool, "CustomAttributes": [attribute("later")] });
    app.ok("AddCustomAttributes", body).await;
    let given = json!([
        { "Name": "email", "Value": ANN }, { "Name": "custom:plan", "Value": "a" },
        { "Name": "custom:later", "Value": "b" },
    ]);
    let user = json!({
        "UserPoolId": pool, "Username": ANN, "UserAttributes": given, "MessageAction": "SUPPRESS",
    });
    app.ok("AdminCreateUser", user).await;
    let password = json!({
        "UserPoolId": pool, "Username": ANN, "Password": PASSWORD, "Permanent": true,
    });
    app.ok("AdminSetUserPassword", password).await;
    for (client, reads) in [(&client, true), (&listed, false)] {
        let tokens =
            sign_in(&app, client, ANN, PASSWORD).await.ok()["AuthenticationResult"].clone();
        let id = claims(&tokens["IdToken"]);
        let shown = app
            .ok("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
            .await["UserAttributes"]
            .to_string();
        for name in ["custom:plan", "custom:later"] {
            assert_eq!(id.get(name).is_some(), reads, "{name}");
            assert_eq!(shown.contains(name), reads, "{name}");
            let wanted = json!([{ "Name": name, "Value": "c" }]);
            let body = json!({ "AccessToken": tokens["AccessToken"], "UserAttributes": wanted });
            let status = app.call("UpdateUserAttributes", body).await.status;
            assert_eq!(status, if reads { 200 } else { 400 }, "{name}");
        }
    }
    let named = json!({ "UserPoolId": pool, "ClientId": client.id });
    let shown = app.ok("DescribeUserPoolClient", named).await["UserPoolClient"].clone();
    assert_eq!(shown.get("ReadAttributes"), None);
    assert_eq!(shown.get("WriteAttributes"), None);
}

#[tokio::test]
async fn lists_are_answered_as_they_were_sent_and_described_in_order() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let settings = json!({
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["implicit", "code"],
        "AllowedOAuthScopes": ["profile", "openid", "email"],
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        "CallbackURLs": ["https://b.example", "https://a.example"],
        "LogoutURLs": ["https://b.example", "https://a.example"],
        "ReadAttributes": ["name", "email"],
        "WriteAttributes": ["name", "email"],
        "SupportedIdentityProviders": ["COGNITO"],
    });
    let made = create(&app, &pool, settings.clone()).await.ok()["UserPoolClient"].clone();
    let named = json!({ "UserPoolId": pool, "ClientId": made["ClientId"] });
    let mut again = settings.clone();
    again["UserPoolId"] = json!(pool);
    again["ClientId"] = made["ClientId"].clone();
    let updated = app.ok("UpdateUserPoolClient", again).await["UserPoolClient"].clone();
    let shown = app.ok("DescribeUserPoolClient", named).await["UserPoolClient"].clone();
    for (name, sent) in settings.as_object().unwrap() {
        assert_eq!(&made[name], sent);
        assert_eq!(&updated[name], sent);
        let mut sorted = sent.clone();
        if let Some(list) = sorted.as_array_mut() {
            list.sort_by_key(|it| it.as_str().map(str::to_owned));
        }
        assert_eq!(shown[name], sorted, "{name}");
    }
}
