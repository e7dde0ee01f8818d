//! CUSTOM_AUTH: challenges that functions define, make and judge.

use aws_cognito_srp::{SrpClient, User};
use cabana_api::ports::FunctionError;
use cabana_domain::Span;
use cabana_testkit::{Answer, TestFunctions, lambda_config};
use serde_json::{Value, json};

use super::{PASSWORD, Stage, without_ids};
use crate::srp;

pub const TRIGGERS: [&str; 3] = [
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
];

pub async fn stage() -> Stage {
    stage_with(json!({}), json!({})).await
}

pub async fn stage_with(pool: Value, client: Value) -> Stage {
    let mut settings =
        json!({ "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH"] });
    let members = settings.as_object_mut().unwrap();
    members.extend(client.as_object().unwrap().clone());
    let stage = Stage::with(lambda_config(&TRIGGERS), pool, settings).await;
    play(&stage.functions);
    stage
}

/// Functions as in Amazon's guide: a password first if there is an SRP_A, then a question; three wrong answers end it.
pub fn play(functions: &TestFunctions) {
    functions.respond(played);
}

pub fn played(event: &Value) -> Value {
    let request = &event["request"];
    match event["triggerSource"].as_str().unwrap() {
        "DefineAuthChallenge_Authentication" => decision(&request["session"]),
        "CreateAuthChallenge_Authentication" => json!({
            "publicChallengeParameters": { "question": "6 times 9?" },
            "privateChallengeParameters": { "answer": "42" },
            "challengeMetadata": "QUESTION",
        }),
        "VerifyAuthChallengeResponse_Authentication" => json!({
            "answerCorrect": request["challengeAnswer"] == request["privateChallengeParameters"]["answer"],
        }),
        _ => Value::Null,
    }
}

fn decision(session: &Value) -> Value {
    let rounds = session.as_array().unwrap();
    let wrong = rounds.iter().filter(|it| it["challengeResult"] == false);
    let last = rounds.last().map(|it| &it["challengeName"]);
    if wrong.count() >= 3 {
        return json!({ "issueTokens": false, "failAuthentication": true });
    }
    match last.and_then(Value::as_str) {
        Some("SRP_A") => json!({ "challengeName": "PASSWORD_VERIFIER" }),
        Some("CUSTOM_CHALLENGE") if rounds[rounds.len() - 1]["challengeResult"] == true => {
            json!({ "issueTokens": true, "failAuthentication": false })
        }
        _ => json!({
            "challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false,
        }),
    }
}

pub async fn begin(stage: &Stage, name: &str) -> Answer {
    let body = json!({ "AuthFlow": "CUSTOM_AUTH", "AuthParameters": { "USERNAME": name },
        "ClientMetadata": { "from": "initiate" } });
    stage.public("InitiateAuth", body).await
}

pub fn answer_to(asked: &Value, name: &str, answer: &str) -> Value {
    json!({
        "ChallengeName": "CUSTOM_CHALLENGE", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": name, "ANSWER": answer },
        "ClientMetadata": { "from": "respond" },
    })
}

pub async fn answer(stage: &Stage, asked: &Value, name: &str, answer: &str) -> Answer {
    let body = answer_to(asked, name, answer);
    stage.public("RespondToAuthChallenge", body).await
}

/// Begins with the password, and proves it; also gives the answer as sent.
pub async fn prove_password(stage: &Stage, name: &str) -> (Answer, Value) {
    let user = User::new(stage.pool.as_str(), name, PASSWORD);
    let client = SrpClient::new(user, &stage.client.id, None);
    let start = client.get_auth_parameters();
    let body = json!({ "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {
        "USERNAME": name, "CHALLENGE_NAME": "SRP_A", "SRP_A": start.a,
    } });
    let asked = stage.public("InitiateAuth", body).await.ok();
    let mut answers = srp::answers(&client, &asked);
    answers["USERNAME"] = json!(name);
    let body = json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answers });
    let answered = stage.public("RespondToAuthChallenge", body.clone()).await;
    (answered, body)
}

pub fn is_signed_in(answer: &Value) -> bool {
    answer["AuthenticationResult"]["AccessToken"].is_string()
}

/// The rounds that the last `DefineAuthChallenge` saw.
pub fn rounds(stage: &Stage) -> Value {
    let calls = stage.functions.take();
    let mut defines = calls
        .into_iter()
        .filter(|call| call.trigger == "DefineAuthChallenge");
    defines.next_back().unwrap().event["request"]["session"].clone()
}

#[tokio::test]
async fn functions_ask_and_judge_and_sign_in() {
    let stage = stage().await;
    stage.user("ada").await;
    let asked = begin(&stage, "ada").await.ok();
    assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(
        asked["ChallengeParameters"],
        json!({ "USERNAME": "ada", "question": "6 times 9?" })
    );
    assert!(is_signed_in(
        &answer(&stage, &asked, "ada", "42").await.ok()
    ));
    let event = |source: &str, request: &str, response: &str| {
        [
            r#"{"version":"1","region":"us-east-1","userPoolId":"POOL","userName":"ada","#,
            r#""callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"CLIENT"},"#,
            &format!(r#""triggerSource":"{source}_Authentication","request":{{"userAttributes":{{"sub":"SUB","#),
            r#""cognito:user_status":"CONFIRMED","email":"ada@example.org","email_verified":"true"},"#,
            &format!(r#"{request}}},"response":{{{response}}}}}"#),
        ]
        .concat()
    };
    let undefined = r#""challengeName":null,"issueTokens":null,"failAuthentication":null"#;
    let uncreated = r#""publicChallengeParameters":null,"privateChallengeParameters":null,"challengeMetadata":null"#;
    let texts: Vec<_> = stage
        .functions
        .take()
        .into_iter()
        .map(without_ids)
        .collect();
    let expected = [
        event(
            "DefineAuthChallenge",
            r#""session":[],"userNotFound":false"#,
            undefined,
        ),
        event(
            "CreateAuthChallenge",
            r#""challengeName":"CUSTOM_CHALLENGE","session":[],"userNotFound":false"#,
            uncreated,
        ),
        event(
            "VerifyAuthChallengeResponse",
            concat!(
                r#""privateChallengeParameters":{"answer":"42"},"challengeAnswer":"42","#,
                r#""clientMetadata":{"from":"respond"},"userNotFound":false"#
            ),
            r#""answerCorrect":null"#,
        ),
        event(
            "DefineAuthChallenge",
            concat!(
                r#""session":[{"challengeName":"CUSTOM_CHALLENGE","challengeResult":true,"#,
                r#""challengeMetadata":"QUESTION"}],"clientMetadata":{"from":"respond"},"userNotFound":false"#
            ),
            undefined,
        ),
    ];
    for (text, expected) in texts.iter().zip(&expected) {
        assert_eq!(text, expected);
    }
    assert_eq!(texts.len(), expected.len());
}

#[tokio::test]
async fn three_wrong_answers_end_it_as_the_function_decides() {
    let stage = stage().await;
    stage.user("ada").await;
    let mut asked = begin(&stage, "ada").await.ok();
    for _ in 0..2 {
        asked = answer(&stage, &asked, "ada", "41").await.ok();
        assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
    }
    answer(&stage, &asked, "ada", "41")
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    let seen = rounds(&stage);
    assert_eq!(seen.as_array().unwrap().len(), 3);
    let wrong = json!({
        "challengeName": "CUSTOM_CHALLENGE", "challengeResult": false, "challengeMetadata": "QUESTION",
    });
    assert_eq!(seen[2], wrong);
    // No password was wrong.
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": "ada", "PASSWORD": PASSWORD },
    });
    stage.public("InitiateAuth", body).await.ok();
}

#[tokio::test]
async fn a_session_holds_a_hundred_rounds() {
    let stage = stage().await;
    stage.user("ada").await;
    stage.functions.respond(|event| match played(event) {
        made if made.get("publicChallengeParameters").is_some() => {
            json!({ "privateChallengeParameters": { "answer": "42" } })
        }
        ended if ended["failAuthentication"] == true => {
            let right = event["request"]["session"]
                .as_array()
                .and_then(|rounds| rounds.last())
                .is_some_and(|round| round["challengeResult"] == true);
            match right {
                true => json!({ "issueTokens": true }),
                false => json!({ "challengeName": "CUSTOM_CHALLENGE" }),
            }
        }
        other => other,
    });
    let mut asked = begin(&stage, "ada").await.ok();
    for _ in 0..100 {
        // More in a second would be refused.
        stage.app.advance(cabana_domain::Span::seconds(1));
        asked = answer(&stage, &asked, "ada", "41").await.ok();
    }
    assert_eq!(rounds(&stage).as_array().unwrap().len(), 100);
    let done = answer(&stage, &asked, "ada", "42").await;
    assert_eq!(done.ok()["ChallengeName"], Value::Null);
}

#[tokio::test]
async fn a_password_comes_first_where_the_client_sends_its_half() {
    let stage = stage().await;
    stage.user("ada").await;
    let (asked, sent) = prove_password(&stage, "ada").await;
    let asked = asked.ok();
    assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
    let passed = |name: &str, metadata: Value| json!({ "challengeName": name, "challengeResult": true, "challengeMetadata": metadata });
    let mut expected = vec![
        passed("SRP_A", json!(null)),
        passed("PASSWORD_VERIFIER", json!(null)),
    ];
    assert_eq!(rounds(&stage), json!(expected));
    // The claim can be used once.
    stage.public("RespondToAuthChallenge", sent).await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    assert!(is_signed_in(
        &answer(&stage, &asked, "ada", "42").await.ok()
    ));
    expected.push(passed("CUSTOM_CHALLENGE", json!("QUESTION")));
    assert_eq!(rounds(&stage), json!(expected));
}

#[tokio::test]
async fn a_proven_password_is_no_sign_in_without_the_functions_word() {
    let stage = stage().await;
    stage.user("ada").await;
    stage.functions.respond(|event| {
        let before = event["request"]["session"].as_array().map(Vec::len);
        match before {
            Some(1) => json!({ "challengeName": "PASSWORD_VERIFIER" }),
            _ => json!({ "failAuthentication": true }),
        }
    });
    let (refused, sent) = prove_password(&stage, "ada").await;
    refused.refused("NotAuthorizedException", "Incorrect username or password.");
    stage.functions.answer(|_| Err(FunctionError::TimedOut));
    let again = stage.public("RespondToAuthChallenge", sent).await;
    assert_eq!(again.kind(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_second_factor_follows_a_password_and_the_function_sees_it() {
    let mail = json!({ "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/a@example.org" } });
    let stage = stage_with(mail, json!({})).await;
    stage.user("ada").await;
    let body = json!({
        "UserPoolId": stage.pool, "MfaConfiguration": "OPTIONAL",
        "EmailMfaConfiguration": { "Message": "{####}", "Subject": "Code" },
    });
    stage.app.ok("SetUserPoolMfaConfig", body).await;
    let body = json!({ "Username": "ada", "EmailMfaSettings": { "Enabled": true } });
    stage.admin("AdminSetUserMFAPreference", body).await.ok();
    let (asked, _) = prove_password(&stage, "ada").await;
    let asked = asked.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = stage.app.code_sent_to("ada@example.org").await;
    let body = json!({
        "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "ada", "EMAIL_OTP_CODE": code },
    });
    let asked = stage.public("RespondToAuthChallenge", body).await.ok();
    assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
    let seen = rounds(&stage);
    let names: Vec<_> = seen
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["challengeName"])
        .collect();
    assert_eq!(names, ["SRP_A", "PASSWORD_VERIFIER", "EMAIL_OTP"]);
    assert!(is_signed_in(
        &answer(&stage, &asked, "ada", "42").await.ok()
    ));

    // A function may also ask for it by itself.
    stage.app.advance(Span::seconds(1));
    stage.functions.respond(|event| {
        match event["request"]["session"][0]["challengeName"].as_str() {
            None => json!({ "challengeName": "EMAIL_OTP" }),
            Some(_) => json!({ "issueTokens": true }),
        }
    });
    let asked = begin(&stage, "ada").await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = stage.app.code_sent_to("ada@example.org").await;
    let body = json!({
        "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "ada", "EMAIL_OTP_CODE": code },
    });
    let done = stage.public("RespondToAuthChallenge", body).await.ok();
    assert!(is_signed_in(&done));
}
