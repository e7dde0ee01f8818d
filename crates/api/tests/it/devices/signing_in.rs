//! Sign-ins on a remembered device.

use std::sync::Arc;

use cabana_domain::PoolId;
use cabana_store::Page;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::{ADA, Ada, Kept, always};
use crate::auth::{PASSWORD, with_ada};
use crate::sessions::claims;
use crate::srp;

#[tokio::test]
async fn a_remembered_device_proves_itself_in_place_of_the_second_factor() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let body = ada.prove(&kept, &asked["Session"]).await.ok();
    assert_eq!(body["ChallengeParameters"], json!({}));
    let result = &body["AuthenticationResult"];
    assert!(result["NewDeviceMetadata"].is_null());
    let access = claims(&result["AccessToken"]);
    assert_eq!(access["device_key"], kept.key.as_str());
    // Another device, or none, meets the second factor.
    for key in [None, Some("us-east-1_00000000-0000-4000-8000-000000000000")] {
        let asked = ada.password(key).await.ok();
        assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    }
}

#[tokio::test]
async fn a_device_proves_itself_without_sessions_too() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let (_, claim) = ada.begin(&kept, &Value::Null).await.unwrap();
    ada.claim(&Value::Null, &claim).await.ok();
    // Used up.
    ada.claim(&Value::Null, &claim).await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    let refused = ada.begin(&kept, &Value::Null).await.unwrap_err();
    refused.refused(
        "InvalidParameterException",
        "Missing required parameter Session",
    );
}

/// Both steps of the password by SRP, with a device's key in either.
async fn srp(ada: &Ada, at_start: Option<&str>, with_claim: Option<&str>) -> (Value, Value) {
    let srp = ada.srp(PASSWORD);
    let mut parameters = json!({ "USERNAME": ADA, "SRP_A": srp.get_auth_parameters().a });
    if let Some(key) = at_start {
        parameters["DEVICE_KEY"] = json!(key);
    }
    let body = json!({
        "ClientId": ada.client.id, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters,
    });
    let begun = ada.app.ok("InitiateAuth", body).await;
    let mut answers = srp::answers(&srp, &begun);
    if let Some(key) = with_claim {
        answers["DEVICE_KEY"] = json!(key);
    }
    let answer = ada
        .respond("PASSWORD_VERIFIER", &Value::Null, answers.clone())
        .await;
    (answer.body, answers)
}

#[tokio::test]
async fn the_device_is_named_at_the_start_or_with_the_claim_and_an_unknown_one_is_sent_again() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let key = Some(kept.key.as_str());
    for (at_start, with_claim) in [(key, None), (None, key), (key, key)] {
        let (asked, _) = srp(&ada, at_start, with_claim).await;
        assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH", "{asked}");
        ada.prove(&kept, &asked["Session"]).await.ok();
    }
    let unknown = Some("us-east-1_00000000-0000-4000-8000-000000000000");
    let (asked, _) = srp(&ada, unknown, None).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let (refused, mut answers) = srp(&ada, unknown, unknown).await;
    assert_eq!(refused["__type"], "ResourceNotFoundException");
    assert_eq!(refused["message"], "Device does not exist.");
    // As clients do it: the same claim without the key.
    answers["DEVICE_KEY"] = Value::Null;
    let asked = ada
        .respond("PASSWORD_VERIFIER", &Value::Null, answers)
        .await
        .ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn a_device_on_which_no_second_factor_was_shown_meets_it_once_and_is_trusted_then() {
    let mut ada = Ada::new(always()).await;
    // Remembered after a sign-in with a password alone, before there was a second factor.
    let (kept, _) = ada.remembered().await;
    let on_device = async |ada: &Ada| ada.password(Some(&kept.key)).await.ok();
    let asked = on_device(&ada).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();

    ada.set_up_totp().await;
    let asked = on_device(&ada).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let asked = ada.totp(&asked["Session"], None).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();

    let asked = on_device(&ada).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();
}

#[tokio::test]
async fn a_device_that_is_no_longer_remembered_earns_its_trust_again() {
    let ada = Ada::with_totp(always()).await;
    let (kept, tokens) = ada.remembered().await;
    let access = &tokens["AccessToken"];
    ada.status(access, &kept.key, "not_remembered").await.ok();
    // The second factor, and no proof of the device, whose key stays the same.
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    ada.status(access, &kept.key, "remembered").await.ok();
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let asked = ada.totp(&asked["Session"], Some(&kept.key)).await.ok();
    let body = ada.prove(&kept, &asked["Session"]).await.ok();
    assert!(body["AuthenticationResult"]["NewDeviceMetadata"].is_null());
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
}

#[tokio::test]
async fn a_confirmed_device_that_is_not_remembered_keeps_its_key_and_asks_for_nothing() {
    let opt_in = json!({ "DeviceOnlyRememberedOnUserPrompt": true });
    let ada = Ada::with_totp(opt_in).await;
    let (kept, _) = ada.remembered().await;
    let asked = ada.password(None).await.ok();
    let body = ada.totp(&asked["Session"], Some(&kept.key)).await.ok();
    let result = &body["AuthenticationResult"];
    assert!(result["NewDeviceMetadata"].is_null());
    assert_eq!(
        claims(&result["AccessToken"])["device_key"],
        kept.key.as_str()
    );
}

#[tokio::test]
async fn a_pool_that_asks_for_factors_on_every_device_asks_for_both() {
    let ada = Ada::with_totp(json!({ "ChallengeRequiredOnNewDevice": false })).await;
    let (kept, _) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let asked = ada.totp(&asked["Session"], Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();
}

#[tokio::test]
async fn a_device_does_not_stand_in_for_setting_up_a_required_factor() {
    // Her user name is no address.
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, json!({}), json!({})).await;
    let app = Arc::new(app);
    let mut ada = Ada {
        app,
        pool,
        client,
        totp: None,
    };
    ada.configure(always()).await;
    ada.set_up_totp().await;
    let (kept, _) = ada.remembered().await;
    let token = json!({ "Enabled": true });
    let by_administrator = json!([{ "Name": "admin_only", "Priority": 1 }]);
    let recovery = json!({ "UserPoolId": ada.pool, "DeviceConfiguration": always(),
        "AccountRecoverySetting": { "RecoveryMechanisms": by_administrator } });
    ada.app.ok("UpdateUserPool", recovery).await;
    let on = json!({ "UserPoolId": ada.pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": token,
        "EmailMfaConfiguration": {} });
    ada.app.ok("SetUserPoolMfaConfig", on).await;
    let named = json!({ "UserPoolId": ada.pool, "Username": ADA });
    ada.app.ok("AdminDeleteSoftwareToken", named).await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    // Nor for the code that proves an address.
    let given = json!({ "email": "ada@example.net" });
    let asked = ada.respond("MFA_SETUP", &asked["Session"], given).await;
    let asked = asked.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = json!({ "EMAIL_OTP_CODE": ada.app.code_sent_to("ada@example.net").await });
    let asked = ada.respond("EMAIL_OTP", &asked["Session"], code).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();
    let asked = ada.password(None).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn a_new_password_comes_before_the_device() {
    let ada = Ada::new(always()).await;
    let (kept, _) = ada.remembered().await;
    let body = json!({ "UserPoolId": ada.pool, "Username": ADA, "Password": PASSWORD, "Permanent": false });
    ada.app.ok("AdminSetUserPassword", body).await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let answers = json!({ "NEW_PASSWORD": "Another-Horse-2" });
    let asked = ada
        .respond("NEW_PASSWORD_REQUIRED", &asked["Session"], answers)
        .await
        .ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();
}

#[tokio::test]
async fn what_happens_to_a_device_is_told_with_its_key() {
    let ada = Ada::with_totp(always()).await;
    let (kept, tokens) = ada.remembered().await;
    let access = &tokens["AccessToken"];
    let asked = ada.password(Some(&kept.key)).await.ok();
    let wrong = Kept {
        secret: "another".to_owned(),
        ..kept.clone()
    };
    let refused = ada.prove(&wrong, &asked["Session"]).await;
    refused.refused("NotAuthorizedException", "Incorrect username or password.");
    ada.app.advance(cabana_domain::Span::seconds(1));
    ada.prove(&kept, &asked["Session"]).await.ok();
    ada.app.advance(cabana_domain::Span::seconds(1));
    ada.status(access, &kept.key, "not_remembered").await.ok();
    ada.app.advance(cabana_domain::Span::seconds(1));
    let body = json!({ "AccessToken": access, "DeviceKey": kept.key });
    ada.app.ok("ForgetDevice", body).await;
    let page = Page {
        limit: 100,
        after: None,
    };
    let pool = PoolId::new(ada.pool.as_str());
    let events = ada.app.api.store.events(&pool, None, page).await.unwrap();
    let told: Vec<_> = events
        .items
        .iter()
        .filter(|event| event.detail.device.as_deref() == Some(kept.key.as_str()))
        .map(|event| {
            let methods: Vec<_> = event
                .detail
                .methods
                .0
                .iter()
                .map(|it| it.as_str())
                .collect();
            let refused = event.refused.clone().unwrap_or_default();
            format!("{} {refused}{}", event.kind.as_str(), methods.join("+"))
        })
        .collect();
    let expected = [
        "forget_device ",
        "update_device ",
        "sign_in pwd+device",
        "sign_in wrong_device",
        "confirm_device ",
        "sign_in pwd+otp",
    ];
    // Newest first; the sign-in and the confirmation are of one instant.
    let mut told = told;
    told[4..].sort();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_device_follows_whatever_first_factor_was_chosen() {
    let ada = Ada::choosing().await;
    let (kept, _) = ada.remembered().await;
    let key = json!(kept.key);
    // The password with the first request.
    let more =
        json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD, "DEVICE_KEY": key });
    let asked = ada.choose(ADA, more).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();
    // A code, with the device at the start, or with the code.
    for at_start in [true, false] {
        let mut more = json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" });
        if at_start {
            more["DEVICE_KEY"] = key.clone();
        }
        let asked = ada.choose(ADA, more).await.ok();
        assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
        let mut answers = json!({ "EMAIL_OTP_CODE": ada.app.code_sent_to(ADA).await });
        if !at_start {
            answers["DEVICE_KEY"] = key.clone();
        }
        let asked = ada.respond("EMAIL_OTP", &asked["Session"], answers).await;
        let asked = asked.ok();
        assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH", "{at_start}");
        ada.prove(&kept, &asked["Session"]).await.ok();
        ada.app.advance(cabana_domain::Span::seconds(1));
    }
    // The password by SRP.
    let srp = ada.srp(PASSWORD);
    let more = json!({
        "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp.get_auth_parameters().a, "DEVICE_KEY": key,
    });
    let begun = ada.choose(ADA, more).await.ok();
    let answers = srp::answers(&srp, &begun);
    let asked = ada
        .respond("PASSWORD_VERIFIER", &Value::Null, answers)
        .await;
    let asked = asked.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(&kept, &asked["Session"]).await.ok();
}

#[tokio::test]
async fn before_a_first_factor_nobody_learns_whose_a_device_is() {
    let ada = Ada::choosing().await;
    let (kept, _) = ada.remembered().await;
    for name in [ADA, "nobody@example.org"] {
        let asked = ada.choose(name, json!({ "DEVICE_KEY": kept.key })).await;
        let asked = asked.ok();
        assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
        for challenge in ["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"] {
            let answers = json!({
                "USERNAME": name, "DEVICE_KEY": kept.key, "SRP_A": "abcdef", "TIMESTAMP": "Tue Sep 5 07:05:09 UTC 2023",
                "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA", "PASSWORD_CLAIM_SIGNATURE": "AAAA",
            });
            let refused = ada.respond(challenge, &asked["Session"], answers).await;
            assert_eq!(refused.kind(), "NotAuthorizedException", "{name}");
            let expected = match challenge {
                "DEVICE_SRP_AUTH" => "Invalid session for the user.",
                _ => "Incorrect username or password.",
            };
            assert_eq!(refused.message(), expected, "{name}");
        }
        let answers = json!({
            "USERNAME": name, "ANSWER": "PASSWORD", "PASSWORD": "Wrong-horse1", "DEVICE_KEY": kept.key,
        });
        let refused = ada
            .respond("SELECT_CHALLENGE", &asked["Session"], answers)
            .await;
        refused.refused("NotAuthorizedException", "Incorrect username or password.");
    }
}
