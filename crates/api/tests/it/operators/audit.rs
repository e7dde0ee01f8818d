//! Permissions of operators, and the audit log of their calls and those of access keys.

use cabana_api::logic::operators;
use cabana_api::ports::Clock;
use cabana_api::{Caller, Operator};
use cabana_domain::{PoolId, Span};
use cabana_model::{ErrorKind, Operation as O};
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::{call, cx, entries, operator, request};

/// Named like reads, but they issue tokens or codes.
const NO_READS: [O; 2] = [O::GetClientToken, O::GetDerivedToken];

#[tokio::test]
async fn a_read_only_operator_may_call_what_only_reads_and_nothing_else() {
    let app = TestApp::new();
    let mut reads = 0;
    for operation in O::ALL {
        let begins = ["Describe", "Get", "List", "AdminGet", "AdminList"]
            .iter()
            .any(|word| operation.name().starts_with(word));
        let is_read = begins && !operation.is_public() && !NO_READS.contains(operation);
        assert_eq!(cabana_api::audit::reads(*operation), is_read, "{operation}");
        let outcome = app
            .api
            .dispatch(operator(true), request(), *operation, &json!({}))
            .await;
        let denied = outcome.is_err_and(|it| it.kind == ErrorKind::AccessDeniedException);
        assert_eq!(denied, !is_read, "{operation}");
        reads += usize::from(is_read);
    }
    assert_eq!(reads, 45);
    assert!(entries(&app).await.is_empty());
}

#[tokio::test]
async fn a_change_by_an_operator_is_written_down_once_with_what_it_concerns() {
    let app = TestApp::new();
    let made = call(&app, O::CreateUserPool, json!({ "PoolName": "shop" })).await;
    let made = made.unwrap().unwrap();
    let pool = made["UserPool"]["Id"].as_str().unwrap().to_owned();
    app.advance(Span::seconds(1));
    let client = json!({ "UserPoolId": pool, "ClientName": "web" });
    let made = call(&app, O::CreateUserPoolClient, client).await.unwrap();
    let client = made.unwrap()["UserPoolClient"]["ClientId"].clone();
    app.advance(Span::seconds(1));
    let user = json!({ "UserPoolId": pool, "Username": "ann", "TemporaryPassword": "Hidden-1", "MessageAction": "SUPPRESS" });
    call(&app, O::AdminCreateUser, user).await.unwrap();
    app.advance(Span::seconds(1));
    let group = json!({ "UserPoolId": pool, "GroupName": "team" });
    call(&app, O::CreateGroup, group).await.unwrap();
    app.advance(Span::seconds(1));
    let member = json!({ "UserPoolId": pool, "GroupName": "team", "Username": "ann" });
    call(&app, O::AdminAddUserToGroup, member).await.unwrap();

    let found = entries(&app).await;
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.action.as_str(), it.target.as_deref().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("AdminAddUserToGroup", "ann"),
            ("CreateGroup", "team"),
            ("AdminCreateUser", "ann"),
            ("CreateUserPoolClient", client.as_str().unwrap()),
            ("CreateUserPool", "shop"),
        ]
    );
    let pool = PoolId::new(pool);
    for entry in &found {
        assert_eq!(entry.pool.as_ref(), Some(&pool), "{entry:?}");
        assert_eq!(entry.operator, "olga");
        assert_eq!(entry.source_ip, Some([192, 0, 2, 1].into()));
    }
    assert_eq!(found[0].at, app.clock.now());
    let detail: Value = serde_json::from_str(found[0].detail.as_deref().unwrap()).unwrap();
    assert_eq!(
        detail,
        json!({ "UserPoolId": pool.as_str(), "GroupName": "team", "Username": "***" })
    );
    assert!(!found[2].detail.as_deref().unwrap().contains("Hidden"));
}

#[tokio::test]
async fn reads_refusals_and_calls_of_others_are_not_written_down() {
    let app = TestApp::new();
    let pool = app.pool(json!({})).await;
    let of_pool = json!({ "UserPoolId": pool });
    call(&app, O::DescribeUserPool, of_pool.clone())
        .await
        .unwrap();
    let nobody = json!({ "UserPoolId": pool, "Username": "nobody" });
    call(&app, O::AdminDeleteUser, nobody).await.unwrap_err();
    call(&app, O::CreateGroup, json!({})).await.unwrap_err();
    let group = json!({ "UserPoolId": pool, "GroupName": "team" });
    app.ok("CreateGroup", group).await;
    app.ok("DeleteUserPool", of_pool).await;
    assert!(entries(&app).await.is_empty());
}

#[tokio::test]
async fn of_access_keys_the_configuration_they_change_is_written_down_and_not_every_user() {
    let app = TestApp::signed().await;
    let pool = app.pool(json!({})).await;
    let group = json!({ "UserPoolId": pool, "GroupName": "team" });
    app.ok("CreateGroup", group.clone()).await;
    let user = json!({ "UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    let member = json!({ "UserPoolId": pool, "GroupName": "team", "Username": "ann" });
    app.ok("AdminAddUserToGroup", member).await;
    app.ok("GetGroup", group.clone()).await;
    app.advance(Span::seconds(1));
    app.ok("DeleteGroup", group).await;
    let found = entries(&app).await;
    let actions: Vec<_> = found.iter().map(|it| it.action.as_str()).collect();
    assert_eq!(actions[0], "DeleteGroup");
    assert_eq!(actions.len(), 3, "{actions:?}");
    assert!(actions.contains(&"CreateGroup") && actions.contains(&"CreateUserPool"));
    for entry in &found {
        assert_eq!(entry.operator, "AKIATESTTESTTESTTEST");
        assert_eq!(entry.pool.as_ref().map(PoolId::as_str), Some(pool.as_str()));
    }
}

#[tokio::test]
async fn whatever_an_access_key_changes_of_operators_is_written_down() {
    let app = TestApp::signed().await;
    let pool = "cabana_Operators";
    operators::ensure(&app.api, vec![], vec![]).await.unwrap();
    let user = json!({ "UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    let ann = json!({ "UserPoolId": pool, "Username": "ann" });
    app.advance(Span::seconds(1));
    app.ok("AdminDeleteSoftwareToken", ann.clone()).await;
    app.ok("AdminGetUser", ann).await;
    let config = json!({ "UserPoolId": pool, "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    app.advance(Span::seconds(1));
    app.ok("SetUserPoolMfaConfig", config).await;
    let found = entries(&app).await;
    let actions: Vec<_> = found.iter().map(|it| it.action.as_str()).collect();
    let expected = [
        "SetUserPoolMfaConfig",
        "AdminDeleteSoftwareToken",
        "AdminCreateUser",
    ];
    assert_eq!(actions, expected);
    for entry in found {
        assert_eq!(entry.operator, "AKIATESTTESTTESTTEST");
        assert_eq!(entry.pool.as_ref().map(PoolId::as_str), Some(pool));
    }
}

#[tokio::test]
async fn secrets_and_what_is_too_long_stay_out() {
    let app = TestApp::new();
    let pool = app.pool(json!({})).await;
    let client = app.client(&pool, json!({ "GenerateSecret": true })).await;
    let secret = "Hidden0123456789Hidden0123456789";
    let added = json!({ "UserPoolId": pool, "ClientId": client.id, "ClientSecret": secret });
    call(&app, O::AddUserPoolClientSecret, added).await.unwrap();
    let scopes: Vec<_> = (0..100)
        .map(|n| json!({ "ScopeName": format!("s{n}"), "ScopeDescription": "x".repeat(200) }))
        .collect();
    let server =
        json!({ "UserPoolId": pool, "Identifier": "api", "Name": "API", "Scopes": scopes });
    call(&app, O::CreateResourceServer, server).await.unwrap();
    let found = entries(&app).await;
    assert_eq!(found.len(), 2);
    for entry in found {
        let detail = entry.detail.unwrap();
        assert!(!detail.contains("Hidden"), "{detail}");
        assert!(detail.len() < 300, "{detail}");
        let target = entry.target.unwrap();
        match entry.action.as_str() {
            "CreateResourceServer" => {
                assert_eq!(target, "api");
                assert!(detail.contains(" bytes)\""), "{detail}");
            }
            _ => assert_eq!(target, client.id),
        }
    }
}

#[tokio::test]
async fn a_read_only_operator_sees_that_there_is_a_secret_and_not_which() {
    let app = TestApp::new();
    let pool = app.pool(json!({})).await;
    let client = app.client(&pool, json!({ "GenerateSecret": true })).await;
    let body = json!({ "UserPoolId": pool, "ClientId": client.id });
    let shown = async |read_only| {
        let caller = operator(read_only);
        let describe = O::DescribeUserPoolClient;
        let output = app.api.dispatch(caller, request(), describe, &body).await;
        output.unwrap().unwrap()["UserPoolClient"].clone()
    };
    let whole = shown(false).await;
    assert_eq!(whole["ClientSecret"].as_str(), client.secret.as_deref());
    let mut less = shown(true).await;
    assert_eq!(less["ClientSecret"], "***");
    less["ClientSecret"] = whole["ClientSecret"].clone();
    assert_eq!(less, whole);
    // Every other answer that could contain a client's secret.
    for (operation, body) in [
        (O::ListUserPoolClientSecrets, body.clone()),
        (
            O::ListUserPoolClients,
            json!({ "UserPoolId": pool, "MaxResults": 60 }),
        ),
    ] {
        let output = app
            .api
            .dispatch(operator(true), request(), operation, &body);
        let text = output.await.unwrap().unwrap().to_string();
        assert!(!text.contains(client.secret.as_deref().unwrap()), "{text}");
    }
}

#[tokio::test]
async fn an_entry_of_the_consoles_own_says_who_and_when() {
    let app = TestApp::new();
    let cx = cx(&app, false);
    let entry = cx.audit_entry("CreateAccessKey", None, Some("AKIA".to_owned()), None);
    let other = cx.audit_entry("CreateAccessKey", None, Some("AKIA".to_owned()), None);
    assert_ne!(entry.id, other.id);
    assert_eq!((entry.operator.as_str(), entry.at), ("olga", cx.now()));
    assert_eq!(entry.source_ip, request().source_ip);
    assert!(cx.demand_write().is_ok());
    let refused = super::cx(&app, true).demand_write().unwrap_err();
    assert_eq!(refused.kind, ErrorKind::AccessDeniedException);
    let is_operator =
        matches!(&cx.caller, Caller::Operator(Operator { name, .. }) if name == "olga");
    assert!(is_operator);
}
