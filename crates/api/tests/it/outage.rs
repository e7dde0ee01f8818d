//! What calls are told while the store is away: that something is wrong with the server. Whoever heard that a token or a
//! client is not valid would throw it away.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn no_call_is_refused_for_a_reason_of_its_own_while_the_store_is_away() {
    let app = TestApp::new();
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
        (
            "ConfirmSignUp",
            json!({ "ClientId": id, "Username": ADA, "ConfirmationCode": "123456" }),
        ),
        (
            "ResendConfirmationCode",
            json!({ "ClientId": id, "Username": ADA }),
        ),
        ("ForgotPassword", json!({ "ClientId": id, "Username": ADA })),
        (
            "ConfirmForgotPassword",
            json!({
                "ClientId": id, "Username": ADA, "ConfirmationCode": "123456", "Password": PASSWORD,
            }),
        ),
        ("GetUser", json!({ "AccessToken": token })),
        ("GlobalSignOut", json!({ "AccessToken": token })),
        ("DeleteUser", json!({ "AccessToken": token })),
        (
            "ChangePassword",
            json!({
                "AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD,
            }),
        ),
        ("AssociateSoftwareToken", json!({ "AccessToken": token })),
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
    let away = app.without_store();
    for (operation, body) in calls {
        let answer = away.call(operation, body).await;
        assert_eq!(
            (answer.status, answer.kind()),
            (500, "InternalErrorException"),
            "{operation}: {}",
            answer.body
        );
    }
    app.ok("GetUser", json!({ "AccessToken": token })).await;
}
