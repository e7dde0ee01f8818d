//! MFA_SETUP with an address: it becomes the user's second factor with the code that is sent there, and not before.

use cabana_api::logic::sign_in;
use cabana_api::{Caller, Cx, RequestInfo};
use cabana_domain::PoolId;
use cabana_domain::pool::RECOVERY_CODES_TAG;
use cabana_store::Change;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use crate::users::{ANN, PASSWORD, Scene};

const PHONE: &str = "+14155550100";
const REFUSED: &str = "NotAuthorizedException";

/// Ann without any address, in a pool that requires a factor and offers all.
async fn scene(ways: &[&str]) -> Scene {
    let ways: Vec<_> = (1..)
        .zip(ways)
        .map(|(priority, name)| json!({ "Name": name, "Priority": priority }))
        .collect();
    let pool = json!({
        "AliasAttributes": ["email"],
        "AccountRecoverySetting": { "RecoveryMechanisms": ways },
    });
    let scene = Scene::new(pool, json!({})).await;
    let sender = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
    let config = json!({
        "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": {},
        "SmsMfaConfiguration": { "SmsConfiguration": sender },
    });
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    scene.user("ann", json!({})).await;
    scene
}

async fn begun(scene: &Scene) -> Value {
    let asked = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    asked["Session"].clone()
}

async fn answer(
    scene: &Scene,
    challenge: &str,
    session: &Value,
    member: &str,
    value: &str,
) -> Answer {
    let body = json!({
        "ChallengeName": challenge, "Session": session,
        "ChallengeResponses": { "USERNAME": "ann", member: value },
    });
    scene.public("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn an_address_is_a_factor_once_its_code_was_right() {
    // The guide writes the first, Amplify sends the second.
    for member in ["email", "EMAIL"] {
        let scene = scene(&["admin_only"]).await;
        let session = begun(&scene).await;
        let asked = answer(&scene, "MFA_SETUP", &session, member, ANN)
            .await
            .ok();
        assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
        let parameters = &asked["ChallengeParameters"];
        assert_eq!(parameters["CODE_DELIVERY_DESTINATION"], "a***@e***");
        let code = scene.app.code_sent_to(ANN).await;
        let wrong = answer(
            &scene,
            "EMAIL_OTP",
            &asked["Session"],
            "EMAIL_OTP_CODE",
            "00000000",
        );
        assert_eq!(wrong.await.kind(), "CodeMismatchException");
        assert_eq!(scene.attribute("ann", "email").await, None);
        let right = answer(
            &scene,
            "EMAIL_OTP",
            &asked["Session"],
            "EMAIL_OTP_CODE",
            &code,
        );
        assert!(right.await.ok()["AuthenticationResult"].is_object());
        assert_eq!(scene.attribute("ann", "email").await.as_deref(), Some(ANN));
        let verified = scene.attribute("ann", "email_verified").await;
        assert_eq!(verified.as_deref(), Some("true"));
        let user = scene.get("ann").await;
        assert_eq!(user["UserMFASettingList"], json!(["EMAIL_OTP"]));
        // It is an alias from now on, too.
        let again = scene.sign_in(ANN, PASSWORD).await.ok();
        assert_eq!(again["ChallengeName"], "EMAIL_OTP");
    }
}

#[tokio::test]
async fn an_address_that_was_never_proven_leaves_nothing_behind() {
    let scene = scene(&["admin_only"]).await;
    let session = begun(&scene).await;
    answer(&scene, "MFA_SETUP", &session, "email", "typo@example.com")
        .await
        .ok();
    let used = answer(&scene, "MFA_SETUP", &session, "email", ANN).await;
    let text = "Invalid session for the user, session can only be used once.";
    used.refused(REFUSED, text);
    let session = begun(&scene).await;
    let asked = answer(&scene, "MFA_SETUP", &session, "email", ANN)
        .await
        .ok();
    // The code of the first address is none of the second.
    let code = scene.app.code_sent_to("typo@example.com").await;
    let wrong = answer(
        &scene,
        "EMAIL_OTP",
        &asked["Session"],
        "EMAIL_OTP_CODE",
        &code,
    );
    assert_eq!(wrong.await.kind(), "CodeMismatchException");
    assert_eq!(scene.attribute("ann", "email").await, None);
}

#[tokio::test]
async fn who_has_a_factor_or_an_address_adds_none_by_the_password_alone() {
    let scene = scene(&["verified_phone_number", "verified_email"]).await;
    let session = begun(&scene).await;
    // An administrator gives her a number meanwhile, which recovers the account.
    let number = json!([{ "Name": "phone_number", "Value": PHONE }]);
    let body = json!({ "Username": "ann", "UserAttributes": number });
    scene.admin("AdminUpdateUserAttributes", body).await.ok();
    let refused = answer(&scene, "MFA_SETUP", &session, "email", ANN).await;
    refused.refused(
        "InvalidParameterException",
        "User does not have delivery config set to turn on EMAIL_OTP",
    );
    assert!(scene.app.mailbox().await.is_empty());
    // With an address that is a factor, the session awaits set-up no more.
    let email = json!([{ "Name": "email", "Value": "own@example.com" }]);
    let body = json!({ "Username": "ann", "UserAttributes": email });
    scene.admin("AdminUpdateUserAttributes", body).await.ok();
    let refused = answer(&scene, "MFA_SETUP", &session, "email", ANN).await;
    assert_eq!(refused.kind(), REFUSED);
    let asked = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let asked = answer(&scene, "MFA_SETUP", &asked["Session"], "email", ANN).await;
    assert_eq!(asked.kind(), REFUSED);
    assert_eq!(scene.app.mailbox().await.len(), 1);
}

#[tokio::test]
async fn what_is_not_offered_or_no_address_is_refused() {
    let by_mail = scene(&["verified_email", "verified_phone_number"]).await;
    let session = begun(&by_mail).await;
    let refused = answer(&by_mail, "MFA_SETUP", &session, "email", ANN).await;
    assert_eq!(refused.kind(), "InvalidParameterException", "it recovers");
    let scene = scene(&["admin_only"]).await;
    let session = begun(&scene).await;
    let refused = answer(&scene, "MFA_SETUP", &session, "email", "nobody").await;
    refused.refused("InvalidParameterException", "Invalid email address format.");
    // As with Cognito, a number is set elsewhere first.
    for member in ["phone_number", "ANSWER"] {
        let refused = answer(&scene, "MFA_SETUP", &session, member, PHONE).await;
        refused.refused(REFUSED, "Invalid session for the user.");
    }
    assert!(scene.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn an_address_that_another_user_signs_in_with_stays_theirs() {
    let scene = scene(&["admin_only"]).await;
    let attributes = json!({ "email": ANN, "email_verified": "true" });
    scene.user("other", attributes).await;
    let session = begun(&scene).await;
    let asked = answer(&scene, "MFA_SETUP", &session, "email", ANN)
        .await
        .ok();
    // Known only to who reads the mailbox, and then it stays the other's name.
    let code = scene.app.code_sent_to(ANN).await;
    answer(
        &scene,
        "EMAIL_OTP",
        &asked["Session"],
        "EMAIL_OTP_CODE",
        &code,
    )
    .await
    .ok();
    let verified = scene.attribute("ann", "email_verified").await;
    assert_ne!(verified.as_deref(), Some("true"));
    let other = scene.sign_in(ANN, PASSWORD).await.ok();
    let parameters = &other["ChallengeParameters"];
    assert_eq!(parameters["USER_ID_FOR_SRP"], "other");
}

#[tokio::test]
async fn a_recovery_code_does_not_replace_the_code_sent_to_a_new_address() {
    let scene = scene(&["admin_only"]).await;
    let tags = json!({ "UserPoolTags": { RECOVERY_CODES_TAG: "on" } });
    let own = json!({ "MfaConfiguration": "ON", "AccountRecoverySetting": {
        "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] } });
    let mut update = tags;
    update
        .as_object_mut()
        .unwrap()
        .extend(own.as_object().unwrap().clone());
    scene.admin("UpdateUserPool", update).await.ok();
    // Ann has codes left, and no factor any more.
    let store = &scene.app.api.store;
    let pool = PoolId::new(&*scene.pool);
    let mut ann = store.user_by_name(&pool, "ann").await.unwrap().unwrap();
    ann.secrets.recovery_codes = vec![Some("a hash".to_owned())];
    let update = Change::UpdateUser {
        user: Box::new(ann),
        names: None,
    };
    store.apply(vec![update]).await.unwrap();
    let session = begun(&scene).await;
    let asked = answer(&scene, "MFA_SETUP", &session, "email", ANN).await;
    let asked = asked.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    // As our own pages ask.
    let request = RequestInfo {
        id: "a page".to_owned(),
        source_ip: None,
        user_agent: None,
        sdk_agent: None,
        page_host: None,
        reads_only: false,
    };
    let cx = Cx::new(&scene.app.api, Caller::InProcess, request);
    let (client, pool) = cx.client(&scene.client.id).await.unwrap();
    let session = asked["Session"].as_str().unwrap();
    let recovered = sign_in::recover(&cx, &client, &pool, session, "ann", "wrong").await;
    let Err(fault) = recovered else {
        panic!("a code was accepted");
    };
    // Not even judged.
    assert_eq!(fault.message, "Invalid session for the user.");
}
