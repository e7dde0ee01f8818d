//! App clients.

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
async fn settings_that_break_a_rule_are_refused() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "Schema": [{ "Name": "email", "Required": true }] }))
        .await;
    let code = |more: Value| {
        let mut settings = json!({
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": ["https://app.example"],
        });
        settings
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        settings
    };
    let incomplete = "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
    for (settings, kind, message) in [
        (
            json!({ "GenerateSecret": true, "ClientSecret": "a".repeat(24) }),
            "InvalidParameterException",
            "GenerateSecret and ClientSecret can not be used together.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ADMIN_NO_SRP_AUTH"] }),
            "InvalidParameterException",
            "ExplicitAuthFlows can not mix flows with and without the ALLOW_ prefix.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenRotation": { "Feature": "ENABLED" } }),
            "InvalidParameterException",
            "Refresh token rotation can not be enabled together with ALLOW_REFRESH_TOKEN_AUTH.",
        ),
        (
            json!({ "EnablePropagateAdditionalUserContextData": true }),
            "InvalidParameterException",
            "EnablePropagateAdditionalUserContextData requires a client secret.",
        ),
        (
            json!({ "SupportedIdentityProviders": ["COGNITO", "Okta"] }),
            "InvalidParameterException",
            &format!("The provider Okta does not exist for User Pool {pool}."),
        ),
        (
            json!({ "ReadAttributes": ["custom:none"] }),
            "InvalidParameterException",
            "Invalid read attributes specified while creating a client",
        ),
        (
            json!({ "WriteAttributes": ["email", "email_verified"] }),
            "InvalidParameterException",
            "Invalid write attributes specified while creating a client",
        ),
        (
            // The pool demands an e-mail address, which such a client could not give.
            json!({ "WriteAttributes": ["name"] }),
            "InvalidParameterException",
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({ "AllowedOAuthFlowsUserPoolClient": true }),
            "InvalidParameterException",
            incomplete,
        ),
        (
            json!({ "AllowedOAuthFlows": ["code"] }),
            "InvalidParameterException",
            incomplete,
        ),
        (
            code(json!({ "CallbackURLs": [] })),
            "InvalidParameterException",
            "CallbackURLs are required for the code flow and the implicit flow.",
        ),
        (
            code(json!({ "CallbackURLs": ["http://app.example/cb"] })),
            "InvalidParameterException",
            "http://app.example/cb is not allowed. Cannot use the HTTP protocol.",
        ),
        (
            code(json!({ "LogoutURLs": ["https://app.example/#top"] })),
            "InvalidParameterException",
            "https://app.example/#top is not allowed: a fragment in a URL.",
        ),
        (
            code(json!({ "DefaultRedirectURI": "https://app.example/other" })),
            "InvalidParameterException",
            "DefaultRedirectURI must be one of CallbackURLs.",
        ),
        (
            code(json!({ "AllowedOAuthScopes": ["openid", "api/read"] })),
            "ScopeDoesNotExistException",
            "Invalid scope requested: api/read",
        ),
        (
            code(json!({ "AllowedOAuthFlows": ["code", "client_credentials"] })),
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            code(json!({ "AllowedOAuthFlows": ["client_credentials"] })),
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            code(json!({ "AllowedOAuthFlows": ["client_credentials"], "GenerateSecret": true })),
            "InvalidOAuthFlowException",
            "openid can not be used with the client_credentials flow, only scopes of resource servers.",
        ),
        (
            json!({ "AnalyticsConfiguration": { "ApplicationId": "0" } }),
            "InvalidParameterException",
            "Analytics (AnalyticsConfiguration) is not built yet in this version of Cabana.",
        ),
    ] {
        create(&app, &pool, settings).await.refused(kind, message);
    }
    assert_eq!(
        app.ok("ListUserPoolClients", json!({ "UserPoolId": pool }))
            .await["UserPoolClients"],
        json!([])
    );
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

#[tokio::test]
async fn a_second_secret_comes_beside_the_first_and_the_last_one_stays() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app.client(&pool, json!({ "GenerateSecret": true })).await;
    let named = json!({ "UserPoolId": pool, "ClientId": client.id });
    let first = format!("{}--{}", client.id, START.seconds());
    let second = format!("{}--{}", client.id, START.seconds() + 1);

    // Made within the same second, and yet with an identifier of its own.
    let added =
        app.ok("AddUserPoolClientSecret", named.clone()).await["ClientSecretDescriptor"].clone();
    assert_eq!(added["ClientSecretId"], json!(second));
    assert_eq!(added["ClientSecretValue"].as_str().unwrap().len(), 51);
    assert_ne!(added["ClientSecretValue"], json!(client.secret));
    assert_eq!(
        app.ok("ListUserPoolClientSecrets", named.clone()).await,
        json!({ "ClientSecrets": [
            { "ClientSecretId": first, "ClientSecretCreateDate": START.seconds() },
            { "ClientSecretId": second, "ClientSecretCreateDate": START.seconds() },
        ] })
    );
    app.call("AddUserPoolClientSecret", named.clone())
        .await
        .refused(
            "LimitExceededException",
            "A client can have at most two secrets.",
        );

    let delete = async |id: &str| {
        let body = json!({ "UserPoolId": pool, "ClientId": client.id, "ClientSecretId": id });
        app.call("DeleteUserPoolClientSecret", body).await
    };
    assert_eq!(delete(&first).await.ok(), json!({}));
    let gone = format!("Client secret {first} does not exist.");
    delete(&first)
        .await
        .refused("ResourceNotFoundException", &gone);
    delete(&second).await.refused(
        "InvalidParameterException",
        "The last secret of a client can not be deleted.",
    );
    let shown = app.ok("DescribeUserPoolClient", named).await;
    assert_eq!(
        shown["UserPoolClient"]["ClientSecret"],
        added["ClientSecretValue"]
    );
}

#[tokio::test]
async fn a_secret_that_was_given_is_not_told_again() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app
        .client(&pool, json!({ "ClientSecret": "chosen+by+the+operator+1" }))
        .await;
    assert_eq!(client.secret.as_deref(), Some("chosen+by+the+operator+1"));
    let body = json!({ "UserPoolId": pool, "ClientId": client.id, "ClientSecret": "chosen+by+the+operator+2" });
    let added = app.ok("AddUserPoolClientSecret", body).await;
    assert_eq!(
        added["ClientSecretDescriptor"].get("ClientSecretValue"),
        None
    );
}

#[tokio::test]
async fn a_public_client_gets_no_secret() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let client = app.client(&pool, Value::Null).await;
    app.call(
        "AddUserPoolClientSecret",
        json!({ "UserPoolId": pool, "ClientId": client.id }),
    )
    .await
    .refused(
        "InvalidParameterException",
        "A secret can be added only to a client that has one.",
    );
}
