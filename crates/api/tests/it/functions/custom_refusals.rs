//! CUSTOM_AUTH where somebody skips a step, has no account, or a function is of no use.

use std::sync::Arc;

use cabana_api::ports::FunctionError;
use cabana_testkit::{TestApp, lambda_config};
use serde_json::json;

use super::Stage;
use super::custom::{
    TRIGGERS, answer, begin, is_signed_in, play, prove_password, stage, stage_with,
};

#[tokio::test]
async fn an_answer_uses_its_session_up_even_if_a_function_throws() {
    let stage = stage().await;
    stage.user("ada").await;
    let asked = begin(&stage, "ada").await.ok();
    stage
        .functions
        .answer(|event| match event["triggerSource"].as_str() {
            Some("VerifyAuthChallengeResponse_Authentication") => {
                Err(FunctionError::Failed("too many".to_owned()))
            }
            _ => Ok(event.to_string().into_bytes()),
        });
    answer(&stage, &asked, "ada", "41").await.refused(
        "UserLambdaValidationException",
        "VerifyAuthChallengeResponse failed with error too many.",
    );
    play(&stage.functions);
    answer(&stage, &asked, "ada", "42").await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
}

#[tokio::test]
async fn of_many_answers_to_one_challenge_one_is_judged() {
    let stage = Arc::new(stage().await);
    stage.user("ada").await;
    let asked = Arc::new(begin(&stage, "ada").await.ok());
    stage.functions.take();
    let guess = |number: u32| {
        let (stage, asked) = (stage.clone(), asked.clone());
        tokio::spawn(async move { answer(&stage, &asked, "ada", &number.to_string()).await })
    };
    let guesses: Vec<_> = (38..46).map(guess).collect();
    let mut refused = 0;
    for guess in guesses {
        refused += usize::from(guess.await.unwrap().kind() == "NotAuthorizedException");
    }
    let calls = stage.functions.take();
    let judged = calls
        .iter()
        .filter(|it| it.trigger == "VerifyAuthChallengeResponse");
    assert_eq!((judged.count(), refused), (1, 7));
}

#[tokio::test]
async fn a_name_without_an_account_goes_the_same_way_and_never_signs_in() {
    let stage = stage().await;
    let asked = begin(&stage, "nobody").await.ok();
    assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(asked["ChallengeParameters"]["USERNAME"], "nobody");
    for call in stage.functions.take() {
        assert_eq!(call.event["userName"], "nobody");
        let request = &call.event["request"];
        assert_eq!(
            (&request["userNotFound"], &request["userAttributes"]),
            (&json!(true), &json!({}))
        );
    }
    answer(&stage, &asked, "nobody", "42")
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    // Neither by a password.
    stage.user("ada").await;
    let (refused, _) = prove_password(&stage, "nobody").await;
    refused.refused("NotAuthorizedException", "Incorrect username or password.");

    let legacy = json!({ "PreventUserExistenceErrors": "LEGACY" });
    let telling = stage_with(json!({}), legacy).await;
    begin(&telling, "nobody")
        .await
        .refused("UserNotFoundException", "User does not exist.");
    assert!(telling.functions.take().is_empty());
    telling.user("ada").await;
    begin(&telling, "ada").await.ok();
    let calls = telling.functions.take();
    assert!(calls[0].event["request"].get("userNotFound").is_none());
}

#[tokio::test]
async fn the_length_of_a_session_or_a_block_is_the_same_for_users_and_for_unknown_names() {
    let stage = stage().await;
    stage.user("ada").await;
    let lengths = async |name: &str, parameters: serde_json::Value| {
        let mut lengths = Vec::new();
        // A key of the right length shows any difference that padding would hide.
        for length in 1..=100 {
            let mut given = parameters.clone();
            given["USERNAME"] = json!(name);
            given["DEVICE_KEY"] = json!("d".repeat(length));
            let body = json!({ "AuthFlow": "CUSTOM_AUTH", "AuthParameters": given });
            stage.app.advance(cabana_domain::Span::seconds(1));
            let asked = stage.public("InitiateAuth", body).await.ok();
            let session = asked["Session"].as_str().unwrap_or_default();
            let block = asked["ChallengeParameters"]["SECRET_BLOCK"].as_str();
            lengths.push((session.len(), block.unwrap_or_default().len()));
        }
        lengths
    };
    let with_srp = json!({ "CHALLENGE_NAME": "SRP_A", "SRP_A": "AB".repeat(384) });
    for parameters in [json!({}), with_srp] {
        let known = lengths("ada", parameters.clone()).await;
        assert_eq!(lengths("eve", parameters).await, known);
    }
}

#[tokio::test]
async fn clients_continue_under_the_name_that_they_were_given() {
    let pool = json!({ "UsernameAttributes": ["email"] });
    let stage = stage_with(pool, json!({})).await;
    let attributes = json!([{ "Name": "email", "Value": "ada@example.org" }]);
    let body = json!({
        "Username": "ada@example.org", "UserAttributes": attributes, "MessageAction": "SUPPRESS",
    });
    stage.admin("AdminCreateUser", body).await.ok();
    for (name, signs_in) in [("ada@example.org", true), ("nobody@example.org", false)] {
        for by_given in [true, false] {
            let asked = begin(&stage, name).await.ok();
            let given = asked["ChallengeParameters"]["USERNAME"].as_str().unwrap();
            assert_ne!(given, name);
            let by = if by_given { given } else { name };
            let done = answer(&stage, &asked, by, "42").await;
            assert_eq!(is_signed_in(&done.body), signs_in, "{}", done.body);
            if !signs_in {
                done.refused("NotAuthorizedException", "Incorrect username or password.");
            }
        }
    }
    let asked = begin(&stage, "nobody@example.org").await.ok();
    let foreign = answer(&stage, &asked, "ada@example.org", "42").await;
    assert_eq!(foreign.kind(), "NotAuthorizedException");
    assert_ne!(foreign.message(), "Incorrect username or password.");
}

#[tokio::test]
async fn the_state_of_an_account_is_told_at_the_end() {
    let stage = stage().await;
    for name in ["ada", "bob"] {
        stage.user(name).await;
    }
    stage.sign_up("cat").await.ok();
    let body = json!({ "Username": "dan", "MessageAction": "SUPPRESS" });
    stage.admin("AdminCreateUser", body).await.ok();
    stage
        .admin("AdminDisableUser", json!({ "Username": "ada" }))
        .await
        .ok();
    stage
        .admin("AdminResetUserPassword", json!({ "Username": "bob" }))
        .await
        .ok();
    for (name, told) in [
        ("ada", Some(("NotAuthorizedException", "User is disabled."))),
        (
            "bob",
            Some((
                "PasswordResetRequiredException",
                "Password reset required for the user",
            )),
        ),
        (
            "cat",
            Some(("UserNotConfirmedException", "User is not confirmed.")),
        ),
        // As with Cognito: the functions vouch for them.
        ("dan", None),
    ] {
        let asked = begin(&stage, name).await.ok();
        let done = answer(&stage, &asked, name, "42").await;
        match told {
            Some((kind, message)) => done.refused(kind, message),
            None => assert!(is_signed_in(&done.ok())),
        }
    }
}

#[tokio::test]
async fn answers_of_no_use_are_refused() {
    let stage = stage().await;
    stage.user("ada").await;
    let long = "x".repeat(4_000);
    for (response, kind, message) in [
        (
            json!({}),
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
        (
            json!({ "challengeName": "NEW_PASSWORD_REQUIRED" }),
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
        (
            json!({ "challengeName": "PASSWORD_VERIFIER" }),
            "InvalidParameterException",
            "Missing required parameter SRP_A",
        ),
        (
            json!({ "challengeName": "CUSTOM_CHALLENGE", "privateChallengeParameters": { "a": long } }),
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
        (
            json!({ "failAuthentication": true, "issueTokens": true }),
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
    ] {
        stage.functions.respond(move |_| response.clone());
        begin(&stage, "ada").await.refused(kind, message);
    }
}

#[tokio::test]
async fn neither_pool_nor_client_has_it_by_itself() {
    let mut app = TestApp::new();
    app.functions();
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"] });
    let stage = Stage::over(app, json!({}), json!({}), flows).await;
    stage.user("ada").await;
    begin(&stage, "ada").await.refused(
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    );
    let only_one = json!({
        "UserPoolId": stage.pool, "LambdaConfig": lambda_config(&["DefineAuthChallenge"]),
    });
    stage.app.ok("UpdateUserPool", only_one).await;
    play(&stage.functions);
    begin(&stage, "ada").await.refused(
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    );
    let client = json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let other = Stage::with(lambda_config(&TRIGGERS), json!({}), client).await;
    other.user("ada").await;
    begin(&other, "ada").await.refused(
        "InvalidParameterException",
        "CUSTOM_AUTH flow not enabled for this client",
    );
    let body = json!({ "AuthFlow": "CUSTOM_AUTH",
        "AuthParameters": { "USERNAME": "ada", "CHALLENGE_NAME": "PASSWORD" } });
    stage.public("InitiateAuth", body).await.refused(
        "InvalidParameterException",
        "Invalid value PASSWORD for CHALLENGE_NAME.",
    );
}
