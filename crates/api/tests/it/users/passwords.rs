//! ChangePassword, AdminSetUserPassword, and the password history.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::json;

use super::{ANN, PASSWORD, Scene};

const NEW: &str = "Battery-Staple-2";
const THIRD: &str = "Purple-Monkey-3";
const WRONG: &str = "Incorrect username or password.";

async fn change(scene: &Scene, token: &str, from: &str, to: &str) -> Answer {
    let body = json!({ "AccessToken": token, "PreviousPassword": from, "ProposedPassword": to });
    scene.app.call("ChangePassword", body).await
}

async fn set(scene: &Scene, password: &str, permanent: bool) -> Answer {
    let body = json!({ "Username": ANN, "Password": password, "Permanent": permanent });
    scene.admin("AdminSetUserPassword", body).await
}

#[tokio::test]
async fn somebody_signed_in_changes_their_password() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    assert_eq!(change(&scene, &token, PASSWORD, NEW).await.ok(), json!({}));
    scene.sign_in(ANN, NEW).await.ok();
    let answer = scene.sign_in(ANN, PASSWORD).await;
    answer.refused("NotAuthorizedException", WRONG);
}

#[tokio::test]
async fn who_does_not_know_the_password_does_not_change_it() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let body = json!({ "AccessToken": token, "ProposedPassword": NEW });
    let answer = scene.app.call("ChangePassword", body).await;
    answer.refused(
        "InvalidParameterException",
        "Missing required parameter PreviousPassword",
    );
    for _ in 0..5 {
        let answer = change(&scene, &token, "wrong-One-1", NEW).await;
        answer.refused("NotAuthorizedException", WRONG);
    }
    change(&scene, &token, PASSWORD, NEW).await.refused(
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
    scene.sign_in(ANN, PASSWORD).await.ok();
}

#[tokio::test]
async fn right_changes_do_not_count_against_the_limit() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    for _ in 0..4 {
        change(&scene, &token, PASSWORD, NEW).await.ok();
        change(&scene, &token, NEW, PASSWORD).await.ok();
    }
}

#[tokio::test]
async fn a_new_password_meets_the_policy() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let refusal = "Password did not conform with policy: Password not long enough";
    let answer = change(&scene, &token, PASSWORD, "aA1!bB2").await;
    answer.refused("InvalidPasswordException", refusal);
    let answer = set(&scene, "aA1!bB2", true).await;
    answer.refused("InvalidPasswordException", refusal);
}

#[tokio::test]
async fn the_last_passwords_are_not_taken_again() {
    let pool = json!({
        "UsernameAttributes": ["email"],
        "Policies": { "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 2 } },
    });
    let scene = Scene::new(pool, json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let used = "PasswordHistoryPolicyViolationException";
    assert_eq!(
        change(&scene, &token, PASSWORD, PASSWORD).await.kind(),
        used
    );
    change(&scene, &token, PASSWORD, NEW).await.ok();
    assert_eq!(change(&scene, &token, NEW, PASSWORD).await.kind(), used);
    assert_eq!(set(&scene, PASSWORD, true).await.kind(), used);
    change(&scene, &token, NEW, THIRD).await.ok();
    // By now the first one is out of the history.
    change(&scene, &token, THIRD, PASSWORD).await.ok();
}

#[tokio::test]
async fn without_a_history_any_password_may_come_back() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    change(&scene, &token, PASSWORD, PASSWORD).await.ok();
}

#[tokio::test]
async fn an_administrators_password_is_temporary_unless_called_permanent() {
    let scene = Scene::usual().await;
    scene.ann().await;
    set(&scene, NEW, false).await.ok();
    assert_eq!(scene.status(ANN).await, "FORCE_CHANGE_PASSWORD");
    let answer = scene.sign_in(ANN, NEW).await.ok();
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    set(&scene, THIRD, true).await.ok();
    assert_eq!(scene.status(ANN).await, "CONFIRMED");
    scene.sign_in(ANN, THIRD).await.ok();
}

#[tokio::test]
async fn a_temporary_password_stops_working_after_the_pools_days() {
    let pool = json!({
        "UsernameAttributes": ["email"],
        "Policies": { "PasswordPolicy": { "MinimumLength": 8, "TemporaryPasswordValidityDays": 2 } },
    });
    let scene = Scene::new(pool, json!({})).await;
    scene.ann().await;
    set(&scene, NEW, false).await.ok();
    scene.app.advance(Span::days(2));
    scene.sign_in(ANN, NEW).await.refused(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    );
    set(&scene, THIRD, false).await.ok();
    let answer = scene.sign_in(ANN, THIRD).await.ok();
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn a_permanent_password_confirms_who_was_not() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    set(&scene, NEW, true).await.ok();
    assert_eq!(scene.status(ANN).await, "CONFIRMED");
}

#[tokio::test]
async fn nobody_has_no_password_to_set() {
    let scene = Scene::usual().await;
    let answer = set(&scene, NEW, true).await;
    answer.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn passwords_work_where_srp_is_off() {
    let pool = json!({
        "UsernameAttributes": ["email"],
        "UserPoolTags": { "cabana:srp": "off" },
        "Policies": { "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 1 } },
    });
    let scene = Scene::new(pool, json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let answer = change(&scene, &token, PASSWORD, PASSWORD).await;
    assert_eq!(answer.kind(), "PasswordHistoryPolicyViolationException");
    change(&scene, &token, PASSWORD, NEW).await.ok();
    scene.sign_in(ANN, NEW).await.ok();
}
