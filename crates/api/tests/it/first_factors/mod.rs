//! USER_AUTH: the choice between first factors, and codes as first factors.

mod codes;
mod every_way;
mod hidden;
mod races;
pub mod srp;
mod step_up;
mod step_up_ends;
mod strangers_elsewhere;
mod without_password;

use cabana_testkit::Answer;
use serde_json::{Value, json};

use crate::users::{ANN, PASSWORD, Scene};

/// A pool that allows passwords and codes by mail, and a client that allows USER_AUTH.
pub async fn scene(client: Value) -> Scene {
    scene_with(&["PASSWORD", "EMAIL_OTP"], client).await
}

/// The same with these first factors.
pub async fn scene_with(factors: &[&str], client: Value) -> Scene {
    let pool = json!({
        "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" },
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } },
    });
    let mut settings = json!({
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    });
    let members = settings.as_object_mut().unwrap();
    members.extend(client.as_object().unwrap().clone());
    Scene::new(pool, settings).await
}

/// Begins a sign-in.
pub async fn begin(scene: &Scene, name: &str, parameters: Value) -> Answer {
    let mut given = json!({ "USERNAME": name });
    let members = given.as_object_mut().unwrap();
    members.extend(parameters.as_object().unwrap().clone());
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": given });
    scene.public("InitiateAuth", body).await
}

/// Begins a sign-in with a code by mail.
pub async fn by_mail(scene: &Scene, name: &str) -> Value {
    let preferred = json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let asked = begin(scene, name, preferred).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP", "{asked}");
    asked
}

/// Answers a challenge.
pub async fn respond(
    scene: &Scene,
    challenge: &str,
    asked: &Value,
    name: &str,
    answers: Value,
) -> Answer {
    let mut given = json!({ "USERNAME": name });
    let members = given.as_object_mut().unwrap();
    members.extend(answers.as_object().unwrap().clone());
    let body = json!({ "ChallengeName": challenge, "Session": asked["Session"],
        "ChallengeResponses": given });
    scene.public("RespondToAuthChallenge", body).await
}

/// Answers with a code by mail.
pub async fn enter(scene: &Scene, asked: &Value, name: &str, code: &str) -> Answer {
    let code = json!({ "EMAIL_OTP_CODE": code });
    respond(scene, "EMAIL_OTP", asked, name, code).await
}

#[tokio::test]
async fn a_person_chooses_and_signs_in_with_a_code() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let asked = begin(&scene, ANN, json!({})).await.ok();
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(
        asked["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
    );
    assert_eq!(asked["ChallengeParameters"], json!({}));
    let choice = json!({ "ANSWER": "EMAIL_OTP" });
    let asked = respond(&scene, "SELECT_CHALLENGE", &asked, ANN, choice);
    let asked = asked.await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    assert_eq!(
        asked["ChallengeParameters"],
        json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***" })
    );
    let code = scene.app.code_sent_to(ANN).await;
    assert_eq!(code.len(), 8);
    let done = enter(&scene, &asked, ANN, &code).await.ok();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
    assert_eq!(done["ChallengeParameters"], json!({}));
    assert_eq!(done.get("AvailableChallenges"), None);
}

#[tokio::test]
async fn a_password_is_given_at_once_or_when_it_is_chosen() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let at_once = json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    let done = begin(&scene, ANN, at_once).await.ok();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
    let asked = begin(&scene, ANN, json!({})).await.ok();
    let chosen = json!({ "ANSWER": "PASSWORD", "PASSWORD": "Wrong-horse1" });
    let wrong = respond(&scene, "SELECT_CHALLENGE", &asked, ANN, chosen);
    wrong
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    // A challenge of the list may be answered without choosing it first; a wrong answer leaves the session good.
    let direct = json!({ "PASSWORD": PASSWORD });
    let done = respond(&scene, "PASSWORD", &asked, ANN, direct.clone());
    assert!(done.await.ok()["AuthenticationResult"].is_object());
    let again = respond(&scene, "PASSWORD", &asked, ANN, direct);
    again.await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
}
