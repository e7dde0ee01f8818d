//! GetUserAttributeVerificationCode, VerifyUserAttribute, and addresses that await verification.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, Scene, aliases, other_than, pairs};

const BOB: &str = "bob@example.com";

async fn ask(scene: &Scene, token: &str, name: &str) -> Answer {
    let body = json!({ "AccessToken": token, "AttributeName": name });
    scene
        .app
        .call("GetUserAttributeVerificationCode", body)
        .await
}

async fn verify(scene: &Scene, token: &str, name: &str, code: &str) -> Answer {
    let body = json!({ "AccessToken": token, "AttributeName": name, "Code": code });
    scene.app.call("VerifyUserAttribute", body).await
}

async fn update(scene: &Scene, token: &str, attributes: Value) -> Answer {
    let body = json!({ "AccessToken": token, "UserAttributes": pairs(attributes) });
    scene.app.call("UpdateUserAttributes", body).await
}

/// A pool in which a new address awaits verification.
fn waiting() -> Value {
    json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
    })
}

#[tokio::test]
async fn a_code_verifies_an_address() {
    let scene = Scene::usual().await;
    scene.user(ANN, json!({})).await;
    let token = scene.token(ANN).await;
    let answer = ask(&scene, &token, "email").await.ok();
    let expected = json!({ "CodeDeliveryDetails": {
        "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***",
    } });
    assert_eq!(answer, expected);
    let code = scene.app.code_sent_to(ANN).await;
    let answer = verify(&scene, &token, "email", &other_than(&code)).await;
    assert_eq!(answer.kind(), "CodeMismatchException");
    verify(&scene, &token, "email", &code).await.ok();
    let verified = scene.attribute(ANN, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("true"));
    let answer = verify(&scene, &token, "email", &code).await;
    assert_eq!(answer.kind(), "ExpiredCodeException");
}

#[tokio::test]
async fn a_code_of_another_attribute_or_purpose_verifies_nothing() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    scene
        .public("ForgotPassword", json!({ "Username": ANN }))
        .await
        .ok();
    let code = scene.app.code_sent_to(ANN).await;
    let answer = verify(&scene, &token, "email", &code).await;
    assert_eq!(answer.kind(), "ExpiredCodeException");
}

#[tokio::test]
async fn only_addresses_that_are_there_are_verified() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    for (name, message) in [
        ("name", "name cannot be verified."),
        (
            "phone_number",
            "User does not have a value for phone_number.",
        ),
    ] {
        let answer = ask(&scene, &token, name).await;
        answer.refused("InvalidParameterException", message);
    }
    let answer = verify(&scene, &token, "name", "123456").await;
    answer.refused("InvalidParameterException", "name cannot be verified.");
}

#[tokio::test]
async fn codes_and_tries_are_limited_by_the_hour() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    for _ in 0..5 {
        ask(&scene, &token, "email").await.ok();
    }
    let answer = ask(&scene, &token, "email").await;
    assert_eq!(answer.kind(), "LimitExceededException");
    for _ in 0..15 {
        let answer = verify(&scene, &token, "email", "12345").await;
        assert_ne!(answer.kind(), "LimitExceededException");
    }
    let answer = verify(&scene, &token, "email", "12345").await;
    assert_eq!(answer.kind(), "LimitExceededException");
}

#[tokio::test]
async fn a_new_address_waits_beside_the_old_one_until_it_is_verified() {
    let scene = Scene::new(waiting(), json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let answer = update(&scene, &token, json!({ "email": BOB })).await.ok();
    assert_eq!(
        answer["CodeDeliveryDetailsList"][0]["Destination"],
        "b***@e***"
    );
    assert_eq!(scene.attribute(ANN, "email").await.as_deref(), Some(ANN));
    let verified = scene.attribute(ANN, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("true"));
    let answer = scene
        .admin("AdminGetUser", json!({ "Username": BOB }))
        .await;
    assert_eq!(answer.kind(), "UserNotFoundException");
    // Another code goes to the pending address.
    ask(&scene, &token, "email").await.ok();
    let code = scene.app.code_sent_to(BOB).await;
    verify(&scene, &token, "email", &code).await.ok();
    assert_eq!(scene.attribute(BOB, "email").await.as_deref(), Some(BOB));
    let answer = scene
        .admin("AdminGetUser", json!({ "Username": ANN }))
        .await;
    assert_eq!(answer.kind(), "UserNotFoundException");
}

#[tokio::test]
async fn an_address_that_waited_is_refused_if_another_took_it_meanwhile() {
    let scene = Scene::new(waiting(), json!({})).await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    update(&scene, &token, json!({ "email": BOB })).await.ok();
    let code = scene.app.code_sent_to(BOB).await;
    scene.user(BOB, json!({})).await;
    verify(&scene, &token, "email", &code).await.refused(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    let answer = update(&scene, &token, json!({ "email": BOB })).await;
    assert_eq!(answer.kind(), "AliasExistsException");
}

#[tokio::test]
async fn an_administrator_skips_the_wait_by_calling_it_verified() {
    let scene = Scene::new(waiting(), json!({})).await;
    scene.ann().await;
    let both = json!({ "email": BOB, "email_verified": "true" });
    let body = json!({ "Username": ANN, "UserAttributes": pairs(both) });
    scene.admin("AdminUpdateUserAttributes", body).await.ok();
    assert_eq!(scene.attribute(BOB, "email").await.as_deref(), Some(BOB));
}

#[tokio::test]
async fn an_address_that_changed_again_is_not_proven_by_the_first_code() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    update(&scene, &token, json!({ "email": BOB })).await.ok();
    let code = scene.app.code_sent_to(BOB).await;
    let both = json!({ "email": "third@example.com", "email_verified": "true" });
    let body = json!({ "Username": BOB, "UserAttributes": pairs(both) });
    scene.admin("AdminUpdateUserAttributes", body).await.ok();
    let answer = verify(&scene, &token, "email", &code).await;
    assert_eq!(answer.kind(), "ExpiredCodeException");
}

#[tokio::test]
async fn a_verified_alias_signs_in_unless_it_is_anothers() {
    let scene = Scene::new(aliases(), json!({})).await;
    scene.user("ann", json!({ "email": ANN })).await;
    let token = scene.token("ann").await;
    ask(&scene, &token, "email").await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    verify(&scene, &token, "email", &code).await.ok();
    scene.token(ANN).await;
    scene.user("bob", json!({ "email": ANN })).await;
    let token = scene.token("bob").await;
    scene.app.advance(Span::seconds(1));
    ask(&scene, &token, "email").await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    verify(&scene, &token, "email", &code).await.refused(
        "AliasExistsException",
        "An account with the email already exists.",
    );
}
