//! ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::json;

use super::{ANN, Scene, aliases, other_than, telling};

const MISMATCH: (&str, &str) = (
    "CodeMismatchException",
    "Invalid verification code provided, please try again.",
);
const EXPIRED: (&str, &str) = (
    "ExpiredCodeException",
    "Invalid code provided, please request a code again.",
);
const DEAD: (&str, &str) = ("TooManyFailedAttemptsException", "Too many failed attempts");
const LIMIT: (&str, &str) = (
    "LimitExceededException",
    "Attempt limit exceeded, please try after some time.",
);
const UNKNOWN: (&str, &str) = (
    "UserNotFoundException",
    "Username/client id combination not found.",
);

async fn confirm(scene: &Scene, username: &str, code: &str) -> Answer {
    let body = json!({ "Username": username, "ConfirmationCode": code });
    scene.public("ConfirmSignUp", body).await
}

async fn resend(scene: &Scene, username: &str) -> Answer {
    let body = json!({ "Username": username });
    scene.public("ResendConfirmationCode", body).await
}

#[tokio::test]
async fn the_right_code_confirms_and_verifies_the_address() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    assert_eq!(confirm(&scene, ANN, &code).await.ok(), json!({}));
    assert_eq!(scene.status(ANN).await, "CONFIRMED");
    let verified = scene.attribute(ANN, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("true"));
    scene.token(ANN).await;
}

#[tokio::test]
async fn a_confirmed_user_is_not_confirmed_again() {
    let scene = Scene::usual().await;
    scene.ann().await;
    confirm(&scene, ANN, "123456").await.refused(
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    );
}

#[tokio::test]
async fn five_wrong_guesses_are_the_end_of_a_code() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    let wrong = other_than(&code);
    for _ in 0..5 {
        confirm(&scene, ANN, &wrong)
            .await
            .refused(MISMATCH.0, MISMATCH.1);
    }
    confirm(&scene, ANN, &code).await.refused(DEAD.0, DEAD.1);
    assert_eq!(scene.status(ANN).await, "UNCONFIRMED");
    // A new code works again.
    scene.app.advance(Span::seconds(1));
    resend(&scene, ANN).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    confirm(&scene, ANN, &code).await.ok();
}

#[tokio::test]
async fn a_code_is_good_for_a_day() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    scene.app.advance(Span::hours(24));
    confirm(&scene, ANN, &code)
        .await
        .refused(EXPIRED.0, EXPIRED.1);
}

#[tokio::test]
async fn a_new_code_takes_the_place_of_the_old_one() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let old = scene.app.code_sent_to(ANN).await;
    scene.app.advance(Span::seconds(1));
    let expected = json!({ "CodeDeliveryDetails": {
        "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***",
    } });
    assert_eq!(resend(&scene, ANN).await.ok(), expected);
    let new = scene.app.code_sent_to(ANN).await;
    assert_ne!(old, new);
    confirm(&scene, ANN, &old)
        .await
        .refused(MISMATCH.0, MISMATCH.1);
    confirm(&scene, ANN, &new).await.ok();
}

#[tokio::test]
async fn a_code_proves_the_address_it_went_to_and_no_other() {
    let scene = Scene::new(json!({ "AutoVerifiedAttributes": ["email"] }), json!({})).await;
    scene.sign_up("ann", json!({ "email": ANN })).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    let changed = json!({ "Username": "ann", "UserAttributes": [{ "Name": "email", "Value": "b@example.com" }] });
    scene.admin("AdminUpdateUserAttributes", changed).await.ok();
    let answer = confirm(&scene, "ann", &code).await;
    answer.refused(EXPIRED.0, EXPIRED.1);
    assert_eq!(scene.status("ann").await, "UNCONFIRMED");
    let verified = scene.attribute("ann", "email_verified").await;
    assert_eq!(verified.as_deref(), Some("false"));
}

#[tokio::test]
async fn codes_are_sent_again_five_times_an_hour() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    for _ in 0..5 {
        resend(&scene, ANN).await.ok();
    }
    resend(&scene, ANN).await.refused(LIMIT.0, LIMIT.1);
    scene.app.advance(Span::hours(1));
    resend(&scene, ANN).await.ok();
}

#[tokio::test]
async fn a_confirmation_is_tried_fifteen_times_an_hour_whatever_the_name() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    for username in [ANN, "nobody@example.com"] {
        for _ in 0..15 {
            let answer = confirm(&scene, username, "12345").await;
            assert_ne!(answer.kind(), LIMIT.0);
            assert_ne!(answer.status, 200);
        }
        confirm(&scene, username, "12345")
            .await
            .refused(LIMIT.0, LIMIT.1);
        confirm(&scene, &username.to_uppercase(), "12345")
            .await
            .refused(LIMIT.0, LIMIT.1);
    }
}

#[tokio::test]
async fn nothing_is_sent_again_to_who_needs_or_can_get_nothing() {
    let scene = Scene::usual().await;
    scene.ann().await;
    resend(&scene, ANN)
        .await
        .refused("InvalidParameterException", "User is already confirmed.");
    let scene = Scene::new(json!({}), json!({})).await;
    scene.sign_up("ann", json!({ "email": ANN })).await.ok();
    for username in ["ann", "nobody"] {
        resend(&scene, username).await.refused(
            "InvalidParameterException",
            "Cannot resend codes. Auto verification not turned on.",
        );
    }
}

#[tokio::test]
async fn without_a_transport_nothing_is_sent_again() {
    let mut scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let sent = scene.app.mailbox().await.len();
    scene.without_mail();
    for username in [ANN, "nobody@example.com"] {
        let answer = resend(&scene, username).await;
        assert_eq!(answer.kind(), "CodeDeliveryFailureException", "{username}");
    }
    assert_eq!(scene.app.mailbox().await.len(), sent);
}

#[tokio::test]
async fn nobody_looks_like_somebody_where_the_client_hides_who_exists() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let nobody = "nobody@example.com";
    confirm(&scene, nobody, "123456")
        .await
        .refused(EXPIRED.0, EXPIRED.1);
    let details = resend(&scene, nobody).await.ok();
    assert_eq!(details["CodeDeliveryDetails"]["Destination"], "n***@e***");
    resend(&scene, ANN).await.ok();
    let wrong = other_than(&scene.app.code_sent_to(ANN).await);
    for username in [ANN, nobody] {
        for _ in 0..5 {
            confirm(&scene, username, &wrong)
                .await
                .refused(MISMATCH.0, MISMATCH.1);
        }
        confirm(&scene, username, &wrong)
            .await
            .refused(DEAD.0, DEAD.1);
    }
    assert!(scene.app.mailbox().await.iter().all(|it| it.to == ANN));
}

#[tokio::test]
async fn nobody_is_called_nobody_where_the_client_tells_who_exists() {
    let scene = Scene::telling().await;
    let nobody = "nobody@example.com";
    confirm(&scene, nobody, "123456")
        .await
        .refused(UNKNOWN.0, UNKNOWN.1);
    resend(&scene, nobody).await.refused(UNKNOWN.0, UNKNOWN.1);
}

#[tokio::test]
async fn a_disabled_user_looks_like_nobody_or_is_called_disabled() {
    for (client, refusal) in [
        (json!({}), EXPIRED),
        (telling(), ("NotAuthorizedException", "User is disabled.")),
    ] {
        let scene = Scene::new(serde_json::Value::Null, client).await;
        scene.sign_up(ANN, json!({})).await.ok();
        let code = scene.app.code_sent_to(ANN).await;
        scene
            .admin("AdminDisableUser", json!({ "Username": ANN }))
            .await
            .ok();
        confirm(&scene, ANN, &code)
            .await
            .refused(refusal.0, refusal.1);
    }
}

#[tokio::test]
async fn an_alias_of_another_moves_only_by_force() {
    let scene = Scene::new(aliases(), json!({})).await;
    let verified = json!({ "email": ANN, "email_verified": "true" });
    scene.user("ann", verified).await;
    assert_eq!(scene.get(ANN).await["Username"], "ann");
    scene.sign_up("annie", json!({ "email": ANN })).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    confirm(&scene, "annie", &code).await.refused(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    assert_eq!(scene.status("annie").await, "UNCONFIRMED");
    let body = json!({ "Username": "annie", "ConfirmationCode": code, "ForceAliasCreation": true });
    scene.public("ConfirmSignUp", body).await.ok();
    assert_eq!(scene.get(ANN).await["Username"], "annie");
    let verified = scene.attribute("ann", "email_verified").await;
    assert_eq!(verified.as_deref(), Some("false"));
}

#[tokio::test]
async fn a_session_that_nobody_handed_out_is_refused() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    let body = json!({ "Username": ANN, "ConfirmationCode": code, "Session": "s".repeat(30) });
    scene
        .public("ConfirmSignUp", body)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn an_administrator_confirms_without_verifying() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    let body = json!({ "Username": ANN });
    scene.admin("AdminConfirmSignUp", body.clone()).await.ok();
    assert_eq!(scene.status(ANN).await, "CONFIRMED");
    let verified = scene.attribute(ANN, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("false"));
    scene.admin("AdminConfirmSignUp", body).await.refused(
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    );
    let body = json!({ "Username": "nobody" });
    scene
        .admin("AdminConfirmSignUp", body)
        .await
        .refused("UserNotFoundException", "User does not exist.");
}
