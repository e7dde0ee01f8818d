//! Answers while the store fails: an internal error, because an app would throw away a token or client that is reported
//! as invalid.

use std::collections::BTreeSet;

use cabana_testkit::{TestApp, TestDatabase};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn a_question_the_store_does_not_answer_is_no_reason_to_refuse_a_call() {
    let database = TestDatabase::new();
    let app = TestApp::over(&database);
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let signed_in = sign_in(&app, &client, ADA, PASSWORD).await.ok();
    let token = &signed_in["AuthenticationResult"]["AccessToken"];
    let refresh = &signed_in["AuthenticationResult"]["RefreshToken"];
    let id = &client.id;
    let calls = [
        (
            "InitiateAuth",
            json!({
                "ClientId": id, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": ADA, "PASSWORD": PASSWORD },
            }),
        ),
        (
            "InitiateAuth",
            json!({
                "ClientId": id, "AuthFlow": "REFRESH_TOKEN_AUTH",
                "AuthParameters": { "REFRESH_TOKEN": refresh },
            }),
        ),
        (
            "GetTokensFromRefreshToken",
            json!({ "ClientId": id, "RefreshToken": refresh }),
        ),
        ("RevokeToken", json!({ "ClientId": id, "Token": refresh })),
        (
            "SignUp",
            json!({ "ClientId": id, "Username": "eve@example.org", "Password": PASSWORD }),
        ),
        ("ForgotPassword", json!({ "ClientId": id, "Username": ADA })),
        ("GetUser", json!({ "AccessToken": token })),
        ("GlobalSignOut", json!({ "AccessToken": token })),
        ("DeleteUser", json!({ "AccessToken": token })),
        (
            "ChangePassword",
            json!({
                "AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD,
            }),
        ),
        ("DescribeUserPool", json!({ "UserPoolId": pool })),
        (
            "DescribeUserPoolClient",
            json!({ "UserPoolId": pool, "ClientId": id }),
        ),
        (
            "AdminGetUser",
            json!({ "UserPoolId": pool, "Username": ADA }),
        ),
        (
            "AdminInitiateAuth",
            json!({
                "UserPoolId": pool, "ClientId": id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": ADA, "PASSWORD": PASSWORD },
            }),
        ),
        ("ListUsers", json!({ "UserPoolId": pool })),
        (
            "CreateGroup",
            json!({ "UserPoolId": pool, "GroupName": "staff" }),
        ),
    ];
    drop(app);
    let mut failed = BTreeSet::new();
    for table in [None]
        .into_iter()
        .chain(database.tables().into_iter().map(Some))
    {
        for (operation, body) in &calls {
            let copy = database.copy();
            if let Some(table) = &table {
                copy.lose(table);
            }
            let answer = TestApp::over(&copy).call(operation, body.clone()).await;
            let is_failure = (answer.status, answer.kind()) == (500, "InternalErrorException");
            assert!(
                answer.status == 200 || is_failure && table.is_some(),
                "{operation} without {table:?}: {}",
                answer.body
            );
            if is_failure {
                failed.insert((table.clone(), *operation));
            }
        }
    }
    for (table, operation) in [
        ("clients", "RevokeToken"),
        ("clients", "GetUser"),
        ("users", "GetUser"),
    ] {
        assert!(
            failed.contains(&(Some(table.to_owned()), operation)),
            "{operation}"
        );
    }
}
