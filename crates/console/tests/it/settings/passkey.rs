//! The settings of passkeys.

use serde_json::{Value, json};

use crate::harness::House;

#[tokio::test]
async fn passkeys_are_set_beside_the_second_factors() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let tab = format!("/console/pools/{id}/sign-in");
    let page = browser.get(&tab).await;
    page.is(200)
        .has("Domain for relying party ID")
        .has("localhost")
        .has("Not allowed");
    let (mfa, url) = (format!("{tab}/mfa"), format!("{tab}/passkey"));
    browser.get(&mfa).await;
    let on = [
        ("mode", "OPTIONAL"),
        ("methods", "apps"),
        ("methods", "email"),
    ];
    browser.post(&mfa, &on).await.is(200);
    browser.get(&url).await.is(200).has("If empty: localhost.");
    let form = |relying_party| {
        [
            ("relying_party", relying_party),
            ("verification", "required"),
            ("factor", "MULTI_FACTOR_WITH_USER_VERIFICATION"),
        ]
    };
    let wrong = browser.post(&url, &form("https://example.com")).await;
    wrong
        .is(200)
        .has("must be a domain name")
        .has("value=\"https://example.com\"");
    browser
        .post(&url, &form("example.com"))
        .await
        .is(200)
        .has("have been saved")
        .has("example.com");
    let factors = config_of(&house, &id).await;
    let expected = json!({
        "RelyingPartyId": "example.com", "UserVerification": "required",
        "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
    });
    assert_eq!(factors["WebAuthnConfiguration"], expected);
    assert_eq!(factors["SoftwareTokenMfaConfiguration"]["Enabled"], true);
    assert!(factors["EmailMfaConfiguration"].is_object());
    // Neither page changes what the other one sets.
    browser.get(&mfa).await;
    browser
        .post(&mfa, &[("mode", "OPTIONAL"), ("methods", "apps")])
        .await
        .is(200);
    let factors = config_of(&house, &id).await;
    assert_eq!(factors["WebAuthnConfiguration"], expected);
    browser.get(&mfa).await;
    browser.post(&mfa, &[("mode", "OFF")]).await.is(200);
    browser.get(&url).await;
    browser.post(&url, &form("")).await.is(200);
    let factors = config_of(&house, &id).await;
    assert_eq!(factors["MfaConfiguration"], "OFF");
    assert_eq!(
        factors["WebAuthnConfiguration"]["RelyingPartyId"],
        Value::Null
    );
}

async fn config_of(house: &House, pool: &str) -> Value {
    let get = json!({ "UserPoolId": pool });
    house.app.ok("GetUserPoolMfaConfig", get).await
}
