//! Rules of app clients' settings.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::create;

const INVALID: &str = "InvalidParameterException";
const FLOW: &str = "InvalidOAuthFlowException";

#[tokio::test]
async fn settings_that_break_a_rule_are_refused() {
    let app = TestApp::new();
    // Sign-up needs an e-mail address here: clients must be able to write it.
    let pool = app
        .pool(json!({ "Schema": [{ "Name": "email", "Required": true }] }))
        .await;
    let both = json!(["ALLOW_USER_SRP_AUTH", "ADMIN_NO_SRP_AUTH"]);
    let rotation = json!({ "Feature": "ENABLED" });
    for (settings, message) in [
        (
            json!({ "GenerateSecret": true, "ClientSecret": "a".repeat(24) }),
            "GenerateSecret and ClientSecret can not be used together.",
        ),
        (
            json!({ "ExplicitAuthFlows": both }),
            "ExplicitAuthFlows can not mix flows with and without the ALLOW_ prefix.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenRotation": rotation }),
            "Refresh token rotation can not be enabled together with ALLOW_REFRESH_TOKEN_AUTH.",
        ),
        (
            json!({ "EnablePropagateAdditionalUserContextData": true }),
            "EnablePropagateAdditionalUserContextData requires a client secret.",
        ),
        (
            json!({ "SupportedIdentityProviders": ["COGNITO", "Okta"] }),
            &format!("The provider Okta does not exist for User Pool {pool}."),
        ),
        (
            json!({ "ReadAttributes": ["custom:none"] }),
            "Invalid read attributes specified while creating a client",
        ),
        (
            json!({ "WriteAttributes": ["email", "email_verified"] }),
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({ "WriteAttributes": ["name"] }),
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"] }),
            "ALLOW_CLIENT_TOKEN_AUTH requires a client secret.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"], "GenerateSecret": true }),
            "ALLOW_CLIENT_TOKEN_AUTH must be the only one of ExplicitAuthFlows.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_TOKEN_EXCHANGE_DELEGATION"] }),
            "ALLOW_TOKEN_EXCHANGE_DELEGATION is not built yet in this version of Cabana.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"] }),
            "ALLOW_TOKEN_EXCHANGE_IMPERSONATION is not built yet in this version of Cabana.",
        ),
        (
            json!({ "AnalyticsConfiguration": { "ApplicationId": "0" } }),
            "Analytics (AnalyticsConfiguration) is not built yet in this version of Cabana.",
        ),
        (
            json!({ "PublishSecretsInAWSSecretsManager": true }),
            "Publishing client secrets (PublishSecretsInAWSSecretsManager) is not built yet in this version of Cabana.",
        ),
    ] {
        create(&app, &pool, settings)
            .await
            .refused(INVALID, message);
    }
    let listed = app
        .ok("ListUserPoolClients", json!({ "UserPoolId": pool }))
        .await;
    assert_eq!(listed["UserPoolClients"], json!([]));
}

/// Settings of a client with the code flow, overridden by `above`.
fn code_flow(above: Value) -> Value {
    let mut settings = json!({
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": ["https://app.example"],
    });
    settings
        .as_object_mut()
        .unwrap()
        .extend(above.as_object().unwrap().clone());
    settings
}

#[tokio::test]
async fn redirect_urls_and_scopes_must_suit_the_flows() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let incomplete = "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
    for (settings, kind, message) in [
        (
            json!({ "AllowedOAuthFlowsUserPoolClient": true }),
            INVALID,
            incomplete,
        ),
        (
            json!({ "AllowedOAuthFlows": ["code"] }),
            INVALID,
            incomplete,
        ),
        (
            code_flow(json!({ "CallbackURLs": [] })),
            INVALID,
            "CallbackURLs are required for the code flow and the implicit flow.",
        ),
        (
            code_flow(json!({ "CallbackURLs": ["http://app.example/cb"] })),
            INVALID,
            "http://app.example/cb is not allowed. Cannot use the HTTP protocol.",
        ),
        (
            code_flow(json!({ "LogoutURLs": ["https://app.example/#top"] })),
            INVALID,
            "https://app.example/#top is not allowed: a fragment in a URL.",
        ),
        (
            code_flow(json!({ "DefaultRedirectURI": "https://app.example/other" })),
            INVALID,
            "DefaultRedirectURI must be one of CallbackURLs.",
        ),
        (
            code_flow(json!({ "AllowedOAuthScopes": ["email", "aws.cognito.signin.user.admin"] })),
            INVALID,
            "The scope email requires the scope openid.",
        ),
        (
            code_flow(json!({ "AllowedOAuthScopes": ["openid", "api/read"] })),
            "ScopeDoesNotExistException",
            "Invalid scope requested: api/read",
        ),
    ] {
        create(&app, &pool, settings).await.refused(kind, message);
    }
}

#[tokio::test]
async fn the_client_credentials_flow_stands_alone() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let alone = json!(["client_credentials"]);
    for (above, message) in [
        (
            json!({ "AllowedOAuthFlows": ["code", "client_credentials"] }),
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            json!({ "AllowedOAuthFlows": alone }),
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            json!({ "AllowedOAuthFlows": alone, "GenerateSecret": true }),
            "openid can not be used with the client_credentials flow, only scopes of resource servers.",
        ),
    ] {
        create(&app, &pool, code_flow(above))
            .await
            .refused(FLOW, message);
    }
}

#[tokio::test]
async fn tokens_live_as_long_as_cognito_allows() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let range = "Invalid range for token validity.";
    let short = "Refresh token validity must not be shorter than access and ID token validity.";
    for (settings, message) in [
        (json!({ "AccessTokenValidity": 24 }), None),
        (json!({ "AccessTokenValidity": 25 }), Some(range)),
        (
            json!({ "AccessTokenValidity": 5, "TokenValidityUnits": { "AccessToken": "minutes" } }),
            None,
        ),
        (
            json!({ "AccessTokenValidity": 4, "TokenValidityUnits": { "AccessToken": "minutes" } }),
            Some(range),
        ),
        (
            json!({ "IdTokenValidity": 2, "TokenValidityUnits": { "IdToken": "days" } }),
            Some(range),
        ),
        (
            json!({ "RefreshTokenValidity": 60, "TokenValidityUnits": { "RefreshToken": "minutes" } }),
            None,
        ),
        (
            json!({ "RefreshTokenValidity": 59, "TokenValidityUnits": { "RefreshToken": "minutes" } }),
            Some(range),
        ),
        (json!({ "RefreshTokenValidity": 3650 }), None),
        (json!({ "RefreshTokenValidity": 3651 }), Some(range)),
        (
            json!({ "AccessTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": { "RefreshToken": "hours" } }),
            Some(short),
        ),
    ] {
        let answer = create(&app, &pool, settings.clone()).await;
        match message {
            None => assert_eq!(answer.status, 200, "{settings}: {}", answer.body),
            Some(message) => answer.refused("InvalidParameterException", message),
        }
    }
    let hours =
        json!({ "TokenValidityUnits": { "RefreshToken": "hours" }, "RefreshTokenValidity": 0 });
    let made = create(&app, &pool, hours).await.ok();
    assert_eq!(made["UserPoolClient"]["RefreshTokenValidity"], 720);
}

#[tokio::test]
async fn scopes_of_resource_servers_are_there_once_the_server_is() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let settings = json!({
        "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["https://api.example/v1/read"],
    });
    create(&app, &pool, settings.clone()).await.refused(
        "ScopeDoesNotExistException",
        "Invalid scope requested: https://api.example/v1/read",
    );
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "Reads" }]);
    let server = json!({ "UserPoolId": pool, "Identifier": "https://api.example/v1", "Name": "API", "Scopes": scopes });
    app.ok("CreateResourceServer", server).await;
    create(&app, &pool, settings).await.ok();
}

#[tokio::test]
async fn one_word_stands_for_the_attributes_of_the_profile_scope() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "Schema": [{ "Name": "given_name", "Required": true }] }))
        .await;
    let lists =
        json!({ "ReadAttributes": ["oidc:profile"], "WriteAttributes": ["oidc:profile", "email"] });
    let made = create(&app, &pool, lists).await.ok()["UserPoolClient"].clone();
    assert_eq!(made["ReadAttributes"], json!(["oidc:profile"]));
    let body = json!({
        "ClientId": made["ClientId"], "Username": "ann", "Password": "Correct-Horse-1",
        "UserAttributes": [{ "Name": "given_name", "Value": "Ann" }],
    });
    app.ok("SignUp", body).await;
}

#[tokio::test]
async fn attributes_that_are_not_there_are_refused_in_the_words_of_what_is_being_done() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app.client(&pool, json!({})).await;
    for (list, which) in [("ReadAttributes", "read"), ("WriteAttributes", "write")] {
        let mut body = json!({ "UserPoolId": pool, "ClientId": client.id, "ClientName": "x" });
        body[list] = json!(["custom:none"]);
        for (operation, verb) in [
            ("UpdateUserPoolClient", "updating"),
            ("CreateUserPoolClient", "creating"),
        ] {
            let message = format!("Invalid {which} attributes specified while {verb} a client");
            app.call(operation, body.clone())
                .await
                .refused(INVALID, &message);
        }
    }
}
