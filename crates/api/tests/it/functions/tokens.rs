//! PreTokenGeneration.

use cabana_api::ports::FunctionError;
use cabana_domain::PoolId;
use cabana_domain::event::EventKind;
use cabana_store::Page;
use cabana_testkit::function;
use serde_json::{Value, json};

use super::{Stage, claims, without_ids};

#[tokio::test]
async fn the_function_sees_the_groups_and_changes_claims_of_the_id_token() {
    let stage = Stage::new(&["PreTokenGeneration"]).await;
    stage.user("ada").await;
    let role = "arn:aws:iam::000000000000:role/staff";
    let body = json!({ "GroupName": "staff", "RoleArn": role });
    stage.admin("CreateGroup", body).await.ok();
    let body = json!({ "GroupName": "staff", "Username": "ada" });
    stage.admin("AdminAddUserToGroup", body).await.ok();
    let tokens = stage.sign_in("ada").await.ok();
    assert_eq!(
        without_ids(stage.only_call()),
        concat!(
            r#"{"version":"1","triggerSource":"TokenGeneration_Authentication","region":"us-east-1","#,
            r#""userPoolId":"POOL","userName":"ada","#,
            r#""callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"CLIENT"},"#,
            r#""request":{"userAttributes":{"sub":"SUB","cognito:user_status":"CONFIRMED","#,
            r#""email":"ada@example.org","email_verified":"true"},"groupConfiguration":"#,
            r#"{"groupsToOverride":["staff"],"iamRolesToOverride":["arn:aws:iam::000000000000:role/staff"],"#,
            r#""preferredRole":"arn:aws:iam::000000000000:role/staff"}},"response":{"claimsOverrideDetails":null}}"#,
        )
    );
    let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
    assert_eq!(id["cognito:groups"], json!(["staff"]));

    stage.functions.respond(|_| {
        json!({ "claimsOverrideDetails": {
            "claimsToAddOrOverride": { "team": "red", "number": 7, "email": "other@example.org", "sub": "eve", "iss": "x", "aud": "y",
                "cognito:username": "eve", "dev:x": "1", "exp": "1" },
            "claimsToSuppress": ["email_verified", "team2", "token_use"],
        } })
    });
    let tokens = stage.sign_in("ada").await.ok();
    let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
    assert_eq!(
        (&id["team"], &id["number"], &id["email"]),
        (&json!("red"), &json!("7"), &json!("other@example.org"))
    );
    assert!(id.get("email_verified").is_none() && id.get("dev:x").is_none());
    assert_eq!(
        (&id["cognito:username"], &id["token_use"]),
        (&json!("ada"), &json!("id"))
    );
    assert_eq!(id["aud"], stage.client.id.as_str());
    assert_ne!(id["sub"], "eve");
    assert!(id["exp"].is_i64() && id["iss"] != "x");
    let access = claims(&tokens["AuthenticationResult"]["AccessToken"]);
    assert!(access.get("team").is_none(), "{access}");
    assert_eq!(access["cognito:groups"], json!(["staff"]));
}

#[tokio::test]
async fn groups_are_replaced_in_both_tokens_and_suppressed_by_an_empty_object() {
    let stage = Stage::new(&["PreTokenGeneration"]).await;
    stage.user("ada").await;
    stage
        .admin("CreateGroup", json!({ "GroupName": "staff" }))
        .await
        .ok();
    let body = json!({ "GroupName": "staff", "Username": "ada" });
    stage.admin("AdminAddUserToGroup", body).await.ok();
    for (details, groups, roles) in [
        (json!({}), json!(["staff"]), json!(null)),
        (
            json!({ "groupOverrideDetails": {} }),
            json!(null),
            json!(null),
        ),
        (
            json!({ "groupOverrideDetails": null }),
            json!(null),
            json!(null),
        ),
        (
            json!({ "groupOverrideDetails": { "groupsToOverride": null, "iamRolesToOverride": null, "preferredRole": null } }),
            json!(null),
            json!(null),
        ),
        (
            json!({ "groupOverrideDetails": { "groupsToOverride": ["a", "b"], "iamRolesToOverride": ["r"], "preferredRole": "r" } }),
            json!(["a", "b"]),
            json!(["r"]),
        ),
    ] {
        let response = json!({ "claimsOverrideDetails": details });
        let given = response.clone();
        stage.functions.respond(move |_| response.clone());
        let tokens = stage.sign_in("ada").await.ok();
        let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
        let access = claims(&tokens["AuthenticationResult"]["AccessToken"]);
        assert_eq!(id["cognito:groups"], groups, "{given}");
        assert_eq!(access["cognito:groups"], groups, "{given}");
        assert_eq!(id["cognito:roles"], roles, "{given}");
        assert!(access.get("cognito:roles").is_none());
    }
}

#[tokio::test]
async fn a_refresh_asks_again_and_its_answer_counts() {
    let stage = Stage::new(&["PreTokenGeneration"]).await;
    stage.user("ada").await;
    let tokens = stage.sign_in("ada").await.ok();
    let refresh = tokens["AuthenticationResult"]["RefreshToken"].clone();
    stage.functions.take();
    stage.functions.respond(
        |_| json!({ "claimsOverrideDetails": { "claimsToAddOrOverride": { "team": "blue" } } }),
    );
    let body = json!({ "RefreshToken": refresh, "ClientMetadata": { "a": "b" } });
    let fresh = stage.public("GetTokensFromRefreshToken", body).await.ok();
    let event = stage.only_call().event;
    assert_eq!(event["triggerSource"], "TokenGeneration_RefreshTokens");
    assert_eq!(event["request"]["clientMetadata"], json!({ "a": "b" }));
    let id = claims(&fresh["AuthenticationResult"]["IdToken"]);
    assert_eq!(id["team"], "blue");
    let body = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": { "REFRESH_TOKEN": refresh },
        "ClientMetadata": { "a": "b" },
    });
    stage.public("InitiateAuth", body).await.ok();
    let event = stage.only_call().event;
    assert_eq!(event["triggerSource"], "TokenGeneration_RefreshTokens");
    assert!(event["request"].get("clientMetadata").is_none());
}

fn of_version(version: &str) -> Value {
    let config = json!({ "LambdaArn": function("PreTokenGeneration"), "LambdaVersion": version });
    json!({ "PreTokenGenerationConfig": config })
}

#[tokio::test]
async fn from_version_2_on_claims_of_both_tokens_and_scopes_change() {
    for (name, version) in [("V2_0", "2"), ("V3_0", "3")] {
        let stage = Stage::with(of_version(name), json!({}), json!({})).await;
        stage.user("ada").await;
        stage.functions.respond(|_| {
            json!({ "claimsAndScopeOverrideDetails": {
                "idTokenGeneration": { "claimsToAddOrOverride": { "tags": ["a", { "b": 1 }] }, "claimsToSuppress": ["email"] },
                "accessTokenGeneration": {
                    "claimsToAddOrOverride": { "tenant": { "id": 7 }, "username": "eve", "client_id": "x" },
                    "scopesToAdd": ["api/read"], "scopesToSuppress": ["aws.cognito.signin.user.admin"],
                },
                "groupOverrideDetails": { "groupsToOverride": ["g"] },
            } })
        });
        let tokens = stage.sign_in("ada").await.ok();
        let call = stage.only_call();
        assert_eq!(call.event["version"], version);
        let text = without_ids(call);
        let request = text.split_once(r#""groupConfiguration":"#).unwrap().1;
        assert_eq!(
            request,
            concat!(
                r#"{"groupsToOverride":[],"iamRolesToOverride":[],"preferredRole":null},"#,
                r#""scopes":["aws.cognito.signin.user.admin"]},"response":{"claimsAndScopeOverrideDetails":null}}"#,
            )
        );
        let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
        assert_eq!(id["tags"], json!(["a", { "b": 1 }]));
        assert!(id.get("email").is_none());
        let access = claims(&tokens["AuthenticationResult"]["AccessToken"]);
        assert_eq!(access["tenant"], json!({ "id": 7 }));
        assert_eq!(
            (&access["username"], &access["scope"]),
            (&json!("ada"), &json!("api/read"))
        );
        assert_eq!(access["client_id"], stage.client.id.as_str());
        for token in [&id, &access] {
            assert_eq!(token["cognito:groups"], json!(["g"]));
        }
        // The scope for one's own account is gone.
        let token = &tokens["AuthenticationResult"]["AccessToken"];
        let refused = stage
            .app
            .call("GetUser", json!({ "AccessToken": token }))
            .await;
        refused.refused(
            "NotAuthorizedException",
            "Access Token does not have required scopes",
        );
    }
}

#[tokio::test]
async fn a_machines_token_is_shown_to_functions_of_version_3_only() {
    for (version, calls) in [("V1_0", 0), ("V2_0", 0), ("V3_0", 1)] {
        let stage = Stage::with(of_version(version), json!({}), json!({})).await;
        let api = json!({
            "Identifier": "api", "Name": "api",
            "Scopes": [{ "ScopeName": "read", "ScopeDescription": "reads" }, { "ScopeName": "all", "ScopeDescription": "all" }],
        });
        stage.admin("CreateResourceServer", api).await.ok();
        let settings = json!({
            "GenerateSecret": true, "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
            "AllowedOAuthScopes": ["api/read", "api/all"],
        });
        let machine = stage.app.client(&stage.pool, settings).await;
        stage.functions.respond(|_| {
            json!({ "claimsAndScopeOverrideDetails": { "accessTokenGeneration": {
                "claimsToAddOrOverride": { "tenant": "red", "sub": "x" }, "scopesToSuppress": ["api/all"],
            } } })
        });
        let body = json!({
            "ClientId": machine.id, "Secret": machine.secret, "Scopes": ["api/read", "api/all"],
            "ClientMetadata": { "a": "b" },
        });
        let token = stage.app.ok("GetClientToken", body.clone()).await;
        let token = claims(&token["ClientAuthenticationResult"]["AccessToken"]);
        let called = stage.functions.take();
        assert_eq!(called.len(), calls, "{version}");
        let Some(call) = called.into_iter().next() else {
            assert_eq!(token["scope"], "api/read api/all");
            continue;
        };
        assert_eq!(
            (&token["tenant"], &token["scope"]),
            (&json!("red"), &json!("api/read"))
        );
        assert_eq!(token["sub"], machine.id.as_str());
        assert_eq!(call.event["userName"], "ClientCredentials");
        let request = call.text.split_once(r#""request":"#).unwrap().1;
        assert_eq!(
            request,
            concat!(
                r#"{"userAttributes":{},"groupConfiguration":null,"scopes":["api/read","api/all"],"#,
                r#""clientMetadata":{"a":"b"}},"response":{"claimsAndScopeOverrideDetails":null}}"#,
            )
        );
        stage
            .functions
            .answer(|_| Err(FunctionError::Failed("No".to_owned())));
        let refused = stage.app.call("GetClientToken", body).await;
        refused.refused(
            "NotAuthorizedException",
            "PreTokenGeneration failed with error No.",
        );
    }
}

#[tokio::test]
async fn a_function_that_fails_gives_no_tokens_and_leaves_an_event() {
    let stage = Stage::new(&["PreTokenGeneration"]).await;
    stage.user("ada").await;
    let tokens = stage.sign_in("ada").await.ok();
    stage
        .functions
        .answer(|_| Err(FunctionError::Failed("No".to_owned())));
    for _ in 0..2 {
        stage.sign_in("ada").await.refused(
            "UserLambdaValidationException",
            "PreTokenGeneration failed with error No.",
        );
        let body = json!({ "RefreshToken": tokens["AuthenticationResult"]["RefreshToken"] });
        stage
            .public("GetTokensFromRefreshToken", body)
            .await
            .refused(
                "UserLambdaValidationException",
                "PreTokenGeneration failed with error No.",
            );
    }
    let page = Page {
        limit: 10,
        after: None,
    };
    let pool = PoolId::new(stage.pool.as_str());
    let events = stage.app.api.store.events(&pool, None, page).await.unwrap();
    let mut refused: Vec<_> = events
        .items
        .iter()
        .filter(|event| event.refused.as_deref() == Some("function_failed"))
        .map(|event| event.kind)
        .collect();
    refused.sort();
    // A refresh is recorded once an hour.
    assert_eq!(
        refused,
        [EventKind::SignIn, EventKind::SignIn, EventKind::Refresh]
    );
}
