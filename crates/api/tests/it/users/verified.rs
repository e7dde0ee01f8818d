//! `email_verified` and `phone_number_verified`: who may write them, and when they are absent.

use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene, pairs};
use crate::sessions::claims;

const BOB: &str = "bob@example.com";
const PHONE: &str = "+4930123456";
const FLAGS: [&str; 2] = ["email_verified", "phone_number_verified"];

async fn admin_update(scene: &Scene, username: &str, attributes: Value) -> Answer {
    let body = json!({ "Username": username, "UserAttributes": pairs(attributes) });
    scene.admin("AdminUpdateUserAttributes", body).await
}

#[tokio::test]
async fn an_administrator_says_what_is_verified() {
    let scene = Scene::usual().await;
    scene.user(ANN, json!({})).await;
    admin_update(&scene, ANN, json!({ "email_verified": "true" }))
        .await
        .ok();
    let verified = scene.attribute(ANN, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("true"));
    let both = json!({ "email": BOB, "email_verified": "true" });
    admin_update(&scene, ANN, both).await.ok();
    let verified = scene.attribute(BOB, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("true"));
    assert!(scene.app.mailbox().await.is_empty());
    let answer = admin_update(&scene, BOB, json!({ "phone_number_verified": "true" })).await;
    answer.refused(
        "InvalidParameterException",
        "phone_number is required to set phone_number_verified.",
    );
}

#[tokio::test]
async fn an_administrators_user_has_no_flag_that_nobody_wrote() {
    let scene = Scene::new(json!({}), json!({})).await;
    let body = json!({
        "Username": "ann", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS",
        "UserAttributes": pairs(json!({ "email": ANN, "phone_number": PHONE })),
    });
    let made = scene.admin("AdminCreateUser", body).await.ok();
    let names = |list: &Value| -> Vec<String> {
        let names = list.as_array().unwrap().iter();
        names
            .map(|it| it["Name"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected = ["email", "phone_number", "sub"];
    assert_eq!(names(&made["User"]["Attributes"]), expected);
    let challenge = scene.sign_in("ann", PASSWORD).await.ok();
    let own: Value = challenge["ChallengeParameters"]["userAttributes"]
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap();
    assert_eq!(own, json!({ "email": ANN, "phone_number": PHONE }));
    let body = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"],
        "ChallengeResponses": {
            "USERNAME": "ann", "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Ann",
        },
    });
    let answer = scene.public("RespondToAuthChallenge", body).await.ok();
    let id = claims(&answer["AuthenticationResult"]["IdToken"]);
    assert_eq!((&id["email"], &id["name"]), (&json!(ANN), &json!("Ann")));
    for flag in FLAGS {
        assert_eq!(id.get(flag), None, "{flag}");
    }
    let user = scene.get("ann").await;
    let expected = ["email", "name", "phone_number", "sub"];
    assert_eq!(names(&user["UserAttributes"]), expected);
}

#[tokio::test]
async fn an_administrators_change_adds_no_flag_but_takes_a_verified_one_back() {
    let scene = Scene::new(json!({}), json!({})).await;
    scene
        .user("ann", json!({ "email": ANN, "email_verified": "true" }))
        .await;
    let other = json!({ "email": BOB, "phone_number": PHONE });
    admin_update(&scene, "ann", other).await.ok();
    let verified = scene.attribute("ann", "email_verified").await;
    assert_eq!(verified.as_deref(), Some("false"));
    let verified = scene.attribute("ann", "phone_number_verified").await;
    assert_eq!(verified, None);
}

#[tokio::test]
async fn people_who_give_an_address_are_told_that_it_is_not_verified() {
    let scene = Scene::new(json!({}), json!({})).await;
    scene.user("ann", json!({})).await;
    let token = scene.token("ann").await;
    let own = pairs(json!({ "email": ANN, "phone_number": PHONE }));
    let body = json!({ "AccessToken": token, "UserAttributes": own });
    scene.app.ok("UpdateUserAttributes", body).await;
    let own = json!({ "email": ANN, "phone_number": PHONE });
    scene.sign_up("bob", own).await.ok();
    for name in ["ann", "bob"] {
        for flag in FLAGS {
            let shown = scene.attribute(name, flag).await;
            assert_eq!(shown.as_deref(), Some("false"), "{name}");
        }
    }
}

#[tokio::test]
async fn true_counts_in_any_case() {
    let scene = Scene::usual().await;
    for (name, flag) in [(ANN, "True"), (BOB, "TRUE")] {
        scene.user(name, json!({ "email_verified": flag })).await;
        let shown = scene.attribute(name, "email_verified").await;
        assert_eq!(shown.as_deref(), Some("true"), "{flag}");
        let id = scene.sign_in(name, PASSWORD).await.ok();
        let id = claims(&id["AuthenticationResult"]["IdToken"]);
        assert_eq!(id["email_verified"], true, "{flag}");
        let answer = scene.public("ForgotPassword", json!({ "Username": name }));
        answer.await.ok();
        assert_eq!(scene.app.code_sent_to(name).await.len(), 6);
    }
    admin_update(&scene, ANN, json!({ "email_verified": "False" }))
        .await
        .ok();
    let shown = scene.attribute(ANN, "email_verified").await;
    assert_eq!(shown.as_deref(), Some("false"));
    admin_update(&scene, ANN, json!({ "email_verified": "TRUE" }))
        .await
        .ok();
    let shown = scene.attribute(ANN, "email_verified").await;
    assert_eq!(shown.as_deref(), Some("true"));
    let answer = admin_update(&scene, ANN, json!({ "email_verified": "yes" })).await;
    assert_eq!(answer.kind(), "InvalidParameterException");
}

#[tokio::test]
async fn an_administrators_new_address_is_to_be_verified_too() {
    let mut scene = Scene::usual().await;
    scene.ann().await;
    admin_update(&scene, ANN, json!({ "email": BOB }))
        .await
        .ok();
    assert_eq!(scene.app.code_sent_to(BOB).await.len(), 6);
    scene.app.advance(Span::seconds(1));
    scene.without_mail();
    let answer = admin_update(&scene, BOB, json!({ "email": ANN })).await;
    assert_eq!(answer.kind(), "InvalidEmailRoleAccessPolicyException");
    scene.get(BOB).await;
}

/// Ann and Bob share a household; the second factor of both is a code to an address that is an alias here, and not
/// verified.
async fn household() -> Scene {
    let recovery =
        json!({ "RecoveryMechanisms": [{ "Name": "verified_phone_number", "Priority": 1 }] });
    let pool = json!({ "AliasAttributes": ["email"], "AccountRecoverySetting": recovery });
    let scene = Scene::new(pool, json!({})).await;
    let config = json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    for name in ["ann", "bob"] {
        scene.user(name, json!({ "email": ANN })).await;
        let on = json!({ "Username": name, "EmailMfaSettings": { "Enabled": true } });
        scene.admin("AdminSetUserMFAPreference", on).await.ok();
    }
    scene
}

async fn with_mailed_code(scene: &Scene, username: &str) {
    let asked = scene.sign_in(username, PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = scene.app.code_sent_to(ANN).await;
    scene.app.advance(Span::seconds(1));
    let answers = json!({ "USERNAME": username, "EMAIL_OTP_CODE": code });
    let body = json!({ "ChallengeName": "EMAIL_OTP", "Session": asked["Session"], "ChallengeResponses": answers });
    let answer = scene.public("RespondToAuthChallenge", body).await.ok();
    assert!(answer["AuthenticationResult"].is_object());
}

#[tokio::test]
async fn an_address_that_a_mailed_code_has_verified_is_a_name_of_its_first_owner_only() {
    let scene = household().await;
    with_mailed_code(&scene, "ann").await;
    assert_eq!(
        scene.attribute("ann", "email_verified").await.as_deref(),
        Some("true")
    );
    with_mailed_code(&scene, ANN).await;
    // Bob receives mail there too, but the alias is Ann's.
    with_mailed_code(&scene, "bob").await;
    assert_ne!(
        scene.attribute("bob", "email_verified").await.as_deref(),
        Some("true")
    );
    assert_eq!(scene.get(ANN).await["Username"], "ann");
}
