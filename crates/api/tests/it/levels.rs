//! Claims about the authentication method: `acr` and `amr`.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};
use crate::sessions::claims;

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn both_tokens_say_it_and_keep_it_over_a_refresh() {
    let app = TestApp::new();
    let named = json!({ "AcrConfiguration": { "Level1": { "AcrValue": "urn:cognito:loa:1" } } });
    let (_, client) = with_ada(&app, named, json!({})).await;
    let tokens = sign_in(&app, &client, ADA, PASSWORD).await.ok();
    let tokens = &tokens["AuthenticationResult"];
    let body = json!({
        "ClientId": client.id, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] },
    });
    let refreshed = app.ok("InitiateAuth", body).await;
    let refreshed = &refreshed["AuthenticationResult"];
    for token in [
        &tokens["IdToken"],
        &tokens["AccessToken"],
        &refreshed["IdToken"],
        &refreshed["AccessToken"],
    ] {
        let claims = claims(token);
        assert_eq!(claims["acr"], "urn:cognito:loa:1");
        assert_eq!(claims["amr"], json!(["pwd"]));
    }
}

#[tokio::test]
async fn a_pool_may_name_its_levels_and_a_lite_one_has_none() {
    let app = TestApp::new();
    let named = json!({ "Level1": { "AcrValue": "low" }, "Level4": { "AcrValue": "high" } });
    let settings = json!({ "AcrConfiguration": named, "UsernameAttributes": ["email"] });
    let (pool, client) = with_ada(&app, settings, json!({})).await;
    let describe = json!({ "UserPoolId": pool });
    let shown = app.ok("DescribeUserPool", describe).await["UserPool"]["AcrConfiguration"].clone();
    assert_eq!(shown["Level1"]["AcrValue"], "low");
    assert_eq!(shown["Level2"]["AcrValue"], "urn:cognito:loa:2");
    assert_eq!(shown["Level4"]["AcrValue"], "high");
    let id_token = async || {
        let tokens = sign_in(&app, &client, ADA, PASSWORD).await.ok();
        claims(&tokens["AuthenticationResult"]["IdToken"])
    };
    assert_eq!(id_token().await["acr"], "low");

    // LITE has no level names of its own, and no `acr`.
    let mut lite = json!({ "UserPoolId": pool, "UserPoolTier": "LITE" });
    let refused = app.call("UpdateUserPool", lite.clone()).await;
    assert_eq!(refused.kind(), "TierChangeNotAllowedException");
    lite["AcrConfiguration"] = json!({ "Level1": { "AcrValue": "urn:cognito:loa:1" } });
    app.ok("UpdateUserPool", lite).await;
    let lite = id_token().await;
    assert_eq!((lite.get("acr"), lite.get("amr")), (None, None));
}

#[tokio::test]
async fn a_pool_that_names_no_levels_tells_none() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let shown = app
        .ok("DescribeUserPool", json!({ "UserPoolId": pool }))
        .await;
    assert_eq!(shown["UserPool"].get("AcrConfiguration"), None);
    let tokens = sign_in(&app, &client, ADA, PASSWORD).await.ok();
    let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
    assert_eq!((id.get("acr"), id.get("amr")), (None, None));
}

#[tokio::test]
async fn a_level_has_a_name_of_its_own() {
    let app = TestApp::new();
    for (levels, taken) in [
        (
            json!({ "Level1": { "AcrValue": "same" }, "Level2": { "AcrValue": "same" } }),
            "same",
        ),
        (
            json!({ "Level1": { "AcrValue": "urn:cognito:loa:3" } }),
            "urn:cognito:loa:3",
        ),
    ] {
        let body = json!({ "PoolName": "x", "AcrConfiguration": levels });
        app.call("CreateUserPool", body).await.refused(
            "InvalidParameterException",
            &format!("The AcrValue {taken} belongs to another authentication level."),
        );
    }
}
