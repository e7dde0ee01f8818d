//! PreAuthentication and PostAuthentication.

use cabana_api::ports::FunctionError;
use serde_json::{Value, json};

use super::{PASSWORD, Stage, without_ids};

const BOTH: [&str; 2] = ["PreAuthentication", "PostAuthentication"];

fn refusing(source: &'static str) -> impl Fn(Value) -> Result<Vec<u8>, FunctionError> {
    move |event| match event["triggerSource"] == source {
        true => Err(FunctionError::Failed("Not today".to_owned())),
        false => Ok(event.to_string().into_bytes()),
    }
}

#[tokio::test]
async fn a_sign_in_is_told_before_and_after() {
    let stage = Stage::new(&BOTH).await;
    stage.user("ada").await;
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": { "captcha": "x" },
        "AuthParameters": { "USERNAME": "ada", "PASSWORD": PASSWORD },
    });
    stage.public("InitiateAuth", body).await.ok();
    let calls = stage.functions.take();
    let texts: Vec<_> = calls.into_iter().map(without_ids).collect();
    assert_eq!(
        texts,
        [
            concat!(
                r#"{"version":"1","region":"us-east-1","userPoolId":"POOL","userName":"ada","#,
                r#""callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"CLIENT"},"#,
                r#""triggerSource":"PreAuthentication_Authentication","request":{"userAttributes":{"sub":"SUB","#,
                r#""cognito:user_status":"CONFIRMED","email":"ada@example.org","email_verified":"true"},"#,
                r#""validationData":{"captcha":"x"},"userNotFound":false},"response":{}}"#,
            ),
            concat!(
                r#"{"version":"1","region":"us-east-1","userPoolId":"POOL","userName":"ada","#,
                r#""callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"CLIENT"},"#,
                r#""triggerSource":"PostAuthentication_Authentication","request":{"userAttributes":{"sub":"SUB","#,
                r#""cognito:user_status":"CONFIRMED","email":"ada@example.org","email_verified":"true"},"#,
                r#""newDeviceUsed":false},"response":{}}"#,
            ),
        ]
    );
}

#[tokio::test]
async fn either_function_refuses_a_sign_in_and_no_token_is_given() {
    let stage = Stage::new(&BOTH).await;
    stage.user("ada").await;
    for (source, trigger) in [
        ("PreAuthentication_Authentication", "PreAuthentication"),
        ("PostAuthentication_Authentication", "PostAuthentication"),
    ] {
        stage.functions.answer(refusing(source));
        stage.sign_in("ada").await.refused(
            "UserLambdaValidationException",
            &format!("{trigger} failed with error Not today."),
        );
    }
    let calls = stage.functions.sources();
    assert_eq!(
        calls,
        [
            "PreAuthentication_Authentication",
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication",
        ]
    );
    stage.functions.respond(|_| Value::Null);
    stage.sign_in("ada").await.ok();
}

#[tokio::test]
async fn an_answer_refused_at_the_end_can_be_repeated_and_changes_nothing() {
    let stage = Stage::new(&BOTH).await;
    let body = json!({ "Username": "ada", "MessageAction": "SUPPRESS", "TemporaryPassword": "Temporary-1" });
    stage.admin("AdminCreateUser", body).await.ok();
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": "ada", "PASSWORD": "Temporary-1" },
    });
    let asked = stage.public("InitiateAuth", body).await.ok();
    let body = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "ada", "NEW_PASSWORD": PASSWORD },
    });
    stage
        .functions
        .answer(refusing("PostAuthentication_Authentication"));
    let refused = stage.public("RespondToAuthChallenge", body.clone()).await;
    assert_eq!(refused.kind(), "UserLambdaValidationException");
    let user = stage
        .admin("AdminGetUser", json!({ "Username": "ada" }))
        .await;
    assert_eq!(user.ok()["UserStatus"], "FORCE_CHANGE_PASSWORD");
    stage.functions.respond(|_| Value::Null);
    stage.public("RespondToAuthChallenge", body).await.ok();
}

#[tokio::test]
async fn a_name_without_an_account_is_shown_only_where_existence_is_hidden() {
    let hidden = Stage::new(&BOTH).await;
    hidden
        .sign_in("nobody")
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    let event = hidden.only_call().event;
    assert_eq!(event["userName"], "nobody");
    assert_eq!(
        event["request"],
        json!({ "userAttributes": {}, "validationData": null, "userNotFound": true })
    );
    hidden
        .functions
        .answer(refusing("PreAuthentication_Authentication"));
    hidden.user("ada").await;
    for name in ["ada", "nobody"] {
        let refused = hidden.sign_in(name).await;
        assert_eq!(refused.kind(), "UserLambdaValidationException", "{name}");
    }

    let legacy = json!({ "PreventUserExistenceErrors": "LEGACY" });
    let config = cabana_testkit::lambda_config(&BOTH);
    let telling = Stage::with(config, json!({}), legacy).await;
    telling
        .sign_in("nobody")
        .await
        .refused("UserNotFoundException", "User does not exist.");
    assert!(telling.functions.take().is_empty());
    telling.user("ada").await;
    telling.sign_in("ada").await.ok();
    let calls = telling.functions.take();
    let event = &calls[0].event;
    assert!(event["request"].get("userNotFound").is_none());
}

#[tokio::test]
async fn a_locked_account_calls_no_function() {
    let stage = Stage::new(&BOTH).await;
    stage.user("ada").await;
    let wrong = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": "ada", "PASSWORD": "Wrong-horse1" },
    });
    for _ in 0..5 {
        stage.public("InitiateAuth", wrong.clone()).await;
    }
    assert_eq!(stage.functions.take().len(), 5);
    stage
        .sign_in("ada")
        .await
        .refused("NotAuthorizedException", "Password attempts exceeded");
    assert!(stage.functions.take().is_empty());
}

#[tokio::test]
async fn the_sdk_of_the_caller_is_named() {
    let stage = Stage::new(&["PreSignUp"]).await;
    let body = json!({ "ClientId": stage.client.id, "Username": "ada", "Password": PASSWORD });
    for (header, agent, version) in [
        (
            "user-agent",
            "aws-sdk-js/3.473.0 ua/2.0",
            "aws-sdk-js-3.473.0",
        ),
        ("x-amz-user-agent", "aws-sdk-js/3.1.0", "aws-sdk-js-3.1.0"),
        ("user-agent", "Boto3/1.40", "aws-sdk-unknown-unknown"),
    ] {
        let mut request = stage.app.request("SignUp", &body);
        request.headers_mut().insert(header, agent.parse().unwrap());
        stage.app.send(request).await;
        if let Some(call) = stage.functions.take().pop() {
            assert_eq!(call.event["callerContext"]["awsSdkVersion"], version);
        }
        stage
            .admin("AdminDeleteUser", json!({ "Username": "ada" }))
            .await;
    }
}
