//! ForgotPassword, ConfirmForgotPassword, AdminResetUserPassword.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene, other_than, telling};

const NEW: &str = "Battery-Staple-2";
const PHONE: &str = "+4930123456";

async fn forgot(scene: &Scene, username: &str) -> Answer {
    scene
        .public("ForgotPassword", json!({ "Username": username }))
        .await
}

async fn confirm(scene: &Scene, username: &str, code: &str, password: &str) -> Answer {
    let body = json!({ "Username": username, "ConfirmationCode": code, "Password": password });
    scene.public("ConfirmForgotPassword", body).await
}

async fn reset(scene: &Scene, username: &str) -> Answer {
    scene
        .admin("AdminResetUserPassword", json!({ "Username": username }))
        .await
}

#[tokio::test]
async fn a_code_by_mail_lets_somebody_choose_a_new_password() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let answer = forgot(&scene, ANN).await.ok();
    let expected = json!({ "CodeDeliveryDetails": {
        "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***",
    } });
    assert_eq!(answer, expected);
    let code = scene.app.code_sent_to(ANN).await;
    assert_eq!(confirm(&scene, ANN, &code, NEW).await.ok(), json!({}));
    scene.sign_in(ANN, NEW).await.ok();
    let answer = scene.sign_in(ANN, PASSWORD).await;
    answer.refused("NotAuthorizedException", "Incorrect username or password.");
    // Valid once; the answer does not reveal that it was used.
    let answer = confirm(&scene, ANN, &code, NEW).await;
    assert_eq!(answer.kind(), "CodeMismatchException");
}

#[tokio::test]
async fn a_reset_forgets_failed_sign_ins() {
    let scene = Scene::usual().await;
    scene.ann().await;
    for _ in 0..5 {
        scene.sign_in(ANN, "wrong").await;
    }
    let answer = scene.sign_in(ANN, PASSWORD).await;
    answer.refused("NotAuthorizedException", "Password attempts exceeded");
    forgot(&scene, ANN).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    confirm(&scene, ANN, &code, NEW).await.ok();
    scene.sign_in(ANN, NEW).await.ok();
}

#[tokio::test]
async fn the_code_is_good_for_an_hour() {
    let scene = Scene::usual().await;
    scene.ann().await;
    forgot(&scene, ANN).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    scene.app.advance(Span::hours(1));
    let answer = confirm(&scene, ANN, &code, NEW).await;
    assert_eq!(answer.kind(), "ExpiredCodeException");
}

#[tokio::test]
async fn a_weak_password_costs_neither_code_nor_guess() {
    let scene = Scene::usual().await;
    scene.ann().await;
    forgot(&scene, ANN).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    confirm(&scene, ANN, &code, "aaaaaaaa").await.refused(
        "InvalidPasswordException",
        "Password did not conform with policy: Password must have uppercase characters",
    );
    confirm(&scene, ANN, &code, NEW).await.ok();
}

#[tokio::test]
async fn a_password_used_before_leaves_the_code_good() {
    let pool = json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "Policies": { "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 2 } },
    });
    let scene = Scene::new(pool, json!({})).await;
    scene.ann().await;
    forgot(&scene, ANN).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    confirm(&scene, ANN, &code, PASSWORD).await.refused(
        "PasswordHistoryPolicyViolationException",
        "Password has previously been used",
    );
    confirm(&scene, ANN, &code, NEW).await.ok();
}

#[tokio::test]
async fn five_requests_an_hour_whatever_the_name() {
    let scene = Scene::usual().await;
    scene.ann().await;
    for username in [ANN, "nobody@example.com"] {
        for _ in 0..5 {
            forgot(&scene, username).await.ok();
        }
        forgot(&scene, username).await.refused(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        );
    }
}

#[tokio::test]
async fn twenty_tries_of_a_code_an_hour() {
    let scene = Scene::usual().await;
    scene.ann().await;
    for _ in 0..20 {
        let answer = confirm(&scene, ANN, "123456", NEW).await;
        assert_eq!(answer.kind(), "ExpiredCodeException");
    }
    let answer = confirm(&scene, ANN, "123456", NEW).await;
    assert_eq!(answer.kind(), "LimitExceededException");
}

#[tokio::test]
async fn nobody_looks_like_somebody_where_the_client_hides_who_exists() {
    let scene = Scene::usual().await;
    scene.ann().await;
    scene
        .user("off@example.com", json!({ "email_verified": "true" }))
        .await;
    scene.user("unverified@example.com", json!({})).await;
    scene
        .admin("AdminDisableUser", json!({ "Username": "off@example.com" }))
        .await
        .ok();
    for username in [
        "nobody@example.com",
        "off@example.com",
        "unverified@example.com",
    ] {
        let answer = confirm(&scene, username, "123456", NEW).await;
        assert_eq!(answer.kind(), "ExpiredCodeException", "{username}");
        let details = forgot(&scene, username).await.ok();
        let details = &details["CodeDeliveryDetails"];
        assert_eq!(details["DeliveryMedium"], "EMAIL");
        assert_eq!(
            details["Destination"],
            format!("{}***@e***", &username[..1])
        );
        for _ in 0..5 {
            let answer = confirm(&scene, username, "123456", NEW).await;
            assert_eq!(answer.kind(), "CodeMismatchException", "{username}");
        }
        let answer = confirm(&scene, username, "123456", NEW).await;
        assert_eq!(
            answer.kind(),
            "TooManyFailedAttemptsException",
            "{username}"
        );
    }
    assert!(scene.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn a_made_up_destination_stays_the_same() {
    let scene = Scene::new(json!({ "AutoVerifiedAttributes": ["email"] }), json!({})).await;
    let first = forgot(&scene, "nobody").await.ok();
    assert_eq!(first, forgot(&scene, "nobody").await.ok());
    let destination = first["CodeDeliveryDetails"]["Destination"]
        .as_str()
        .unwrap();
    let shape: String = destination
        .chars()
        .map(|c| if c.is_ascii_lowercase() { 'a' } else { c })
        .collect();
    assert_eq!(shape, "a***@a***");
    assert_ne!(first, forgot(&scene, "somebody").await.ok());
}

#[tokio::test]
async fn who_cannot_be_reached_learns_why_where_the_client_tells() {
    let scene = Scene::telling().await;
    forgot(&scene, "nobody@example.com").await.refused(
        "UserNotFoundException",
        "Username/client id combination not found.",
    );
    scene.user(ANN, json!({})).await;
    forgot(&scene, ANN).await.refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    scene
        .admin("AdminDisableUser", json!({ "Username": ANN }))
        .await
        .ok();
    let answer = forgot(&scene, ANN).await;
    answer.refused("NotAuthorizedException", "User is disabled.");
}

#[tokio::test]
async fn a_temporary_password_is_not_reset() {
    for (client, hidden) in [(json!({}), true), (telling(), false)] {
        let scene = Scene::new(Value::Null, client).await;
        let attributes = json!([{ "Name": "email_verified", "Value": "true" }]);
        let body = json!({ "Username": ANN, "UserAttributes": attributes });
        scene.admin("AdminCreateUser", body).await.ok();
        let refusal = "User password cannot be reset in the current state.";
        let sent = scene.app.mailbox().await.len();
        let answer = forgot(&scene, ANN).await;
        match hidden {
            // The same as for an unknown user; nothing is sent.
            true => assert!(answer.ok()["CodeDeliveryDetails"].is_object()),
            false => answer.refused("NotAuthorizedException", refusal),
        }
        assert_eq!(scene.app.mailbox().await.len(), sent);
        reset(&scene, ANN)
            .await
            .refused("NotAuthorizedException", refusal);
    }
}

#[tokio::test]
async fn only_administrators_reset_where_the_pool_says_so() {
    let pool = json!({ "AccountRecoverySetting": {
        "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }],
    } });
    let scene = Scene::new(pool, json!({})).await;
    let refusal = "Contact administrator to reset password.";
    forgot(&scene, "nobody")
        .await
        .refused("NotAuthorizedException", refusal);
    scene
        .user("ann", json!({ "email": ANN, "email_verified": "true" }))
        .await;
    forgot(&scene, "ann")
        .await
        .refused("NotAuthorizedException", refusal);
    reset(&scene, "ann").await.ok();
    assert_eq!(scene.app.code_sent_to(ANN).await.len(), 6);
}

#[tokio::test]
async fn the_pools_order_says_where_the_code_goes() {
    for (first, second, to) in [
        ("verified_email", "verified_phone_number", ANN),
        ("verified_phone_number", "verified_email", PHONE),
    ] {
        let pool = json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": second, "Priority": 2 },
            { "Name": first, "Priority": 1 },
        ] } });
        let scene = Scene::new(pool, json!({})).await;
        let attributes = json!({
            "email": ANN, "email_verified": "true",
            "phone_number": PHONE, "phone_number_verified": "true",
        });
        scene.user("ann", attributes).await;
        forgot(&scene, "ann").await.ok();
        assert_eq!(scene.app.mailbox().await[0].to, to);
    }
}

#[tokio::test]
async fn a_second_factor_is_no_way_back_in() {
    let pool = json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [
        { "Name": "verified_phone_number", "Priority": 1 },
        { "Name": "verified_email", "Priority": 2 },
    ] } });
    let scene = Scene::new(pool, telling()).await;
    let sms =
        json!({ "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sns" } });
    let config = json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sms });
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    let phone = json!({ "phone_number": PHONE, "phone_number_verified": "true" });
    scene.user("ann", phone).await;
    let wish =
        json!({ "Username": "ann", "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    scene.admin("AdminSetUserMFAPreference", wish).await.ok();
    let user = scene.get("ann").await;
    assert_eq!(user["UserMFASettingList"], json!(["SMS_MFA"]));
    assert_eq!(user["PreferredMfaSetting"], "SMS_MFA");
    let options = json!([{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }]);
    assert_eq!(user["MFAOptions"], options);
    let answer = forgot(&scene, "ann").await;
    assert_eq!(answer.kind(), "InvalidParameterException");
    let email = super::pairs(json!({ "email": ANN, "email_verified": "true" }));
    let body = json!({ "Username": "ann", "UserAttributes": email });
    scene.admin("AdminUpdateUserAttributes", body).await.ok();
    forgot(&scene, "ann").await.ok();
    assert_eq!(scene.app.mailbox().await[0].to, ANN);
}

#[tokio::test]
async fn an_administrators_reset_ends_the_password_and_sends_a_code() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    reset(&scene, ANN).await.ok();
    assert_eq!(scene.status(ANN).await, "RESET_REQUIRED");
    let answer = scene.sign_in(ANN, PASSWORD).await;
    answer.refused(
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    let answer = scene
        .app
        .call("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(answer.kind(), "PasswordResetRequiredException");
    let code = scene.app.code_sent_to(ANN).await;
    // The same as for an unknown name, until a code is requested.
    let answer = confirm(&scene, ANN, &other_than(&code), NEW).await;
    assert_eq!(answer.kind(), "ExpiredCodeException");
    confirm(&scene, ANN, &code, NEW).await.ok();
    assert_eq!(scene.status(ANN).await, "CONFIRMED");
    scene.sign_in(ANN, NEW).await.ok();
}

#[tokio::test]
async fn an_administrators_reset_needs_a_way_to_the_user() {
    let mut scene = Scene::usual().await;
    scene.user("unverified@example.com", json!({})).await;
    let answer = reset(&scene, "unverified@example.com").await;
    assert_eq!(answer.kind(), "InvalidParameterException");
    scene.ann().await;
    scene.without_mail();
    let answer = reset(&scene, ANN).await;
    assert_eq!(answer.kind(), "InvalidEmailRoleAccessPolicyException");
    assert_eq!(scene.status(ANN).await, "CONFIRMED");
}
