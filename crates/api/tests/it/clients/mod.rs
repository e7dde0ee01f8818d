//! App clients: creation, lists, changes, deletion.

mod lists;
mod members;
mod rules;
mod secrets;

use cabana_domain::Span;
use cabana_testkit::{START, TestApp};
use serde_json::{Value, json};

async fn create(app: &TestApp, pool: &str, settings: Value) -> cabana_testkit::Answer {
    let mut body = settings;
    body["UserPoolId"] = json!(pool);
    body["ClientName"] = json!("app");
    app.call("CreateUserPoolClient", body).await
}

#[tokio::test]
async fn a_new_client_has_cognitos_defaults() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let made = create(&app, &pool, json!({})).await.ok();
    insta::assert_json_snapshot!(made);
    let id = &made["UserPoolClient"]["ClientId"];
    let shown = app
        .ok(
            "DescribeUserPoolClient",
            json!({ "UserPoolId": pool, "ClientId": id }),
        )
        .await;
    assert_eq!(shown, made);
}

#[tokio::test]
async fn a_client_of_a_web_app_is_shown_as_it_was_made() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let made = create(
        &app,
        &pool,
        json!({
            "GenerateSecret": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthScopes": ["openid", "email", "profile"],
            "CallbackURLs": ["https://app.example/cb", "http://localhost:3080/oauth/openid/callback"],
            "DefaultRedirectURI": "https://app.example/cb",
            "LogoutURLs": ["https://app.example/"],
            "SupportedIdentityProviders": ["COGNITO"],
            "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
            "AccessTokenValidity": 10,
            "IdTokenValidity": 15,
            "RefreshTokenValidity": 5,
            "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days" },
            "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 },
            "PreventUserExistenceErrors": "ENABLED",
            "ReadAttributes": ["email", "email_verified"],
            "WriteAttributes": ["email"],
            "EnablePropagateAdditionalUserContextData": true,
            "AuthSessionValidity": 5,
        }),
    )
    .await
    .ok();
    insta::assert_json_snapshot!(made);
}

#[tokio::test]
async fn an_update_puts_back_what_it_leaves_out_but_name_and_secret() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let settings =
        json!({ "GenerateSecret": true, "AuthSessionValidity": 9, "EnableTokenRevocation": false });
    let before = create(&app, &pool, settings).await.ok()["UserPoolClient"].clone();
    app.advance(Span::seconds(5));
    let wanted = json!({ "UserPoolId": pool, "ClientId": before["ClientId"], "LogoutURLs": ["https://app.example"] });
    let after = app.ok("UpdateUserPoolClient", wanted).await["UserPoolClient"].clone();
    for kept in [
        "ClientId",
        "ClientName",
        "ClientSecret",
        "ClientType",
        "UserPoolId",
        "CreationDate",
    ] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!(
        after["LastModifiedDate"],
        START.after(Span::seconds(5)).seconds()
    );
    assert_eq!(
        (
            &after["AuthSessionValidity"],
            &after["EnableTokenRevocation"]
        ),
        (&json!(3), &json!(true))
    );
    assert_eq!(after["LogoutURLs"], json!(["https://app.example"]));
    let named = json!({ "UserPoolId": pool, "ClientId": before["ClientId"] });
    assert_eq!(
        app.ok("DescribeUserPoolClient", named).await["UserPoolClient"],
        after
    );
}

#[tokio::test]
async fn clients_are_listed_in_pages_without_their_secrets_and_go() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let client = app.client(&pool, json!({ "GenerateSecret": true })).await;
        made.push(json!({ "ClientId": client.id, "ClientName": "test", "UserPoolId": pool }));
        app.advance(Span::seconds(1));
    }
    let first = app
        .ok(
            "ListUserPoolClients",
            json!({ "UserPoolId": pool, "MaxResults": 2 }),
        )
        .await;
    assert_eq!(first["UserPoolClients"], json!(made[..2]));
    let body = json!({ "UserPoolId": pool, "MaxResults": 2, "NextToken": first["NextToken"] });
    assert_eq!(
        app.ok("ListUserPoolClients", body).await,
        json!({ "UserPoolClients": made[2..] })
    );
    let registered = json!({ "UserPoolId": pool, "ClientType": "DCR" });
    assert_eq!(
        app.ok("ListUserPoolClients", registered).await,
        json!({ "UserPoolClients": [] })
    );

    let named = json!({ "UserPoolId": pool, "ClientId": made[0]["ClientId"] });
    let gone = app.call("DeleteUserPoolClient", named.clone()).await;
    assert_eq!((gone.status, gone.body), (200, Value::Null));
    let message = format!(
        "User pool client {} does not exist.",
        made[0]["ClientId"].as_str().unwrap()
    );
    for operation in [
        "DescribeUserPoolClient",
        "UpdateUserPoolClient",
        "DeleteUserPoolClient",
    ] {
        app.call(operation, named.clone())
            .await
            .refused("ResourceNotFoundException", &message);
    }
}

#[tokio::test]
async fn a_client_is_found_in_its_own_pool_only() {
    let app = TestApp::new();
    let (mine, theirs) = (app.pool(Value::Null).await, app.pool(Value::Null).await);
    let client = app.client(&theirs, Value::Null).await;
    let message = format!("User pool client {} does not exist.", client.id);
    for operation in [
        "DescribeUserPoolClient",
        "UpdateUserPoolClient",
        "DeleteUserPoolClient",
        "ListUserPoolClientSecrets",
    ] {
        app.call(
            operation,
            json!({ "UserPoolId": mine, "ClientId": client.id }),
        )
        .await
        .refused("ResourceNotFoundException", &message);
    }
}
