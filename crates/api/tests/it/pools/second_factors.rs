//! Second factors of pools.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::{describe, refused};

#[tokio::test]
async fn second_factors_are_offered_and_demanded_together() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let get = async || {
        app.ok("GetUserPoolMfaConfig", json!({ "UserPoolId": pool }))
            .await
    };
    assert_eq!(get().await, json!({ "MfaConfiguration": "OFF" }));

    let mut wanted = json!({
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": { "Message": "Code {####}", "Subject": "Code" },
        "SmsMfaConfiguration": {
            "SmsAuthenticationMessage": "Code {####}",
            "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" },
        },
    });
    let shown = wanted.clone();
    wanted["UserPoolId"] = json!(pool);
    assert_eq!(app.ok("SetUserPoolMfaConfig", wanted).await, shown);
    assert_eq!(get().await, shown);
    let described = describe(&app, &pool).await;
    assert_eq!(described["MfaConfiguration"], "OPTIONAL");
    assert_eq!(
        described["SmsConfiguration"],
        shown["SmsMfaConfiguration"]["SmsConfiguration"]
    );

    // A factor that is left out goes; text messages need no second sender.
    let wanted = json!({ "UserPoolId": pool, "MfaConfiguration": "ON", "SmsMfaConfiguration": {} });
    app.ok("SetUserPoolMfaConfig", wanted).await;
    let shown = get().await;
    assert_eq!(shown["MfaConfiguration"], "ON");
    assert!(
        shown.get("SoftwareTokenMfaConfiguration").is_none()
            && shown.get("EmailMfaConfiguration").is_none()
    );
    assert_eq!(
        shown["SmsMfaConfiguration"]["SmsConfiguration"],
        described["SmsConfiguration"]
    );
}

#[tokio::test]
async fn second_factors_that_make_no_sense_are_refused() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let token = |enabled| json!({ "Enabled": enabled });
    for (settings, message) in [
        (
            json!({ "MfaConfiguration": "ON" }),
            "Invalid MFA configuration given, can't disable all MFAs and require MFA.",
        ),
        (
            json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token(false) }),
            "Invalid MFA configuration given, can't disable all MFAs and require MFA.",
        ),
        (
            json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": token(true) }),
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": {} }),
            "SmsConfiguration is required for SmsMfaConfiguration.",
        ),
        (
            json!({ "WebAuthnConfiguration": { "RelyingPartyId": "example.com" } }),
            "Passkeys (WebAuthnConfiguration) is not built yet in this version of Cabana.",
        ),
    ] {
        let mut body = settings;
        body["UserPoolId"] = json!(pool);
        refused(&app, "SetUserPoolMfaConfig", body, message).await;
    }
    let off = json!({ "UserPoolId": pool, "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": token(false) });
    let shown = app.ok("SetUserPoolMfaConfig", off).await;
    assert_eq!(shown["SoftwareTokenMfaConfiguration"], token(false));
}

#[tokio::test]
async fn updating_a_pool_follows_its_second_factors() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let sms = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
    let update = async |settings: Value| {
        let mut body = settings;
        body["UserPoolId"] = json!(pool);
        app.call("UpdateUserPool", body).await
    };
    let get = async || {
        app.ok("GetUserPoolMfaConfig", json!({ "UserPoolId": pool }))
            .await
    };

    // Text messages are what a pool offers that says nothing else.
    update(json!({ "MfaConfiguration": "ON", "SmsConfiguration": sms }))
        .await
        .ok();
    assert_eq!(get().await["SmsMfaConfiguration"]["SmsConfiguration"], sms);
    // Their sender stays, even where an update does not name it.
    update(json!({ "MfaConfiguration": "ON" })).await.ok();
    assert_eq!(get().await["SmsMfaConfiguration"]["SmsConfiguration"], sms);

    // One with software tokens needs no text messages.
    let token = json!({ "UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    app.ok("SetUserPoolMfaConfig", token).await;
    update(json!({ "MfaConfiguration": "OPTIONAL" })).await.ok();
    let shown = json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    assert_eq!(get().await, shown);
}
