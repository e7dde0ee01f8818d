//! Mail to other users' addresses.

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

/// A pool with user names, whose users may add any address.
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
    // No account is created without its mail, and other addresses are not affected.
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
async fn repeated_changes_of_an_address_send_five_codes_an_hour() {
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
    // The kind that the operation's model lists.
    update(5).await.refused("TooManyRequestsException", REFUSAL);
    assert_eq!(scene.app.mailbox().await.len(), 5);
    let body = json!({ "AccessToken": token, "AttributeName": "email" });
    let answer = scene
        .app
        .call("GetUserAttributeVerificationCode", body)
        .await;
    answer.refused("LimitExceededException", REFUSAL);
}

/// Uses up the messages per hour that anonymous callers may send to ann's address.
async fn flood(scene: &Scene) {
    for number in 0..LIMIT {
        let name = format!("flood-{number}");
        let answer = scene.sign_up(&name, json!({ "email": ANN })).await;
        answer.ok();
    }
}

fn verified() -> Value {
    json!({ "email": ANN, "email_verified": "true" })
}

async fn forgot(scene: &Scene, username: &str) -> Answer {
    let body = json!({ "Username": username });
    scene.public("ForgotPassword", body).await
}

async fn resend(scene: &Scene, username: &str) -> Answer {
    let body = json!({ "Username": username });
    scene.public("ResendConfirmationCode", body).await
}

/// Uses up the messages to ann's address by resetting the passwords of four others who share it.
async fn flood_with_resets(scene: &Scene) {
    for number in 0..4 {
        let name = format!("sharer-{number}");
        scene.user(&name, verified()).await;
        for _ in 0..5 {
            forgot(scene, &name).await.ok();
        }
    }
    assert_eq!(mails_to(scene, ANN).await, 2 * LIMIT);
}

#[tokio::test]
async fn a_full_mailbox_tells_nobody_whose_it_is_where_existence_is_hidden() {
    let scene = names(json!({})).await;
    scene.user("ann", verified()).await;
    flood_with_resets(&scene).await;
    let confirm = async |username: &str| -> Answer {
        let body =
            json!({ "Username": username, "ConfirmationCode": "123456", "Password": PASSWORD });
        scene.public("ConfirmForgotPassword", body).await
    };
    for username in ["ann", "nobody"] {
        let details = forgot(&scene, username).await.ok();
        assert_eq!(details["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
        assert_eq!(confirm(username).await.kind(), "CodeMismatchException");
    }
    let masked = &forgot(&scene, "ann").await.ok()["CodeDeliveryDetails"]["Destination"];
    assert_eq!(masked, "a***@e***");
    assert_eq!(mails_to(&scene, ANN).await, 2 * LIMIT);
}

#[tokio::test]
async fn a_full_mailbox_shows_where_existence_does() {
    let scene = names(crate::users::telling()).await;
    scene.user("ann", verified()).await;
    flood_with_resets(&scene).await;
    let answer = forgot(&scene, "ann").await;
    answer.refused("LimitExceededException", REFUSAL);
    flood(&scene).await;
    for name in ["flood-0", "flood-1"] {
        for _ in 0..5 {
            resend(&scene, name).await.ok();
        }
    }
    let answer = resend(&scene, "flood-2").await;
    answer.refused("LimitExceededException", REFUSAL);
}

/// A pool with mail as a second factor, and a user who prefers it.
async fn with_factor(attributes: Value) -> Scene {
    let recovery = json!({ "RecoveryMechanisms": [
        { "Name": "verified_phone_number", "Priority": 1 }] });
    let pool = json!({ "AutoVerifiedAttributes": ["email"], "AccountRecoverySetting": recovery });
    let scene = Scene::new(pool, json!({})).await;
    let config = json!({ "MfaConfiguration": "OPTIONAL",
        "EmailMfaConfiguration": { "Message": "{####}", "Subject": "code" } });
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    scene.user("ann", attributes).await;
    let wish = json!({ "Username": "ann",
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    scene.admin("AdminSetUserMFAPreference", wish).await.ok();
    scene
}

#[tokio::test]
async fn strangers_who_fill_a_mailbox_silence_no_reset_to_its_verified_address() {
    let scene = names(json!({})).await;
    scene.user("ann", verified()).await;
    flood(&scene).await;
    for name in ["flood-0", "flood-1", "flood-2"] {
        for _ in 0..5 {
            resend(&scene, name).await.ok();
        }
    }
    // Sent up to the limit of the address, and only pretended from then on.
    assert_eq!(mails_to(&scene, ANN).await, 2 * LIMIT);
    // The same for unknown names that all belong to ann's mailbox.
    for number in 0..5 {
        for _ in 0..5 {
            forgot(&scene, &format!("ann+{number}@example.com"))
                .await
                .ok();
        }
    }
    forgot(&scene, "ann").await.ok();
    assert_eq!(mails_to(&scene, ANN).await, 2 * LIMIT + 1);
}

#[tokio::test]
async fn strangers_who_fill_a_mailbox_shut_nobody_out_whose_verified_address_is_a_factor() {
    let scene = with_factor(verified()).await;
    flood(&scene).await;
    let answer = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(answer["ChallengeName"], "EMAIL_OTP");
    assert_eq!(mails_to(&scene, ANN).await, LIMIT + 1);
}

#[tokio::test]
async fn strangers_who_fill_a_mailbox_shut_nobody_out_whose_factor_is_not_verified_either() {
    let scene = with_factor(json!({ "email": ANN })).await;
    flood(&scene).await;
    let answer = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(answer["ChallengeName"], "EMAIL_OTP");
    assert_eq!(mails_to(&scene, ANN).await, LIMIT + 1);
}

#[tokio::test]
async fn how_often_an_address_may_still_be_signed_up_with_tells_nothing_of_who_has_an_account() {
    let open = json!({ "AutoVerifiedAttributes": ["email"], "UsernameAttributes": ["email"] });
    let scene = Scene::new(open, json!({})).await;
    let [known, unconfirmed, invited, unknown] =
        ["known", "unconfirmed", "invited", "unknown"].map(|it| format!("{it}@example.com"));
    scene
        .user(&known, json!({ "email_verified": "true" }))
        .await;
    // Past the hour: a sign-up itself counts as a message.
    scene.sign_up(&unconfirmed, json!({})).await.ok();
    scene.app.advance(Span::hours(1));
    let invitation = json!({ "Username": invited });
    scene.admin("AdminCreateUser", invitation).await.ok();
    let pool = scene
        .app
        .pool(json!({ "AutoVerifiedAttributes": ["email"] }))
        .await;
    let client = scene.app.client(&pool, json!({})).await;
    for (number, address) in [known, unconfirmed, invited, unknown].iter().enumerate() {
        for _ in 0..6 {
            forgot(&scene, address).await;
            resend(&scene, address).await;
        }
        let sign_up = async |time: usize| {
            let body = json!({ "ClientId": client.id, "Username": format!("u{number}-{time}"),
                "Password": PASSWORD, "UserAttributes": pairs(json!({ "email": address })) });
            scene.app.call("SignUp", body).await
        };
        for time in 0..LIMIT {
            sign_up(time).await.ok();
        }
        let answer = sign_up(LIMIT).await;
        answer.refused("LimitExceededException", REFUSAL);
    }
}

#[tokio::test]
async fn administrators_mails_are_not_counted() {
    let scene = names(json!({})).await;
    for number in 0..=LIMIT {
        let body = json!({ "Username": format!("u{number}"), "UserAttributes": pairs(verified()) });
        scene.admin("AdminCreateUser", body).await.ok();
    }
    scene.user("ann", verified()).await;
    for _ in 0..=2 * LIMIT {
        let body = json!({ "Username": "ann" });
        scene.admin("AdminResetUserPassword", body).await.ok();
    }
    flood(&scene).await;
    forgot(&scene, "ann").await.ok();
    assert_eq!(mails_to(&scene, ANN).await, 4 * LIMIT + 3);
}

#[tokio::test]
async fn codes_that_sign_in_are_ten_an_hour_for_each_user() {
    let rates = cabana_api::limits::Rates {
        messages_per_destination: 10,
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
