//! A pool's settings of passkeys, and its relying party.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::{Ada, allow, refused, token};
use crate::auth::with_ada;

#[tokio::test]
async fn settings_of_passkeys_are_read_back_as_they_were_set() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let set = async |mut settings: Value| {
        settings["UserPoolId"] = json!(pool);
        app.ok("SetUserPoolMfaConfig", settings).await
    };
    let single = json!({ "FactorConfiguration": "SINGLE_FACTOR" });
    let shown = set(json!({ "WebAuthnConfiguration": {} })).await;
    assert_eq!(
        shown,
        json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": single })
    );
    let whole = json!({
        "RelyingPartyId": "example.com",
        "UserVerification": "required",
        "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
    });
    let shown = set(json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": whole })).await;
    assert_eq!(shown["WebAuthnConfiguration"], whole);
    let get = json!({ "UserPoolId": pool });
    assert_eq!(app.ok("GetUserPoolMfaConfig", get.clone()).await, shown);
    // An update of the pool keeps them.
    app.ok("UpdateUserPool", get.clone()).await;
    assert_eq!(app.ok("GetUserPoolMfaConfig", get).await, shown);
    // A call about second factors keeps the relying party, so that it strands no passkey.
    let token = json!({ "Enabled": true });
    let shown =
        set(json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token }))
            .await;
    let kept = json!({
        "RelyingPartyId": "example.com",
        "UserVerification": "required",
        "FactorConfiguration": "SINGLE_FACTOR",
    });
    assert_eq!(shown["WebAuthnConfiguration"], kept);
    let preferred = json!({ "UserVerification": "preferred" });
    let shown = set(json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": preferred })).await;
    let expected =
        json!({ "UserVerification": "preferred", "FactorConfiguration": "SINGLE_FACTOR" });
    assert_eq!(shown["WebAuthnConfiguration"], expected);
}

#[tokio::test]
async fn passkeys_of_a_pool_that_requires_two_factors_are_two() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    allow(&app, &pool).await;
    let on = |passkeys: Value| {
        json!({
            "UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "WebAuthnConfiguration": passkeys,
        })
    };
    for passkeys in [
        Value::Null,
        json!({}),
        json!({ "FactorConfiguration": "SINGLE_FACTOR" }),
    ] {
        app.call("SetUserPoolMfaConfig", on(passkeys)).await.refused(
            "InvalidParameterException",
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed \
             first auth factor",
        );
    }
    let multi = json!({ "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" });
    app.ok("SetUserPoolMfaConfig", on(multi)).await;
    app.ok("UpdateUserPool", json!({ "UserPoolId": pool }))
        .await;
}

#[tokio::test]
async fn the_relying_party_is_the_setting_or_the_custom_domain_or_the_prefix_or_the_server() {
    let ada = Ada::new().await;
    let of_options = async || ada.start().await["rp"]["id"].clone();
    assert_eq!(of_options().await, "localhost");
    let prefix = json!({ "UserPoolId": ada.pool, "Domain": "shop" });
    ada.app.ok("CreateUserPoolDomain", prefix).await;
    assert_eq!(of_options().await, "shop.auth.us-east-1.localhost");
    let custom = json!({
        "UserPoolId": ada.pool, "Domain": "login.example.com",
        "CustomDomainConfig": { "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/1" },
    });
    ada.app.ok("CreateUserPoolDomain", custom).await;
    assert_eq!(of_options().await, "login.example.com");
    let own = json!({ "UserPoolId": ada.pool, "WebAuthnConfiguration": { "RelyingPartyId": "example.com" } });
    ada.app.ok("SetUserPoolMfaConfig", own).await;
    assert_eq!(of_options().await, "example.com");
}

#[tokio::test]
async fn a_server_at_an_address_needs_a_relying_party() {
    let mut app = TestApp::new();
    let api = std::sync::Arc::get_mut(&mut app.api).unwrap();
    api.settings.public_url = "http://192.0.2.7:9229".to_owned();
    let (pool, client) = with_ada(&app, json!({}), json!({})).await;
    allow(&app, &pool).await;
    let start = json!({ "AccessToken": token(&app, &client).await });
    app.call("StartWebAuthnRegistration", start.clone())
        .await
        .refused(
            "WebAuthnConfigurationMissingException",
            "The user pool has no relying party ID and no domain.",
        );
    let own =
        json!({ "UserPoolId": pool, "WebAuthnConfiguration": { "RelyingPartyId": "example.com" } });
    app.ok("SetUserPoolMfaConfig", own).await;
    app.ok("StartWebAuthnRegistration", start).await;
}

#[tokio::test]
async fn a_pool_without_passkeys_registers_none() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, json!({}), json!({})).await;
    let token = token(&app, &client).await;
    let off = (
        "WebAuthnNotEnabledException",
        "WEB_AUTHN is not an allowed first auth factor of this user pool.",
    );
    let start = json!({ "AccessToken": token });
    refused(
        &app.call("StartWebAuthnRegistration", start.clone()).await,
        off,
    );
    let complete = json!({ "AccessToken": token, "Credential": {} });
    refused(
        &app.call("CompleteWebAuthnRegistration", complete).await,
        off,
    );
    app.ok("ListWebAuthnCredentials", start.clone()).await;
    allow(&app, &pool).await;
    app.ok("StartWebAuthnRegistration", start).await;
}
