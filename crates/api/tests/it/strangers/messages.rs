//! Mail to addresses of others.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use crate::users::{ANN, PASSWORD, Scene, pairs};

const LIMIT: usize = 10;
const REFUSAL: &str = "Attempt limit exceeded, please try after some time.";

async fn mails_to(scene: &Scene, to: &str) -> usize {
    let mails = scene.app.mailbox().await;
    mails
        .iter()
        .filter(|it| it.to.eq_ignore_ascii_case(to))
        .count()
}

/// Pools of user names, to which people add what address they like.
async fn names(client: Value) -> Scene {
    Scene::new(json!({ "AutoVerifiedAttributes": ["email"] }), client).await
}

#[tokio::test]
async fn an_address_gets_ten_mails_an_hour_whoever_signs_up_with_it_and_however_it_is_spelt() {
    let scene = names(json!({})).await;
    let sign_up = async |number: usize, email: &str| {
        let name = format!("user-{number}");
        scene.sign_up(&name, json!({ "email": email })).await
    };
    let spellings = [ANN, "Ann@Example.com", "ann+tag@example.com"];
    for number in 0..LIMIT {
        sign_up(number, spellings[number % 3]).await.ok();
    }
    for (number, spelling) in spellings.into_iter().enumerate() {
        let answer = sign_up(90 + number, spelling).await;
        answer.refused("LimitExceededException", REFUSAL);
    }
    // No account without its mail, and no other address pays for it.
    let unknown = scene
        .admin("AdminGetUser", json!({ "Username": "user-90" }))
        .await;
    assert_eq!(unknown.kind(), "UserNotFoundException");
    sign_up(50, "bob@example.com").await.ok();
    assert_eq!(scene.app.mailbox().await.len(), LIMIT + 1);
    scene.app.advance(Span::hours(1));
    sign_up(90, ANN).await.ok();
}

#[tokio::test]
async fn the_count_is_of_all_pools_and_survives_a_restart() {
    let scene = names(json!({})).await;
    for number in 0..LIMIT {
        let pool = scene
            .app
            .pool(json!({ "AutoVerifiedAttributes": ["email"] }))
            .await;
        let client = scene.app.client(&pool, json!({})).await;
        let body = json!({ "ClientId": client.id, "Username": format!("u{number}"),
            "Password": PASSWORD, "UserAttributes": pairs(json!({ "email": ANN })) });
        scene.app.ok("SignUp", body).await;
    }
    let answer = scene.sign_up("one-too-many", json!({ "email": ANN })).await;
    answer.refused("LimitExceededException", REFUSAL);
}

#[tokio::test]
async fn whoever_changes_their_address_to_and_fro_has_five_codes_an_hour_sent() {
    let scene = names(json!({})).await;
    scene.user("mallory", json!({})).await;
    let token = scene.token("mallory").await;
    let update = async |number: usize| {
        let email = pairs(json!({ "email": format!("victim-{number}@example.com") }));
        let body = json!({ "AccessToken": token, "UserAttributes": email });
        scene.app.call("UpdateUserAttributes", body).await
    };
    for number in 0..5 {
        update(number).await.ok();
    }
    // The kind that the operation's list has.
    update(5).await.refused("TooManyRequestsException", REFUSAL);
    assert_eq!(scene.app.mailbox().await.len(), 5);
    let body = json!({ "AccessToken": token, "AttributeName": "email" });
    let answer = scene
        .app
        .call("GetUserAttributeVerificationCode", body)
        .await;
    answer.refused("LimitExceededException", REFUSAL);
}

/// Uses up what ann's address gets in an hour.
async fn flood(scene: &Scene) {
    for number in 0..LIMIT {
        let name = format!("flood-{number}");
        let answer = scene.sign_up(&name, json!({ "email": ANN })).await;
        answer.ok();
    }
}

#[tokio::test]
async fn a_full_mailbox_tells_nobody_whose_it_is_where_existence_is_hidden() {
    let scene = names(json!({})).await;
    let address = json!({ "email": ANN, "email_verified": "true" });
    scene.user("ann", address).await;
    flood(&scene).await;
    let forgot = async |username: &str| {
        let body = json!({ "Username": username });
        scene.public("ForgotPassword", body).await
    };
    let confirm = async |username: &str| -> Answer {
        let body =
            json!({ "Username": username, "ConfirmationCode": "123456", "Password": PASSWORD });
        scene.public("ConfirmForgotPassword", body).await
    };
    for username in ["ann", "nobody"] {
        let details = forgot(username).await.ok();
        assert_eq!(details["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
        assert_eq!(confirm(username).await.kind(), "CodeMismatchException");
    }
    let masked = &forgot("ann").await.ok()["CodeDeliveryDetails"]["Destination"];
    assert_eq!(masked, "a***@e***");
    assert_eq!(mails_to(&scene, ANN).await, LIMIT);
}

#[tokio::test]
async fn a_full_mailbox_is_told_where_existence_is() {
    let scene = names(crate::users::telling()).await;
    let address = json!({ "email": ANN, "email_verified": "true" });
    scene.user("ann", address).await;
    flood(&scene).await;
    let body = json!({ "Username": "ann" });
    let answer = scene.public("ForgotPassword", body).await;
    answer.refused("LimitExceededException", REFUSAL);
    let body = json!({ "Username": "flood-1" });
    let answer = scene.public("ResendConfirmationCode", body).await;
    answer.refused("LimitExceededException", REFUSAL);
}

#[tokio::test]
async fn administrators_mails_count_and_are_sent_all_the_same() {
    let scene = names(json!({})).await;
    let verified = json!({ "email": ANN, "email_verified": "true" });
    for number in 0..=LIMIT {
        let body =
            json!({ "Username": format!("u{number}"), "UserAttributes": pairs(verified.clone()) });
        scene.admin("AdminCreateUser", body).await.ok();
    }
    scene.user("ann", verified).await;
    let body = json!({ "Username": "ann" });
    scene.admin("AdminResetUserPassword", body).await.ok();
    assert_eq!(mails_to(&scene, ANN).await, LIMIT + 2);
    let answer = scene.sign_up("eve", json!({ "email": ANN })).await;
    answer.refused("LimitExceededException", REFUSAL);
}

#[tokio::test]
async fn codes_that_sign_in_are_ten_an_hour_for_each_user() {
    let rates = cabana_api::limits::Rates {
        per_user: 0,
        ..cabana_api::limits::Rates::EMULATOR
    };
    let app = cabana_testkit::TestApp::limited(rates);
    let pool = app
        .pool(json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": "verified_phone_number", "Priority": 1 }] } }))
        .await;
    let client = app.client(&pool, json!({})).await;
    let scene = Scene { app, pool, client };
    let config = json!({ "MfaConfiguration": "OPTIONAL",
        "EmailMfaConfiguration": { "Message": "{####}", "Subject": "code" } });
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    scene
        .user("ann", json!({ "email": ANN, "email_verified": "true" }))
        .await;
    let wish = json!({ "Username": "ann",
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    scene.admin("AdminSetUserMFAPreference", wish).await.ok();
    for _ in 0..LIMIT {
        let answer = scene.sign_in("ann", PASSWORD).await.ok();
        assert_eq!(answer["ChallengeName"], "EMAIL_OTP");
    }
    let answer = scene.sign_in("ann", PASSWORD).await;
    answer.refused("TooManyRequestsException", REFUSAL);
    assert_eq!(mails_to(&scene, ANN).await, LIMIT);
}
