//! PreSignUp and PostConfirmation.

use cabana_api::ports::FunctionError;
use cabana_testkit::function;
use serde_json::{Value, json};

use super::{PASSWORD, Stage, without_ids};

const BOTH: [&str; 2] = ["PreSignUp", "PostConfirmation"];

#[tokio::test]
async fn a_sign_up_is_shown_to_the_function_as_it_was_sent() {
    let stage = Stage::new(&BOTH).await;
    let body = json!({
        "Username": "ada", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "ada@example.org" }],
        "ValidationData": [{ "Name": "captcha", "Value": "x" }],
        "ClientMetadata": { "from": "test" },
    });
    let made = stage.public("SignUp", body).await.ok();
    assert_eq!(made["UserConfirmed"], false);
    let call = stage.only_call();
    assert_eq!(
        (call.arn.as_str(), call.trigger),
        (function("PreSignUp").as_str(), "PreSignUp")
    );
    assert_eq!(
        without_ids(call),
        concat!(
            r#"{"version":"1","region":"us-east-1","userPoolId":"POOL","userName":"ada","#,
            r#""callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"CLIENT"},"#,
            r#""triggerSource":"PreSignUp_SignUp","request":{"userAttributes":{"email":"ada@example.org"},"#,
            r#""validationData":{"captcha":"x"},"clientMetadata":{"from":"test"}},"response":"#,
            r#"{"autoConfirmUser":false,"autoVerifyEmail":false,"autoVerifyPhone":false}}"#,
        )
    );
    stage.sign_up("bob").await.ok();
    let event = stage.only_call().event;
    assert_eq!(event["request"]["validationData"], Value::Null);
    assert!(event["request"].get("clientMetadata").is_none());

    let code = stage.app.code_sent_to("ada@example.org").await;
    let body =
        json!({ "Username": "ada", "ConfirmationCode": code, "ClientMetadata": { "a": "b" } });
    stage.public("ConfirmSignUp", body).await.ok();
    assert_eq!(
        without_ids(stage.only_call()),
        concat!(
            r#"{"version":"1","region":"us-east-1","userPoolId":"POOL","userName":"ada","#,
            r#""callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"CLIENT"},"#,
            r#""triggerSource":"PostConfirmation_ConfirmSignUp","request":{"userAttributes":{"sub":"SUB","#,
            r#""cognito:user_status":"CONFIRMED","email":"ada@example.org","email_verified":"true"},"#,
            r#""clientMetadata":{"a":"b"}},"response":{}}"#,
        )
    );
}

#[tokio::test]
async fn the_function_confirms_a_user_and_verifies_their_address() {
    let stage = Stage::new(&BOTH).await;
    stage
        .functions
        .respond(|_| json!({ "autoConfirmUser": true, "autoVerifyEmail": true }));
    let made = stage.sign_up("ada").await.ok();
    assert_eq!(made["UserConfirmed"], true);
    assert!(made.get("CodeDeliveryDetails").is_none());
    assert_eq!(
        stage.functions.sources(),
        ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    );
    assert!(stage.app.mailbox().await.is_empty(), "no code is sent");
    stage.sign_in("ada").await.ok();

    stage
        .functions
        .respond(|_| json!({ "autoVerifyPhone": true }));
    stage.sign_up("bob").await.refused(
        "InvalidParameterException",
        "phone_number is required to set phone_number_verified.",
    );
}

#[tokio::test]
async fn the_function_refuses_a_user_in_its_own_words_and_nothing_is_stored() {
    let stage = Stage::new(&BOTH).await;
    stage
        .functions
        .answer(|_| Err(FunctionError::Failed("Not you".to_owned())));
    stage.sign_up("ada").await.refused(
        "UserLambdaValidationException",
        "PreSignUp failed with error Not you.",
    );
    let body = json!({ "Username": "bob", "MessageAction": "SUPPRESS" });
    stage.admin("AdminCreateUser", body).await.refused(
        "UserLambdaValidationException",
        "PreSignUp failed with error Not you.",
    );
    assert_eq!(
        stage.functions.sources(),
        ["PreSignUp_SignUp", "PreSignUp_AdminCreateUser"]
    );
    assert_eq!(
        stage.admin("ListUsers", json!({})).await.ok()["Users"],
        json!([])
    );
    assert!(stage.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn an_administrators_user_is_not_confirmed_by_the_function() {
    let stage = Stage::new(&BOTH).await;
    stage
        .functions
        .respond(|_| json!({ "autoConfirmUser": true, "autoVerifyEmail": true }));
    let body = json!({
        "Username": "ada", "MessageAction": "SUPPRESS", "ClientMetadata": { "a": "b" },
        "UserAttributes": [{ "Name": "email", "Value": "ada@example.org" }, { "Name": "email_verified", "Value": "true" }],
    });
    let made = stage.admin("AdminCreateUser", body).await.ok();
    assert_eq!(made["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
    let event = stage.only_call().event;
    assert_eq!(
        event["callerContext"]["clientId"],
        "CLIENT_ID_NOT_APPLICABLE"
    );
    assert_eq!(
        event["request"],
        json!({
            "userAttributes": { "email": "ada@example.org", "email_verified": "true" },
            "validationData": null, "clientMetadata": { "a": "b" },
        })
    );
}

#[tokio::test]
async fn a_confirmation_stays_if_the_function_fails_afterwards() {
    let stage = Stage::new(&["PostConfirmation"]).await;
    stage.sign_up("ada").await.ok();
    stage
        .functions
        .answer(|_| Err(FunctionError::Failed("Too late".to_owned())));
    let code = stage.app.code_sent_to("ada@example.org").await;
    let body = json!({ "Username": "ada", "ConfirmationCode": code });
    stage.public("ConfirmSignUp", body).await.refused(
        "UserLambdaValidationException",
        "PostConfirmation failed with error Too late.",
    );
    let user = stage
        .admin("AdminGetUser", json!({ "Username": "ada" }))
        .await;
    assert_eq!(user.ok()["UserStatus"], "CONFIRMED");
    let refused = stage.admin("AdminConfirmSignUp", json!({ "Username": "ada" }));
    assert_eq!(refused.await.kind(), "NotAuthorizedException");
}
