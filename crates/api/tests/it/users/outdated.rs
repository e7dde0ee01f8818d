//! A code becomes invalid with the password, the address or the sign-ins for which it was sent.

use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene, pairs};

const OTHER: &str = "Battery-Staple-2";
const THIEFS: &str = "Thiefs-Horse-3";

/// Ann has a user name here, so that her address can be deleted.
async fn scene() -> Scene {
    let pool = json!({ "AutoVerifiedAttributes": ["email"] });
    let scene = Scene::new(pool, json!({})).await;
    scene
        .user("ann", json!({ "email": ANN, "email_verified": "true" }))
        .await;
    scene
}

async fn confirm(scene: &Scene, code: &str) -> cabana_testkit::Answer {
    let body = json!({ "Username": "ann", "ConfirmationCode": code, "Password": THIEFS });
    scene.public("ConfirmForgotPassword", body).await
}

fn changes() -> Vec<(&'static str, Value)> {
    let attributes = |attributes| json!({ "UserAttributes": pairs(attributes) });
    vec![
        (
            "AdminSetUserPassword",
            json!({ "Password": OTHER, "Permanent": true }),
        ),
        (
            "AdminSetUserPassword",
            json!({ "Password": PASSWORD, "Permanent": true }),
        ),
        ("AdminUserGlobalSignOut", json!({})),
        (
            "AdminUpdateUserAttributes",
            attributes(json!({ "email": "new@example.com", "email_verified": "true" })),
        ),
        (
            "AdminUpdateUserAttributes",
            attributes(json!({ "email_verified": "false" })),
        ),
        (
            "AdminDeleteUserAttributes",
            json!({ "UserAttributeNames": ["email"] }),
        ),
    ]
}

#[tokio::test]
async fn a_reset_code_ends_with_the_password_the_address_and_the_sign_ins() {
    for asked in ["ForgotPassword", "AdminResetUserPassword"] {
        for (operation, members) in changes() {
            let scene = scene().await;
            let named = json!({ "Username": "ann" });
            match asked {
                "ForgotPassword" => scene.public(asked, named).await.ok(),
                _ => scene.admin(asked, named).await.ok(),
            };
            let code = scene.app.code_sent_to(ANN).await;
            let mut members = members;
            members["Username"] = json!("ann");
            scene.admin(operation, members.clone()).await.ok();
            let answer = confirm(&scene, &code).await;
            assert_ne!(answer.status, 200, "{asked}, {operation} {members}");
            let answer = scene.sign_in("ann", THIEFS).await;
            assert_ne!(answer.status, 200, "{asked}, {operation} {members}");
        }
    }
}

#[tokio::test]
async fn a_reset_code_ends_with_a_change_of_password_by_its_owner() {
    let scene = scene().await;
    let token = scene.token("ann").await;
    let named = json!({ "Username": "ann" });
    scene.public("ForgotPassword", named).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    let body =
        json!({ "AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": OTHER });
    scene.app.ok("ChangePassword", body).await;
    let answer = confirm(&scene, &code).await;
    assert_eq!(answer.kind(), "CodeMismatchException");
    scene.sign_in("ann", OTHER).await.ok();
}

#[tokio::test]
async fn a_code_that_verifies_ends_with_its_address() {
    let scene = scene().await;
    let token = scene.token("ann").await;
    let change = |email: &str| json!({ "AccessToken": token, "UserAttributes": pairs(json!({ "email": email })) });
    scene
        .app
        .ok("UpdateUserAttributes", change("one@example.com"))
        .await;
    let code = scene.app.code_sent_to("one@example.com").await;
    let named = json!({ "Username": "ann", "UserAttributes": pairs(json!({ "email": "two@example.com" })) });
    scene.admin("AdminUpdateUserAttributes", named).await.ok();
    let body = json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    let answer = scene.app.call("VerifyUserAttribute", body).await;
    assert_ne!(answer.status, 200);
    let verified = scene.attribute("ann", "email_verified").await;
    assert_eq!(verified.as_deref(), Some("false"));
}

#[tokio::test]
async fn a_reset_code_outlives_a_sign_in_with_the_password_that_it_replaces() {
    let scene = scene().await;
    let named = json!({ "Username": "ann" });
    scene.admin("AdminResetUserPassword", named).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    // From now on passwords are stored in another form.
    let tags =
        json!({ "AutoVerifiedAttributes": ["email"], "UserPoolTags": { "cabana:srp": "off" } });
    scene.admin("UpdateUserPool", tags).await.ok();
    let refused = scene.sign_in("ann", PASSWORD).await;
    assert_eq!(refused.kind(), "PasswordResetRequiredException");
    confirm(&scene, &code).await.ok();
    scene.sign_in("ann", THIEFS).await.ok();
}
