//! Codes as first factors: who gets one, what it is good for, how often one may guess.

use cabana_domain::Span;
use serde_json::{Value, json};

use super::{begin, by_mail, enter, respond, scene};
use crate::users::{ANN, PASSWORD, Scene};

const WRONG: &str = "Invalid code or auth state for the user.";
const FOREIGN: &str = "Invalid session for the user.";

#[tokio::test]
async fn a_code_is_good_once_and_for_a_while_and_wrong_ones_leave_the_session_good() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let asked = by_mail(&scene, ANN).await;
    let code = scene.app.code_sent_to(ANN).await;
    for _ in 0..6 {
        let wrong = enter(&scene, &asked, ANN, "x").await;
        wrong.refused("CodeMismatchException", WRONG);
    }
    enter(&scene, &asked, ANN, &code).await.ok();
    enter(&scene, &asked, ANN, &code).await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    let asked = by_mail(&scene, ANN).await;
    let late = scene.app.code_sent_to(ANN).await;
    // The code of another sign-in.
    let wrong = enter(&scene, &asked, ANN, &code).await;
    wrong.refused("CodeMismatchException", WRONG);
    scene.app.advance(Span::minutes(3));
    enter(&scene, &asked, ANN, &late).await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
}

#[tokio::test]
async fn a_session_is_of_one_user_client_and_pool() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    scene
        .user("bob@example.com", json!({ "email_verified": "true" }))
        .await;
    let asked = by_mail(&scene, ANN).await;
    let code = scene.app.code_sent_to(ANN).await;
    let other = enter(&scene, &asked, "bob@example.com", &code).await;
    other.refused("NotAuthorizedException", FOREIGN);
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let same_pool = scene.app.client(&scene.pool, flows.clone()).await;
    let pool = scene.app.pool(Value::Null).await;
    let other_pool = scene.app.client(&pool, flows).await;
    for client in [same_pool, other_pool] {
        let body = json!({ "ClientId": client.id, "ChallengeName": "EMAIL_OTP",
            "Session": asked["Session"],
            "ChallengeResponses": { "USERNAME": ANN, "EMAIL_OTP_CODE": code } });
        let answer = scene.app.call("RespondToAuthChallenge", body).await;
        answer.refused("NotAuthorizedException", FOREIGN);
    }
    // A session that awaits a first factor answers no other challenge.
    for (challenge, answers) in [
        ("SELECT_MFA_TYPE", json!({ "ANSWER": "EMAIL_OTP" })),
        ("MFA_SETUP", json!({})),
        ("NEW_PASSWORD_REQUIRED", json!({ "NEW_PASSWORD": PASSWORD })),
        ("SMS_MFA", json!({ "SMS_MFA_CODE": code })),
    ] {
        let answer = respond(&scene, challenge, &asked, ANN, answers).await;
        answer.refused("NotAuthorizedException", FOREIGN);
    }
    enter(&scene, &asked, ANN, &code).await.ok();
}

#[tokio::test]
async fn twenty_wrong_codes_an_hour_are_judged_whatever_the_session_and_no_password_is_locked() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    for _ in 0..4 {
        let asked = by_mail(&scene, ANN).await;
        for _ in 0..5 {
            let wrong = enter(&scene, &asked, ANN, "x").await;
            wrong.refused("CodeMismatchException", WRONG);
        }
    }
    let asked = by_mail(&scene, ANN).await;
    let code = scene.app.code_sent_to(ANN).await;
    let refused = enter(&scene, &asked, ANN, &code).await;
    refused.refused(
        "TooManyRequestsException",
        "Attempt limit exceeded, please try after some time.",
    );
    scene.sign_in(ANN, PASSWORD).await.ok();
    scene.app.advance(Span::hours(1));
    let asked = by_mail(&scene, ANN).await;
    let code = scene.app.code_sent_to(ANN).await;
    enter(&scene, &asked, ANN, &code).await.ok();
}

#[tokio::test]
async fn ten_codes_an_hour_are_sent_to_a_user() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    for _ in 0..10 {
        by_mail(&scene, ANN).await;
    }
    let preferred = json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    begin(&scene, ANN, preferred).await.refused(
        "TooManyRequestsException",
        "Attempt limit exceeded, please try after some time.",
    );
    assert_eq!(scene.app.mailbox().await.len(), 10);
}

/// The first factors that a user is offered.
async fn offered(scene: &Scene, name: &str) -> Value {
    let preferred = json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let asked = begin(scene, name, preferred).await.ok();
    asked["AvailableChallenges"].clone()
}

#[tokio::test]
async fn codes_go_to_verified_addresses_of_users_without_second_factors() {
    let scene = scene(json!({})).await;
    let passwords = json!(["PASSWORD_SRP", "PASSWORD"]);
    // An address that nobody has verified, beside a password.
    scene.user("eve@example.com", json!({})).await;
    assert_eq!(offered(&scene, "eve@example.com").await, passwords);
    // A temporary password.
    let invited = json!({ "Username": "new@example.com", "TemporaryPassword": PASSWORD,
        "UserAttributes": [{ "Name": "email_verified", "Value": "true" }],
        "MessageAction": "SUPPRESS" });
    scene.admin("AdminCreateUser", invited).await.ok();
    assert_eq!(offered(&scene, "new@example.com").await, passwords);
    scene.ann().await;
    assert_eq!(
        offered(&scene, ANN).await,
        json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
    );
    // A second factor of her own: the code would stand for it.
    let config = json!({ "MfaConfiguration": "OPTIONAL",
        "EmailMfaConfiguration": { "Message": "{####}", "Subject": "code" } });
    let recovery = json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [
        { "Name": "admin_only", "Priority": 1 }] } });
    scene.admin("UpdateUserPool", recovery).await.ok();
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    let wish = json!({ "Username": ANN, "EmailMfaSettings": { "Enabled": true } });
    scene.admin("AdminSetUserMFAPreference", wish).await.ok();
    assert_eq!(offered(&scene, ANN).await, passwords);
    assert_eq!(
        offered(&scene, "eve@example.com").await,
        passwords,
        "a password, and no verified address"
    );
}

#[tokio::test]
async fn a_code_is_worth_nothing_once_the_address_or_the_password_has_changed() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let sub = scene.get(ANN).await["Username"].clone();
    let asked = by_mail(&scene, ANN).await;
    let code = scene.app.code_sent_to(ANN).await;
    let other = json!({ "Username": sub, "UserAttributes": [
        { "Name": "email", "Value": "other@example.com" },
        { "Name": "email_verified", "Value": "true" }] });
    scene.admin("AdminUpdateUserAttributes", other).await.ok();
    let wrong = enter(&scene, &asked, ANN, &code).await;
    wrong.refused("CodeMismatchException", WRONG);
    let asked = by_mail(&scene, "other@example.com").await;
    let code = scene.app.code_sent_to("other@example.com").await;
    let password = json!({ "Username": sub, "Password": "Another-Horse-1", "Permanent": true });
    scene.admin("AdminSetUserPassword", password).await.ok();
    enter(&scene, &asked, "other@example.com", &code)
        .await
        .refused(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired.",
        );
}
