//! Second factors and devices of a pool.

use serde_json::{Value, json};

use super::pools::described;
use crate::harness::House;

#[tokio::test]
async fn mfa_is_turned_on_and_off() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-in/mfa");
    browser.get(&url).await.is(200);
    let missing = browser.post(&url, &[("mode", "ON")]).await;
    missing.is(200).has("Choose at least one method.");
    let on = [("mode", "ON"), ("methods", "apps"), ("methods", "email")];
    let page = browser.post(&url, &on).await;
    page.is(200)
        .has("Require MFA – Recommended")
        .has("Authenticator apps");
    browser.get(&url).await.is(200);
    let off = [("mode", "OFF"), ("methods", "apps")];
    browser.post(&url, &off).await.is(200).has("No MFA");
    let (_, factors) = described(&house, &id).await;
    assert_eq!(factors["MfaConfiguration"], "OFF");
    assert_eq!(factors["EmailMfaConfiguration"], Value::Null);
}

#[tokio::test]
async fn devices_are_tracked_and_no_longer() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let tab = browser.get(&format!("/console/pools/{id}/sign-in")).await;
    tab.is(200).has("Device tracking").has("Don’t remember");
    let url = format!("/console/pools/{id}/sign-in/device-tracking");
    browser.get(&url).await.is(200);
    let missing = browser.post(&url, &[("trust", "on")]).await;
    missing
        .is(200)
        .has("Choose whether devices are remembered.");
    let opt_in = [("remember", "opt-in"), ("trust", "on")];
    let saved = browser.post(&url, &opt_in).await;
    saved
        .is(200)
        .has("Device tracking has been saved.")
        .has("User opt-in");
    let (pool, _) = described(&house, &id).await;
    let expected =
        json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true });
    assert_eq!(pool["DeviceConfiguration"], expected);
    browser.get(&url).await.is(200);
    let never = [("remember", "never"), ("trust", "on")];
    browser.post(&url, &never).await.is(200);
    let (pool, _) = described(&house, &id).await;
    assert_eq!(pool["DeviceConfiguration"], Value::Null);
}

#[tokio::test]
async fn text_messages_are_switched_on_as_a_factor() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-in/mfa");
    browser.get(&url).await.is(200).has("SMS message");
    let on = [("mode", "OPTIONAL"), ("methods", "sms")];
    browser.post(&url, &on).await.is(200).has("SMS message");
    let (_, factors) = described(&house, &id).await;
    assert_eq!(factors["MfaConfiguration"], "OPTIONAL");
    assert!(factors["SmsMfaConfiguration"].is_object(), "{factors}");
    let without = [("mode", "OPTIONAL"), ("methods", "apps")];
    let told = browser.post(&url, &without).await;
    told.is(200)
        .has("SMS message can only be turned off together with MFA");
    // A user with a phone number gets text messages as second factor.
    let tess = json!({
        "UserPoolId": id, "Username": "tess", "MessageAction": "SUPPRESS",
        "UserAttributes": [{ "Name": "phone_number", "Value": "+14325551212" }],
    });
    house.app.ok("AdminCreateUser", tess).await;
    let url = format!("/console/pools/{id}/users/tess/mfa");
    browser
        .get(&url)
        .await
        .is(200)
        .has("SMS message")
        .lacks("Authenticator app");
    let wrong = [("preferred", "SMS_MFA")];
    browser
        .post(&url, &wrong)
        .await
        .is(200)
        .has("Choose one of the methods that are on.");
    let on = [("methods", "SMS_MFA"), ("preferred", "SMS_MFA")];
    let page = browser.post(&url, &on).await;
    page.is(200).has("<dd>SMS message</dd>");
    let get = json!({ "UserPoolId": id, "Username": "tess" });
    let user = house.app.ok("AdminGetUser", get.clone()).await;
    assert_eq!(user["PreferredMfaSetting"], "SMS_MFA");
    browser.get(&url).await.is(200);
    browser.post(&url, &[("preferred", "none")]).await.is(200);
    let user = house.app.ok("AdminGetUser", get).await;
    assert_eq!(user["UserMFASettingList"], Value::Null);
}

#[tokio::test]
async fn a_factor_that_a_user_cannot_use_is_refused_beside_the_field() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let user = json!({ "UserPoolId": id, "Username": "tess", "MessageAction": "SUPPRESS" });
    house.app.ok("AdminCreateUser", user).await;
    let mut browser = house.administrator("ada").await;
    let own = format!("/console/pools/{id}/users/tess/mfa");
    browser
        .get(&own)
        .await
        .is(200)
        .has("No second factor to choose from");
    let factors = format!("/console/pools/{id}/sign-in/mfa");
    browser.get(&factors).await;
    let on = [("mode", "ON"), ("methods", "apps"), ("methods", "email")];
    browser.post(&factors, &on).await.is(200);
    browser.get(&own).await.is(200);
    for method in ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"] {
        let on = [("methods", method), ("preferred", "none")];
        browser.post(&own, &on).await.is(200).has("f-methods-error");
    }
    let mut rita = house.reader("rita").await;
    rita.get(&own).await.is(403);
}
