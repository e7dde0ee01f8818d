//! Tables of the sign-in operations, row by row: which flow needs which setting of the client, and what is refused with
//! which words.

use cabana_domain::Span;
use cabana_testkit::{Answer, TestClient};
use serde_json::{Value, json};

use crate::users::{ANN, PASSWORD, Scene};

const PARAMETER: &str = "InvalidParameterException";
const NOT_AUTHORIZED: &str = "NotAuthorizedException";
const ELSEWHERE: &str = "Initiate Auth method not supported.";

/// A flow, the settings that allow it, and whether it is one of administrators (`Some(true)`), of everybody else
/// (`Some(false)`), or of both.
type Flow = (&'static str, &'static [&'static str], Option<bool>);

/// Settings of the time before `ALLOW_…`: with one of the first two, SRP is allowed, too, and all allow refreshing.
const FLOWS: [Flow; 8] = [
    (
        "USER_SRP_AUTH",
        &[
            "ALLOW_USER_SRP_AUTH",
            "ADMIN_NO_SRP_AUTH",
            "USER_PASSWORD_AUTH",
        ],
        None,
    ),
    (
        "USER_PASSWORD_AUTH",
        &["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"],
        Some(false),
    ),
    (
        "ADMIN_USER_PASSWORD_AUTH",
        &["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
        Some(true),
    ),
    (
        "ADMIN_NO_SRP_AUTH",
        &["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
        Some(true),
    ),
    ("USER_AUTH", &["ALLOW_USER_AUTH"], None),
    (
        "CUSTOM_AUTH",
        &["ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"],
        None,
    ),
    (
        "REFRESH_TOKEN_AUTH",
        &[
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ADMIN_NO_SRP_AUTH",
            "USER_PASSWORD_AUTH",
            "CUSTOM_AUTH_FLOW_ONLY",
        ],
        None,
    ),
    (
        "REFRESH_TOKEN",
        &[
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ADMIN_NO_SRP_AUTH",
            "USER_PASSWORD_AUTH",
            "CUSTOM_AUTH_FLOW_ONLY",
        ],
        None,
    ),
];

/// What a flow that is allowed says to these parameters, of a user who exists.
fn allowed(flow: &str) -> (u16, &'static str) {
    match flow {
        "CUSTOM_AUTH" => (
            400,
            "Custom auth lambda trigger is not configured for the user pool.",
        ),
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => (400, "Invalid Refresh Token."),
        _ => (200, ""),
    }
}

fn not_enabled(flow: &str, admin: bool) -> String {
    match (flow, admin) {
        (_, true) => "Auth flow not enabled for this client".to_owned(),
        ("USER_SRP_AUTH", _) => "USER_SRP_AUTH is not enabled for the client.".to_owned(),
        (flow, _) => format!("{flow} flow not enabled for this client"),
    }
}

#[tokio::test]
async fn each_flow_has_its_operation_and_its_setting() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let settings = [
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ADMIN_NO_SRP_AUTH",
        "USER_PASSWORD_AUTH",
        "CUSTOM_AUTH_FLOW_ONLY",
    ];
    for setting in settings {
        let flows = json!({ "ExplicitAuthFlows": [setting] });
        let client = scene.app.client(&scene.pool, flows).await;
        for (flow, needs, whose) in FLOWS {
            scene.app.advance(Span::seconds(1));
            for (operation, admin) in [("InitiateAuth", false), ("AdminInitiateAuth", true)] {
                let mut body = json!({ "ClientId": client.id, "AuthFlow": flow, "AuthParameters": {
                    "USERNAME": ANN, "PASSWORD": PASSWORD, "SRP_A": "abcdef", "REFRESH_TOKEN": "x",
                } });
                if admin {
                    body["UserPoolId"] = json!(scene.pool);
                }
                let answer = scene.app.call(operation, body).await;
                let (status, message) = match whose {
                    Some(whose) if whose != admin => (400, ELSEWHERE.to_owned()),
                    _ if !needs.contains(&setting) => (400, not_enabled(flow, admin)),
                    _ => (allowed(flow).0, allowed(flow).1.to_owned()),
                };
                let found = (answer.status, answer.message());
                let what = format!("{operation} {flow} {setting}: {}", answer.body);
                assert_eq!(found, (status, message.as_str()), "{what}");
            }
        }
    }
}

/// The parameters of a flow, without one of them.
async fn without(scene: &Scene, flow: &str, missing: &str) -> Answer {
    let mut parameters = json!({
        "USERNAME": ANN, "PASSWORD": PASSWORD, "SRP_A": "abcdef", "REFRESH_TOKEN": "x",
    });
    parameters.as_object_mut().unwrap().remove(missing);
    let body = json!({ "AuthFlow": flow, "AuthParameters": parameters });
    scene.public("InitiateAuth", body).await
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let every = json!({ "ExplicitAuthFlows": [
        "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ] });
    let scene = Scene::new(Value::Null, every).await;
    scene.ann().await;
    for (flow, missing) in [
        ("USER_SRP_AUTH", "USERNAME"),
        ("USER_SRP_AUTH", "SRP_A"),
        ("USER_PASSWORD_AUTH", "USERNAME"),
        ("USER_PASSWORD_AUTH", "PASSWORD"),
        ("USER_AUTH", "USERNAME"),
        ("CUSTOM_AUTH", "USERNAME"),
        ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"),
    ] {
        let message = format!("Missing required parameter {missing}");
        without(&scene, flow, missing)
            .await
            .refused(PARAMETER, &message);
    }
    for challenge in [
        "NEW_PASSWORD_REQUIRED",
        "SMS_MFA",
        "EMAIL_OTP",
        "SMS_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "CUSTOM_CHALLENGE",
        "SELECT_CHALLENGE",
        "PASSWORD",
        "PASSWORD_SRP",
        "WEB_AUTHN",
    ] {
        let respond = |answers: Value, session: Value| {
            let mut body = json!({ "ChallengeName": challenge, "ChallengeResponses": answers });
            if !session.is_null() {
                body["Session"] = session;
            }
            scene.public("RespondToAuthChallenge", body)
        };
        respond(json!({}), Value::Null)
            .await
            .refused(PARAMETER, "Missing required parameter USERNAME");
        let named = json!({ "USERNAME": ANN });
        respond(named.clone(), Value::Null)
            .await
            .refused(PARAMETER, "Missing required parameter Session");
        let made_up = json!("x".repeat(40));
        let answer = respond(named, made_up).await;
        answer.refused(NOT_AUTHORIZED, "Invalid session for the user.");
    }
}

/// A sign-in with the password through either operation.
async fn both(scene: &Scene, client: &TestClient, name: &str, hash: Option<&str>) -> [Answer; 2] {
    let mut parameters = json!({ "USERNAME": name, "PASSWORD": PASSWORD });
    if let Some(hash) = hash {
        parameters["SECRET_HASH"] = json!(hash);
    }
    let body = |flow: &str| json!({ "ClientId": client.id, "UserPoolId": scene.pool, "AuthFlow": flow, "AuthParameters": parameters });
    [
        scene
            .app
            .call("InitiateAuth", body("USER_PASSWORD_AUTH"))
            .await,
        scene
            .app
            .call("AdminInitiateAuth", body("ADMIN_USER_PASSWORD_AUTH"))
            .await,
    ]
}

#[tokio::test]
async fn the_client_is_checked_first() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let unknown = TestClient {
        id: "0123456789abcdefghijklmnop".to_owned(),
        secret: None,
    };
    let message = format!("User pool client {} does not exist.", unknown.id);
    for answer in both(&scene, &unknown, ANN, None).await {
        answer.refused("ResourceNotFoundException", &message);
    }
    let other_pool = scene.app.pool(Value::Null).await;
    let foreign = scene.app.client(&other_pool, json!({})).await;
    let [_, administrators] = both(&scene, &foreign, ANN, None).await;
    let message = format!("User pool client {} does not exist.", foreign.id);
    administrators.refused("ResourceNotFoundException", &message);
    let secret = scene
        .app
        .client(&scene.pool, json!({ "GenerateSecret": true }))
        .await;
    let missing = format!(
        "Client {} is configured with secret but SECRET_HASH was not received",
        secret.id
    );
    for answer in both(&scene, &secret, ANN, None).await {
        answer.refused(NOT_AUTHORIZED, &missing);
    }
    for client in [&secret, &scene.client] {
        let wrong = format!("Unable to verify secret hash for client {}", client.id);
        for answer in both(&scene, client, ANN, Some("AAAA")).await {
            answer.refused(NOT_AUTHORIZED, &wrong);
        }
    }
}

#[tokio::test]
async fn the_state_of_an_account_is_told_in_the_same_words_everywhere() {
    let scene = Scene::telling().await;
    let name = |state: &str| format!("{state}@example.com");
    let names = scene
        .app
        .in_every_state(&scene.pool, &scene.client, PASSWORD, name)
        .await;
    let [unconfirmed, _, reset, off, confirmed] = &names;
    for (name, kind, message) in [
        (
            "nobody@example.com",
            "UserNotFoundException",
            "User does not exist.",
        ),
        (
            unconfirmed,
            "UserNotConfirmedException",
            "User is not confirmed.",
        ),
        (
            reset,
            "PasswordResetRequiredException",
            "Password reset required for the user",
        ),
        (off, NOT_AUTHORIZED, "User is disabled."),
    ] {
        for answer in both(&scene, &scene.client, name, None).await {
            answer.refused(kind, message);
        }
    }
    let temporary = json!({ "Username": confirmed, "Password": PASSWORD, "Permanent": false });
    scene.admin("AdminSetUserPassword", temporary).await.ok();
    scene.app.advance(Span::days(8));
    for answer in both(&scene, &scene.client, confirmed, None).await {
        answer.refused(
            NOT_AUTHORIZED,
            "Temporary password has expired and must be reset by an administrator.",
        );
    }
    let again = json!({ "Username": confirmed, "Password": "Another-Horse-2", "Permanent": true });
    scene.admin("AdminSetUserPassword", again).await.ok();
    for _ in 0..2 {
        for answer in both(&scene, &scene.client, confirmed, None).await {
            answer.refused(NOT_AUTHORIZED, "Incorrect username or password.");
        }
    }
    let [fifth, locked] = both(&scene, &scene.client, confirmed, None).await;
    fifth.refused(NOT_AUTHORIZED, "Incorrect username or password.");
    locked.refused(NOT_AUTHORIZED, "Password attempts exceeded");
}

#[tokio::test]
async fn a_session_is_good_once_in_time_and_for_its_own() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let temporary = json!({ "Username": ANN, "Password": PASSWORD, "Permanent": false });
    scene.admin("AdminSetUserPassword", temporary).await.ok();
    let begin = async || scene.sign_in(ANN, PASSWORD).await.ok()["Session"].clone();
    let respond = async |client: &TestClient, session: &Value, name: &str| {
        let body = json!({ "ClientId": client.id, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session,
            "ChallengeResponses": { "USERNAME": name, "NEW_PASSWORD": "Another-Horse-2" } });
        scene.app.call("RespondToAuthChallenge", body).await
    };
    let other = scene.app.client(&scene.pool, json!({})).await;
    scene.user("bob@example.com", json!({})).await;
    let session = begin().await;
    for (client, name) in [
        (&other, ANN),
        (&scene.client, "bob@example.com"),
        (&scene.client, "nobody@example.com"),
    ] {
        let foreign = respond(client, &session, name).await;
        foreign.refused(NOT_AUTHORIZED, "Invalid session for the user.");
    }
    let late = begin().await;
    scene.app.advance(Span::minutes(3));
    let expired = respond(&scene.client, &late, ANN).await;
    expired.refused(
        NOT_AUTHORIZED,
        "Invalid session for the user, session is expired.",
    );
    let session = begin().await;
    respond(&scene.client, &session, ANN).await.ok();
    let used = respond(&scene.client, &session, ANN).await;
    assert_eq!(used.kind(), NOT_AUTHORIZED);
    assert!(
        used.message().starts_with("Invalid session for the user"),
        "{}",
        used.message()
    );
}
