//! Answers of functions. They are the operator's own, but a bug in one must not become another user's token.

use cabana_testkit::Answer;
use serde_json::{Value, json};

use crate::House;

/// Errors that a bad answer, or a decision in a good one, may lead to.
const REFUSALS: [&str; 7] = [
    "InvalidLambdaResponseException",
    "InvalidParameterException",
    "NotAuthorizedException",
    "PasswordResetRequiredException",
    "UserLambdaValidationException",
    "UsernameExistsException",
    "UserNotFoundException",
];

/// An answer: the event with a response.
fn event(house: &House, source: &str, name: &str, response: &Value) -> Vec<u8> {
    json!({
        "version": "2", "triggerSource": source, "region": "us-east-1", "userPoolId": house.triggered,
        "userName": name, "callerContext": {}, "request": {}, "response": response,
    })
    .to_string()
    .into_bytes()
}

pub fn answers(house: &House) -> Vec<Vec<u8>> {
    let event = |source: &str, name: &str, response: Value| event(house, source, name, &response);
    let tokens = json!({
        "idTokenGeneration": { "claimsToAddOrOverride": { "a": [1] }, "claimsToSuppress": ["email"] },
        "accessTokenGeneration": {
            "claimsToAddOrOverride": { "sub": "eve", "client_id": "x", "b": { "c": null } },
            "claimsToSuppress": ["sub", "exp"], "scopesToAdd": ["a/b"], "scopesToSuppress": ["openid"],
        },
        "groupOverrideDetails": { "groupsToOverride": ["admins"], "iamRolesToOverride": [], "preferredRole": null },
    });
    let user = json!({
        "userAttributes": { "username": "new", "email": "new@example.com", "email_verified": "true" },
        "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS",
    });
    let mut reset = user.clone();
    reset["finalUserStatus"] = json!("RESET_REQUIRED");
    vec![
        event(
            "TokenGeneration_Authentication",
            "ada",
            json!({ "claimsAndScopeOverrideDetails": tokens }),
        ),
        event(
            "TokenGeneration_Authentication",
            "ada",
            json!({ "claimsAndScopeOverrideDetails": null }),
        ),
        event("UserMigration_Authentication", "new", user),
        event("UserMigration_Authentication", "new", reset),
        event(
            "PreSignUp_SignUp",
            "new",
            json!({ "autoConfirmUser": true, "autoVerifyEmail": true }),
        ),
        event(
            "CustomMessage_SignUp",
            "new",
            json!({ "emailMessage": "{####}", "emailSubject": "x" }),
        ),
        b"null".to_vec(),
        b"{\"errorMessage\":\"no\"}".to_vec(),
    ]
}

/// Signs in, and signs up, while every function gives this answer: tokens stay the user's own, and nothing fails inside.
pub fn function_answer(house: &House, data: &[u8]) {
    let answer = data.to_vec();
    house.functions.answer(move |_| Ok(answer.clone()));
    for name in ["ada", "new"] {
        let sign_in = json!({
            "ClientId": house.triggered_client, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": "Passw0rd!" },
        });
        let answer = house.call("InitiateAuth", &sign_in, false);
        is_no_failure(&answer);
        if let Some(token) = answer.body["AuthenticationResult"]["AccessToken"].as_str() {
            let claims = claims(token);
            assert_eq!(claims["client_id"], house.triggered_client, "{claims}");
            assert_eq!(claims["token_use"], "access", "{claims}");
            assert_eq!(claims["username"], name, "{claims}");
            assert_ne!(claims["sub"], "eve", "{claims}");
            assert!(claims["exp"].is_i64(), "{claims}");
        }
    }
    let sign_up = json!({
        "ClientId": house.triggered_client, "Username": "new", "Password": "Passw0rd!",
        "UserAttributes": [{ "Name": "email", "Value": "new@example.com" }],
    });
    is_no_failure(&house.call("SignUp", &sign_up, false));
    let gone = json!({ "UserPoolId": house.triggered, "Username": "new" });
    house.call("AdminDeleteUser", &gone, true);
}

pub fn challenges(house: &House) -> Vec<Vec<u8>> {
    let round = json!({
        "challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false,
        "publicChallengeParameters": { "question": "?" }, "privateChallengeParameters": { "answer": "42" },
        "challengeMetadata": "ROUND", "answerCorrect": true,
    });
    let mut responses = vec![
        round.clone(),
        json!({ "issueTokens": true, "failAuthentication": false }),
        json!({ "issueTokens": true, "failAuthentication": true }),
        json!({ "issueTokens": "true" }),
        json!({ "failAuthentication": true }),
    ];
    for name in ["SMS_MFA", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED"] {
        let mut asking = round.clone();
        asking["challengeName"] = json!(name);
        responses.push(asking);
    }
    let names = ["ada", "nobody"].into_iter();
    names
        .flat_map(|name| {
            let source = "DefineAuthChallenge_Authentication";
            responses
                .iter()
                .map(move |it| event(house, source, name, it))
        })
        .collect()
}

/// Begins a sign-in of functions and answers its challenge, while every function gives this answer: nobody is signed in
/// unless an answer clearly says so, nor without an account.
pub fn challenge_answer(house: &House, data: &[u8]) {
    let answer = data.to_vec();
    house.functions.answer(move |_| Ok(answer.clone()));
    let said = serde_json::from_slice::<Value>(data);
    // What is skipped in an answer may be text that this reader does not take.
    let named = |name: &str| match &said {
        Ok(said) => said["userName"] == name && said["response"]["issueTokens"] == true,
        Err(_) => String::from_utf8_lossy(data).contains("issueTokens"),
    };
    let is_in = |answer: &Answer| answer.body["AuthenticationResult"].is_object();
    for name in ["ada", "nobody"] {
        let begin = json!({
            "ClientId": house.triggered_client, "AuthFlow": "CUSTOM_AUTH",
            "AuthParameters": { "USERNAME": name },
        });
        let mut answer = house.call("InitiateAuth", &begin, false);
        is_no_failure(&answer);
        if answer.body["ChallengeName"] == "CUSTOM_CHALLENGE" {
            let respond = json!({
                "ClientId": house.triggered_client, "ChallengeName": "CUSTOM_CHALLENGE",
                "Session": answer.body["Session"], "ChallengeResponses": { "USERNAME": name, "ANSWER": "42" },
            });
            answer = house.call("RespondToAuthChallenge", &respond, false);
            is_no_failure(&answer);
        }
        assert!(
            !is_in(&answer) || named(name) && name == "ada",
            "{name} {said:?}"
        );
    }
}

fn is_no_failure(answer: &Answer) {
    let kind = answer.body["__type"].as_str().unwrap_or_default();
    assert!(
        answer.status == 200 || REFUSALS.contains(&kind),
        "{} {}",
        answer.status,
        answer.body
    );
}

/// The claims of a token, unverified.
fn claims(token: &str) -> Value {
    use base64::Engine;
    let payload = token.split('.').nth(1).expect("a payload");
    let payload = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(payload);
    serde_json::from_slice(&payload.expect("base64")).expect("JSON")
}
