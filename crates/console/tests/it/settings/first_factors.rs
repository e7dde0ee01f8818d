//! What people may begin a sign-in with.

use serde_json::json;

use super::form::{borrowed, fields};
use crate::harness::House;

#[tokio::test]
async fn what_people_may_begin_with_is_chosen_beside_the_password() {
    let house = House::new().await;
    let made = house
        .app
        .ok("CreateUserPool", json!({ "PoolName": "p" }))
        .await;
    let id = made["UserPool"]["Id"].as_str().unwrap().to_owned();
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-in/choices");
    // Text messages are offered where the pool can send them.
    let page = browser.get(&url).await;
    page.is(200).has("Email message one-time password");
    assert!(!page.html.contains("SMS message one-time password"));
    let mut form = fields(&page.html);
    form.push(("factors".into(), "EMAIL_OTP".into()));
    form.push(("factors".into(), "WEB_AUTHN".into()));
    let saved = browser.post(&url, &borrowed(&form)).await;
    saved
        .is(200)
        .has("Email message one-time password")
        .has("Passkey");
    let shown = house
        .app
        .ok("DescribeUserPool", json!({ "UserPoolId": id }))
        .await;
    assert_eq!(
        shown["UserPool"]["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"],
        json!(["PASSWORD", "WEB_AUTHN", "EMAIL_OTP"])
    );
    // With required MFA there are no codes: the form says so.
    let off = borrowed(&form)
        .into_iter()
        .filter(|(name, _)| *name != "factors")
        .collect::<Vec<_>>();
    browser.post(&url, &off).await.is(200);
    let mfa = json!({ "UserPoolId": id, "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    house.app.ok("SetUserPoolMfaConfig", mfa).await;
    let refused = browser.post(&url, &borrowed(&form)).await;
    refused.has("Only PASSWORD and WEB_AUTHN");
}
