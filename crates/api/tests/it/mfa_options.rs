//! SetUserSettings and AdminSetUserSettings: codes by text message in the legacy form.

use serde_json::{Value, json};

use crate::users::{ANN, PASSWORD, Scene};

const PHONE: &str = "+14155550100";
const REFUSED: &str = "InvalidParameterException";

/// Ann, with a phone number, in a pool where text messages and mails are optional factors.
async fn scene() -> Scene {
    let ways = json!([{ "Name": "admin_only", "Priority": 1 }]);
    let pool = json!({ "AccountRecoverySetting": { "RecoveryMechanisms": ways } });
    let scene = Scene::new(pool, json!({})).await;
    let sender = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
    let config = json!({
        "MfaConfiguration": "OPTIONAL",
        "EmailMfaConfiguration": {},
        "SmsMfaConfiguration": { "SmsConfiguration": sender },
    });
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
    let attributes = json!({ "email": ANN, "phone_number": PHONE });
    scene.user("ann", attributes).await;
    scene
}

fn by_text() -> Value {
    json!([{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }])
}

async fn factors(scene: &Scene) -> Value {
    scene.get("ann").await["UserMFASettingList"].clone()
}

#[tokio::test]
async fn a_user_switches_codes_by_text_on_and_off() {
    let scene = scene().await;
    let token = scene.token("ann").await;
    let set = async |options: Value| {
        let body = json!({ "AccessToken": token, "MFAOptions": options });
        scene.app.call("SetUserSettings", body).await
    };
    assert_eq!(set(by_text()).await.ok(), json!({}));
    let user = scene
        .app
        .ok("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(user["MFAOptions"], by_text());
    assert_eq!(user["UserMFASettingList"], json!(["SMS_MFA"]));
    let asked = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    set(json!([])).await.ok();
    assert_eq!(factors(&scene).await, Value::Null);
    // As in Cognito's own example, which names the medium alone.
    set(json!([{ "DeliveryMedium": "EMAIL" }])).await.ok();
    assert_eq!(factors(&scene).await, json!(["EMAIL_OTP"]));
}

#[tokio::test]
async fn an_administrator_does_the_same_and_other_factors_stay() {
    let scene = scene().await;
    let mail = json!({ "Enabled": true, "PreferredMfa": true });
    let body = json!({ "Username": "ann", "EmailMfaSettings": mail });
    scene.admin("AdminSetUserMFAPreference", body).await.ok();
    let set = async |options: Value| {
        let body = json!({ "Username": "ann", "MFAOptions": options });
        scene.admin("AdminSetUserSettings", body).await
    };
    assert_eq!(set(by_text()).await.ok(), json!({}));
    assert_eq!(factors(&scene).await, json!(["EMAIL_OTP", "SMS_MFA"]));
    set(json!([])).await.ok();
    assert_eq!(factors(&scene).await, json!(["EMAIL_OTP"]));
    let preferred = &scene.get("ann").await["PreferredMfaSetting"];
    assert_eq!(preferred, "EMAIL_OTP");
}

#[tokio::test]
async fn an_option_that_reaches_nobody_is_refused_and_changes_nothing() {
    let scene = scene().await;
    for option in [
        json!({ "DeliveryMedium": "SMS", "AttributeName": "email" }),
        json!({ "DeliveryMedium": "EMAIL", "AttributeName": "phone_number" }),
        json!({ "DeliveryMedium": "SMS", "AttributeName": "nickname" }),
        json!({}),
    ] {
        let body = json!({ "Username": "ann", "MFAOptions": [option] });
        let refused = scene.admin("AdminSetUserSettings", body).await;
        let text = "MFAOptions: the delivery medium does not reach the attribute.";
        refused.refused(REFUSED, text);
    }
    let without = json!({ "Username": "ann", "UserAttributeNames": ["phone_number"] });
    scene.admin("AdminDeleteUserAttributes", without).await.ok();
    let body = json!({ "Username": "ann", "MFAOptions": by_text() });
    let text = "User does not have delivery config set to turn on SMS_MFA";
    let refused = scene.admin("AdminSetUserSettings", body).await;
    refused.refused(REFUSED, text);
    assert_eq!(factors(&scene).await, Value::Null);
    let body = json!({ "Username": "nobody", "MFAOptions": by_text() });
    let refused = scene.admin("AdminSetUserSettings", body).await;
    refused.refused("UserNotFoundException", "User does not exist.");
    let body = json!({ "AccessToken": "none", "MFAOptions": by_text() });
    let refused = scene.app.call("SetUserSettings", body).await;
    assert_eq!(refused.kind(), "NotAuthorizedException");
}
