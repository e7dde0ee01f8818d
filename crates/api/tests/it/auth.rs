//! Sign-in over the wire: flows, SRP, lockout, and the same answers for unknown users.

use aws_cognito_srp::{SrpClient, User};
use cabana_domain::Span;
use cabana_testkit::{Answer, TestApp, TestClient};
use serde_json::{Value, json};

use crate::srp;

pub const PASSWORD: &str = "Correct-horse1";

/// A pool with one confirmed user `ada@example.org`, and a client.
pub async fn with_ada(app: &TestApp, pool: Value, client: Value) -> (String, TestClient) {
    let pool = app.pool(pool).await;
    let client = app.client(&pool, client).await;
    app.ok(
        "AdminCreateUser",
        json!({ "UserPoolId": pool, "Username": "ada@example.org", "MessageAction": "SUPPRESS" }),
    )
    .await;
    app.ok(
        "AdminSetUserPassword",
        json!({ "UserPoolId": pool, "Username": "ada@example.org", "Password": PASSWORD, "Permanent": true }),
    )
    .await;
    (pool, client)
}

pub async fn sign_in(app: &TestApp, client: &TestClient, name: &str, password: &str) -> Answer {
    app.call(
        "InitiateAuth",
        json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": client.id,
            "AuthParameters": { "USERNAME": name, "PASSWORD": password },
        }),
    )
    .await
}

pub async fn respond(
    app: &TestApp,
    client: &TestClient,
    name: &str,
    session: &Value,
    answers: Value,
) -> Answer {
    app.call(
        "RespondToAuthChallenge",
        json!({
            "ClientId": client.id,
            "ChallengeName": name,
            "Session": session,
            "ChallengeResponses": answers,
        }),
    )
    .await
}

#[tokio::test]
async fn a_right_password_gives_three_tokens() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let body = sign_in(&app, &client, "ada@example.org", PASSWORD)
        .await
        .ok();
    let result = &body["AuthenticationResult"];
    assert_eq!(result["TokenType"], "Bearer");
    assert_eq!(result["ExpiresIn"], 3600);
    for token in ["AccessToken", "IdToken", "RefreshToken"] {
        assert!(result[token].is_string(), "{token}");
    }
    assert_eq!(body["ChallengeParameters"], json!({}));
    let user = app
        .ok("GetUser", json!({ "AccessToken": result["AccessToken"] }))
        .await;
    assert!(
        user["UserAttributes"]
            .as_array()
            .unwrap()
            .contains(&json!({ "Name": "email", "Value": "ada@example.org" }))
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_read_the_same_where_existence_is_hidden() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    for name in ["ada@example.org", "nobody@example.org"] {
        sign_in(&app, &client, name, "Wrong-horse1")
            .await
            .refused("NotAuthorizedException", "Incorrect username or password.");
    }
    // Both are locked out after five failures, and both unlock again.
    for name in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..4 {
            sign_in(&app, &client, name, "Wrong-horse1").await;
        }
        sign_in(&app, &client, name, "Wrong-horse1")
            .await
            .refused("NotAuthorizedException", "Password attempts exceeded");
    }
    app.advance(Span::seconds(2));
    sign_in(&app, &client, "ada@example.org", PASSWORD)
        .await
        .ok();
}

#[tokio::test]
async fn an_unknown_user_is_named_so_where_existence_is_not_hidden() {
    let app = TestApp::new();
    let (_, client) = with_ada(
        &app,
        Value::Null,
        json!({ "PreventUserExistenceErrors": "LEGACY" }),
    )
    .await;
    sign_in(&app, &client, "nobody@example.org", PASSWORD)
        .await
        .refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn a_flow_that_the_client_does_not_allow_is_refused() {
    let app = TestApp::new();
    let (pool, client) = with_ada(
        &app,
        Value::Null,
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] }),
    )
    .await;
    sign_in(&app, &client, "ada@example.org", PASSWORD)
        .await
        .refused(
            "InvalidParameterException",
            "USER_PASSWORD_AUTH flow not enabled for this client",
        );
    let admin = app
        .call(
            "AdminInitiateAuth",
            json!({
                "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "ClientId": client.id, "UserPoolId": pool,
                "AuthParameters": { "USERNAME": "ada@example.org", "PASSWORD": PASSWORD },
            }),
        )
        .await;
    admin.refused(
        "InvalidParameterException",
        "Auth flow not enabled for this client",
    );
}

#[tokio::test]
async fn a_confidential_client_must_send_the_right_secret_hash() {
    let app = TestApp::new();
    let (_, client) = with_ada(&app, Value::Null, json!({ "GenerateSecret": true })).await;
    let name = "ada@example.org";
    sign_in(&app, &client, name, PASSWORD).await.refused(
        "NotAuthorizedException",
        &format!(
            "Client {} is configured with secret but SECRET_HASH was not received",
            client.id
        ),
    );
    let hash =
        |secret: &str| cabana_api::logic::clients::secret_hash::compute(secret, name, &client.id);
    let with = |hash: String| {
        json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client.id,
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD, "SECRET_HASH": hash },
        })
    };
    app.call("InitiateAuth", with(hash("not the secret")))
        .await
        .refused(
            "NotAuthorizedException",
            &format!("Unable to verify secret hash for client {}", client.id),
        );
    app.ok(
        "InitiateAuth",
        with(hash(client.secret.as_deref().unwrap())),
    )
    .await;
}

/// Both calls of an SRP sign-in through an independent client.
pub async fn srp(
    app: &TestApp,
    pool: &str,
    client: &TestClient,
    name: &str,
    password: &str,
) -> (Answer, Value) {
    let srp_client = SrpClient::new(User::new(pool, name, password), &client.id, None);
    let first = app
        .ok(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_SRP_AUTH", "ClientId": client.id,
                "AuthParameters": { "USERNAME": name, "SRP_A": srp_client.get_auth_parameters().a },
            }),
        )
        .await;
    let answers = srp::answers(&srp_client, &first);
    (
        respond(
            app,
            client,
            "PASSWORD_VERIFIER",
            &Value::Null,
            answers.clone(),
        )
        .await,
        answers,
    )
}

#[tokio::test]
async fn srp_signs_in_once_with_the_right_password_and_never_with_another() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let (right, answers) = srp(&app, &pool, &client, "ada@example.org", PASSWORD).await;
    assert!(right.ok()["AuthenticationResult"]["AccessToken"].is_string());
    // The same claim again: its secret block is used up.
    respond(&app, &client, "PASSWORD_VERIFIER", &Value::Null, answers)
        .await
        .refused(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        );
    let (wrong, _) = srp(&app, &pool, &client, "ada@example.org", "Wrong-horse1").await;
    wrong.refused("NotAuthorizedException", "Incorrect username or password.");
    // An unknown user gets a challenge too, the same one each time.
    let (nobody, _) = srp(&app, &pool, &client, "nobody@example.org", PASSWORD).await;
    nobody.refused("NotAuthorizedException", "Incorrect username or password.");
}

#[tokio::test]
async fn a_pool_without_srp_keeps_argon2_hashes_and_refuses_srp() {
    let app = TestApp::new();
    let pool = json!({
        "UsernameAttributes": ["email"], "UserPoolTags": { "cabana:srp": "off" },
    });
    let (_, client) = with_ada(&app, pool, json!({})).await;
    sign_in(&app, &client, "ada@example.org", PASSWORD)
        .await
        .ok();
    sign_in(&app, &client, "ada@example.org", "Wrong-horse1")
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    let srp = app
        .call(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_SRP_AUTH", "ClientId": client.id,
                "AuthParameters": { "USERNAME": "ada@example.org", "SRP_A": "02" },
            }),
        )
        .await;
    assert_eq!(srp.kind(), "InvalidParameterException");
}
