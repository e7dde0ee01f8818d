//! Use of an address: as a second factor or for account recovery, never for both; and a temporary password changes
//! none.

use cabana_domain::PoolId;
use cabana_domain::pool::Pool;
use cabana_store::Change;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene};

const PHONE: &str = "+14155550100";

fn recovery(ways: &[&str]) -> Value {
    let ranked = ways.iter().zip(1..);
    let ways: Vec<_> = ranked
        .map(|(name, priority)| json!({ "Name": name, "Priority": priority }))
        .collect();
    json!({ "RecoveryMechanisms": ways })
}

/// A pool with user names and these recovery mechanisms.
async fn scene(ways: &[&str]) -> Scene {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"],
        "AccountRecoverySetting": recovery(ways),
    });
    Scene::new(pool, json!({ "PreventUserExistenceErrors": "LEGACY" })).await
}

async fn ann(scene: &Scene) {
    let attributes = json!({ "email": ANN, "email_verified": "true" });
    scene.user("ann", attributes).await;
}

/// Second factors: authenticator app, mail and text message.
async fn factors(scene: &Scene, mode: &str) -> Answer {
    let sender = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
    let config = json!({
        "MfaConfiguration": mode,
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": { "Message": "Your code is {####}", "Subject": "Code" },
        "SmsMfaConfiguration": { "SmsConfiguration": sender },
    });
    scene.admin("SetUserPoolMfaConfig", config).await
}

async fn forgot(scene: &Scene) -> Answer {
    let named = json!({ "Username": "ann" });
    scene.public("ForgotPassword", named).await
}

#[tokio::test]
async fn a_temporary_password_moves_no_address() {
    let scene = scene(&["verified_phone_number", "verified_email"]).await;
    factors(&scene, "OPTIONAL").await.ok();
    let attributes = json!({ "email": ANN, "email_verified": "true", "phone_number": PHONE });
    scene.user("ann", attributes).await;
    let on =
        json!({ "Username": "ann", "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    scene.admin("AdminSetUserMFAPreference", on).await.ok();
    let temporary = json!({ "Username": "ann", "Password": "Temporary-1", "Permanent": false });
    scene.admin("AdminSetUserPassword", temporary).await.ok();
    let asked = scene.sign_in("ann", "Temporary-1").await.ok();
    let answer = async |name: &str, value: &str| {
        let mut responses = json!({ "USERNAME": "ann", "NEW_PASSWORD": PASSWORD });
        responses[name] = json!(value);
        let body = json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
            "ChallengeResponses": responses,
        });
        scene.public("RespondToAuthChallenge", body).await
    };
    for (name, value) in [
        ("email", "thief@example.com"),
        ("email", ANN),
        ("phone_number", "+14155550199"),
        ("phone_number", PHONE),
    ] {
        let refused = answer(&format!("userAttributes.{name}"), value).await;
        let text = format!("Cannot modify an already provided {name}");
        refused.refused("NotAuthorizedException", &text);
    }
    for flag in ["email_verified", "phone_number_verified"] {
        let refused = answer(&format!("userAttributes.{flag}"), "true").await;
        let text = format!("Cannot modify the non-mutable attribute {flag}");
        refused.refused("InvalidParameterException", &text);
    }
    let asked = answer("userAttributes.name", "Ann").await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    assert_eq!(scene.app.mailbox().await[0].to, ANN);
}

#[tokio::test]
async fn a_temporary_password_adds_no_second_factor_beside_the_one_that_is_there() {
    const MAIL: (&str, &str) = ("email", "thief@example.com");
    const TEXT: (&str, &str) = ("phone_number", "+14155550199");
    const GENERATOR: (&str, &str) = ("", "");
    for (mode, has, on, given, next) in [
        ("ON", TEXT, "", MAIL, "SMS_MFA"),
        ("ON", MAIL, "", TEXT, "EMAIL_OTP"),
        ("ON", TEXT, "EmailMfaSettings", MAIL, "SMS_MFA"),
        ("ON", GENERATOR, "", MAIL, ""),
        ("OPTIONAL", GENERATOR, "EmailMfaSettings", MAIL, ""),
    ] {
        let scene = scene(&["admin_only"]).await;
        factors(&scene, mode).await.ok();
        scene.user("ann", json!({ "email": ANN })).await;
        if !on.is_empty() {
            let wish = json!({ "Username": "ann", on: { "Enabled": true } });
            scene.admin("AdminSetUserMFAPreference", wish).await.ok();
        }
        let without = json!({ "Username": "ann", "UserAttributeNames": ["email"] });
        scene.admin("AdminDeleteUserAttributes", without).await.ok();
        if !has.0.is_empty() {
            let one = json!([{ "Name": has.0, "Value": has.1 }]);
            let own = json!({ "Username": "ann", "UserAttributes": one });
            scene.admin("AdminUpdateUserAttributes", own).await.ok();
        }
        let temporary = json!({ "Username": "ann", "Password": "Temporary-1", "Permanent": false });
        scene.admin("AdminSetUserPassword", temporary).await.ok();
        let asked = scene.sign_in("ann", "Temporary-1").await.ok();
        let answer = async |given: Option<(&str, &str)>| {
            let mut responses = json!({ "USERNAME": "ann", "NEW_PASSWORD": PASSWORD });
            if let Some((name, value)) = given {
                responses[format!("userAttributes.{name}")] = json!(value);
            }
            let body = json!({
                "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
                "ChallengeResponses": responses,
            });
            scene.public("RespondToAuthChallenge", body).await
        };
        let added = answer(Some(given)).await;
        if next.is_empty() {
            // A user without a factor sets their first one: invitations need that.
            assert_eq!(added.ok()["ChallengeName"], "EMAIL_OTP", "{mode}");
            continue;
        }
        let text = format!(
            "Cannot add {} before a second factor has been presented",
            given.0
        );
        added.refused("NotAuthorizedException", &text);
        let asked = answer(None).await.ok();
        assert_eq!(asked["ChallengeName"], next, "{mode}");
    }
}

#[tokio::test]
async fn the_address_that_recovers_an_account_first_is_no_second_factor_by_itself() {
    let scene = scene(&["verified_email", "verified_phone_number"]).await;
    factors(&scene, "ON").await.ok();
    ann(&scene).await;
    let asked = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    forgot(&scene).await.ok();
    assert_eq!(scene.app.mailbox().await[0].to, ANN);
}

#[tokio::test]
async fn an_address_that_is_asked_as_a_second_factor_recovers_no_account() {
    let scene = scene(&["verified_phone_number", "verified_email"]).await;
    factors(&scene, "ON").await.ok();
    ann(&scene).await;
    let asked = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let refused = forgot(&scene).await;
    assert_eq!(refused.kind(), "InvalidParameterException");
}

#[tokio::test]
async fn an_address_that_its_user_made_a_second_factor_recovers_no_account() {
    let scene = scene(&["verified_email", "verified_phone_number"]).await;
    factors(&scene, "OPTIONAL").await.ok();
    ann(&scene).await;
    forgot(&scene).await.ok();
    let on = json!({ "Username": "ann", "EmailMfaSettings": { "Enabled": true } });
    scene.admin("AdminSetUserMFAPreference", on).await.ok();
    let asked = scene.sign_in("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let refused = forgot(&scene).await;
    assert_eq!(refused.kind(), "InvalidParameterException");
}

#[tokio::test]
async fn a_pool_that_recovers_by_mail_alone_has_no_codes_by_mail_as_a_factor() {
    let text = "EmailMfaConfiguration can not be combined with verified_email as the only recovery mechanism.";
    let by_mail = scene(&["verified_email"]).await;
    let refused = factors(&by_mail, "OPTIONAL").await;
    refused.refused("InvalidParameterException", text);
    let other = scene(&["verified_email", "verified_phone_number"]).await;
    factors(&other, "OPTIONAL").await.ok();
    let update = json!({ "AccountRecoverySetting": recovery(&["verified_email"]) });
    let refused = other.admin("UpdateUserPool", update).await;
    refused.refused("InvalidParameterException", text);
}

#[tokio::test]
async fn an_unconfirmed_account_says_so_before_its_password_only_where_existence_is_told() {
    for (existence, wrong) in [
        ("LEGACY", "UserNotConfirmedException"),
        ("ENABLED", "NotAuthorizedException"),
    ] {
        let client = json!({ "PreventUserExistenceErrors": existence });
        let scene = Scene::new(Value::Null, client).await;
        scene.sign_up(ANN, json!({})).await.ok();
        assert_eq!(scene.sign_in(ANN, "Wrong-Horse-1").await.kind(), wrong);
        let right = scene.sign_in(ANN, PASSWORD).await;
        right.refused("UserNotConfirmedException", "User is not confirmed.");
        let by_admin = json!({
            "ClientId": scene.client.id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": ANN, "PASSWORD": "Wrong-Horse-1" },
        });
        let answer = scene.admin("AdminInitiateAuth", by_admin).await;
        assert_eq!(answer.kind(), wrong, "{existence}");
        let srp = json!({ "AuthFlow": "USER_SRP_AUTH", "AuthParameters": { "USERNAME": ANN, "SRP_A": "02" } });
        let answer = scene.public("InitiateAuth", srp).await;
        match existence {
            "LEGACY" => assert_eq!(answer.kind(), wrong),
            _ => assert_eq!(answer.ok()["ChallengeName"], "PASSWORD_VERIFIER"),
        }
    }
}

#[tokio::test]
async fn a_pool_that_an_earlier_build_let_through_changes_in_everything_else() {
    let scene = scene(&["verified_email", "verified_phone_number"]).await;
    factors(&scene, "OPTIONAL").await.ok();
    let store = &scene.app.api.store;
    let stored = store.pool(&PoolId::new(&scene.pool)).await.unwrap();
    let mut pool = Pool::clone(&stored.unwrap());
    let ways = pool.settings.account_recovery_setting.as_mut().unwrap();
    ways.recovery_mechanisms.as_mut().unwrap().truncate(1);
    let change = Change::UpdatePool(Box::new(pool));
    store.apply(vec![change]).await.unwrap();
    let about_else = json!({ "AutoVerifiedAttributes": ["email"], "DeletionProtection": "ACTIVE" });
    scene.admin("UpdateUserPool", about_else).await.ok();
    let ways = json!({ "AccountRecoverySetting": recovery(&["verified_phone_number"]) });
    scene.admin("UpdateUserPool", ways).await.ok();
    let back = json!({ "AccountRecoverySetting": recovery(&["verified_email"]) });
    let refused = scene.admin("UpdateUserPool", back).await;
    assert_eq!(refused.kind(), "InvalidParameterException");
}
