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

    // An omitted factor is removed, except for text messages, which keep their sender.
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
    let together =
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
    for (settings, message) in [
        (
            json!({ "MfaConfiguration": "ON" }),
            "Invalid MFA configuration given, can't disable all MFAs and require MFA.",
        ),
        (
            json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token(false) }),
            "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
        ),
        (
            json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": token(true) }),
            together,
        ),
        (
            json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": token(false) }),
            together,
        ),
        (
            json!({ "SoftwareTokenMfaConfiguration": token(false) }),
            together,
        ),
        (
            json!({ "MfaConfiguration": "OFF", "EmailMfaConfiguration": { "Message": "{####}" } }),
            together,
        ),
        (
            json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": {} }),
            "SmsConfiguration is required for SmsMfaConfiguration.",
        ),
        (
            json!({ "MfaConfiguration": "OPTIONAL", "WebAuthnConfiguration": {} }),
            "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
        ),
        (
            json!({ "WebAuthnConfiguration": { "RelyingPartyId": "https://example.com" } }),
            "RelyingPartyId must be a domain name.",
        ),
        (
            json!({ "WebAuthnConfiguration": { "RelyingPartyId": "127.0.0.1" } }),
            "RelyingPartyId must be a domain name.",
        ),
    ] {
        let mut body = settings;
        body["UserPoolId"] = json!(pool);
        refused(&app, "SetUserPoolMfaConfig", body, message).await;
    }
    // An empty block changes nothing.
    let off = json!({ "UserPoolId": pool, "MfaConfiguration": "OFF", "EmailMfaConfiguration": {} });
    let shown = app.ok("SetUserPoolMfaConfig", off).await;
    assert_eq!(shown, json!({ "MfaConfiguration": "OFF" }));
}

#[tokio::test]
async fn text_messages_stay_a_factor_until_there_is_none() {
    let app = TestApp::new();
    let sms = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
    let pool = app.pool(json!({ "SmsConfiguration": sms })).await;
    let set = async |settings: Value| {
        let mut body = settings;
        body["UserPoolId"] = json!(pool);
        app.ok("SetUserPoolMfaConfig", body).await
    };
    let token = json!({ "Enabled": true });
    set(json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": {}, "SoftwareTokenMfaConfiguration": token }))
        .await;
    let without = json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": token });
    let shown = set(without.clone()).await;
    assert_eq!(shown["SmsMfaConfiguration"]["SmsConfiguration"], sms);
    let get = json!({ "UserPoolId": pool });
    assert_eq!(app.ok("GetUserPoolMfaConfig", get).await, shown);
    set(json!({ "MfaConfiguration": "OFF" })).await;
    let mut expected = without.clone();
    expected["SoftwareTokenMfaConfiguration"] = token.clone();
    assert_eq!(set(without).await, expected);
}

#[tokio::test]
async fn codes_by_mail_need_a_server_that_sends_mail() {
    let app = TestApp::without_mail();
    let identity = "arn:aws:ses:us-east-1:000000000000:identity/us@example.com";
    let own = json!({ "EmailSendingAccount": "DEVELOPER", "SourceArn": identity });
    for (sender, message) in [
        (
            json!({}),
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of \
             COGNITO_DEFAULT",
        ),
        (
            own,
            "Cannot set EmailMfaConfiguration: this server has no transport for EMAIL messages.",
        ),
    ] {
        let pool = app.pool(json!({ "EmailConfiguration": sender })).await;
        let mut body = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
        refused(&app, "SetUserPoolMfaConfig", body.clone(), message).await;
        // Contradictions are reported first.
        body["MfaConfiguration"] = json!("OFF");
        body["EmailMfaConfiguration"] = json!({ "Subject": "Code", "Message": "{####}" });
        refused(
            &app,
            "SetUserPoolMfaConfig",
            body,
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        )
        .await;
    }
}

#[tokio::test]
async fn a_pool_without_a_factor_cannot_demand_one_by_an_update() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for (mode, message) in [
        (
            "ON",
            "Cannot turn MFA functionality ON, once the user pool has been created.",
        ),
        (
            "OPTIONAL",
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
    ] {
        let body = json!({ "UserPoolId": pool, "MfaConfiguration": mode });
        refused(&app, "UpdateUserPool", body, message).await;
    }
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

    // Text messages are the default factor of a pool.
    update(json!({ "MfaConfiguration": "ON", "SmsConfiguration": sms }))
        .await
        .ok();
    assert_eq!(get().await["SmsMfaConfiguration"]["SmsConfiguration"], sms);
    // Their sender is kept, even if an update does not name it.
    update(json!({ "MfaConfiguration": "ON" })).await.ok();
    assert_eq!(get().await["SmsMfaConfiguration"]["SmsConfiguration"], sms);

    // Others are added beside them, and an update keeps both.
    let token = json!({ "UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    app.ok("SetUserPoolMfaConfig", token).await;
    update(json!({ "MfaConfiguration": "OPTIONAL" })).await.ok();
    let shown = json!({
        "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "SmsMfaConfiguration": { "SmsConfiguration": sms },
    });
    assert_eq!(get().await, shown);
}

#[tokio::test]
async fn codes_that_sign_in_by_themselves_do_not_go_with_a_required_factor_in_either_order() {
    let refusal = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled";
    let app = TestApp::new();
    let codes = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["EMAIL_OTP", "PASSWORD"] } });
    let mfa = |pool: &str, mode: &str| {
        json!({ "UserPoolId": pool, "MfaConfiguration": mode,
            "SoftwareTokenMfaConfiguration": { "Enabled": true } })
    };
    let pool = app.pool(Value::Null).await;
    app.ok("SetUserPoolMfaConfig", mfa(&pool, "ON")).await;
    let body = json!({ "UserPoolId": pool, "Policies": codes });
    refused(&app, "UpdateUserPool", body.clone(), refusal).await;
    app.ok("SetUserPoolMfaConfig", mfa(&pool, "OPTIONAL")).await;
    app.ok("UpdateUserPool", body).await;
    refused(&app, "SetUserPoolMfaConfig", mfa(&pool, "ON"), refusal).await;
    let on = json!({ "UserPoolId": pool, "MfaConfiguration": "ON" });
    refused(&app, "UpdateUserPool", on, refusal).await;
    // An update of something else keeps the list, in its order.
    let name = json!({ "UserPoolId": pool, "PoolName": "other" });
    app.ok("UpdateUserPool", name).await;
    let shown = describe(&app, &pool).await;
    assert_eq!(shown["Policies"]["SignInPolicy"], codes["SignInPolicy"]);
}
