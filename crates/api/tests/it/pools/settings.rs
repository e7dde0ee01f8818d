//! Settings of pools: defaults, updates, rules.

use cabana_domain::{PoolId, Span};
use cabana_testkit::{START, TestApp};
use serde_json::{Value, json};

use super::{describe, refused};

#[tokio::test]
async fn a_new_pool_has_cognitos_defaults() {
    let app = TestApp::new();
    let made = app
        .ok("CreateUserPool", json!({ "PoolName": "My pool" }))
        .await;
    insta::assert_json_snapshot!(made);
    let id = made["UserPool"]["Id"].as_str().unwrap();
    assert_eq!(describe(&app, id).await, made["UserPool"]);
    let keys = app.api.store.signing_keys(&PoolId::new(id)).await.unwrap();
    assert_eq!(keys.len(), 2);
}

#[tokio::test]
async fn everything_that_can_be_set_is_shown() {
    let app = TestApp::new();
    let wanted = json!({
        "PoolName": "full",
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] },
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": true,
            "InviteMessageTemplate": { "EmailMessage": "{username} {####}", "EmailSubject": "Hello" },
        },
        "AliasAttributes": ["email", "preferred_username"],
        "AutoVerifiedAttributes": ["email"],
        "DeletionProtection": "ACTIVE",
        "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER",
            "From": "Us <us@example.com>",
            "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/us@example.com",
        },
        "MfaConfiguration": "OPTIONAL",
        "Policies": { "PasswordPolicy": {
            "MinimumLength": 12,
            "PasswordHistorySize": 3,
            "RequireLowercase": false,
            "RequireNumbers": false,
            "RequireSymbols": false,
            "RequireUppercase": false,
            "TemporaryPasswordValidityDays": 2,
        } },
        "SmsAuthenticationMessage": "Code {####}",
        "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "x" },
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        "UserPoolTags": { "team": "a" },
        "UserPoolTier": "PLUS",
        "UsernameConfiguration": { "CaseSensitive": false },
        "VerificationMessageTemplate": {
            "DefaultEmailOption": "CONFIRM_WITH_LINK",
            "EmailMessageByLink": "{##Click##}",
            "SmsMessage": "Your code is {####}",
        },
    });
    let made = app.ok("CreateUserPool", wanted.clone()).await["UserPool"].clone();
    for (name, value) in wanted.as_object().unwrap() {
        match name.as_str() {
            "PoolName" => assert_eq!(made["Name"], *value),
            "Policies" => assert_eq!(made[name]["PasswordPolicy"], value["PasswordPolicy"]),
            "AdminCreateUserConfig" => assert_eq!(
                made[name]["InviteMessageTemplate"],
                value["InviteMessageTemplate"]
            ),
            _ => assert_eq!(made[name], *value, "{name}"),
        }
    }
    assert_eq!(
        made["AdminCreateUserConfig"]["UnusedAccountValidityDays"],
        2
    );
    assert_eq!(made["SmsVerificationMessage"], "Your code is {####}");
}

#[tokio::test]
async fn an_update_about_something_else_leaves_second_factors_and_protection_alone() {
    let app = TestApp::new();
    let pool = app.pool(json!({ "DeletionProtection": "ACTIVE" })).await;
    let factors = json!({
        "UserPoolId": pool, "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
    });
    app.ok("SetUserPoolMfaConfig", factors).await;
    app.advance(Span::seconds(5));
    for settings in [
        json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } }),
        json!({ "AutoVerifiedAttributes": ["email"] }),
        json!({ "PoolName": "renamed" }),
    ] {
        let mut body = settings;
        body["UserPoolId"] = json!(pool);
        assert_eq!(app.ok("UpdateUserPool", body).await, json!({}));
    }
    let named = json!({ "UserPoolId": pool });
    assert_eq!(
        app.ok("GetUserPoolMfaConfig", named.clone()).await,
        json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } })
    );
    let shown = describe(&app, &pool).await;
    assert_eq!(shown["MfaConfiguration"], "ON");
    assert_eq!(shown["DeletionProtection"], "ACTIVE");
    assert_eq!(
        shown["LastModifiedDate"],
        START.after(Span::seconds(5)).seconds()
    );
    refused(
        &app,
        "DeleteUserPool",
        named,
        "The user pool cannot be deleted because deletion protection is activated. \
         Deletion protection must be inactivated first.",
    )
    .await;
}

#[tokio::test]
async fn each_half_of_the_policies_and_nothing_of_them_leaves_the_password_policy_alone() {
    let app = TestApp::new();
    let policy = json!({
        "MinimumLength": 20, "RequireLowercase": false, "RequireNumbers": true,
        "RequireSymbols": false, "RequireUppercase": false, "TemporaryPasswordValidityDays": 2,
    });
    let pool = app
        .pool(json!({ "Policies": { "PasswordPolicy": policy } }))
        .await;
    for settings in [
        json!({}),
        json!({ "Policies": {} }),
        json!({ "Policies": { "SignInPolicy": {} } }),
        json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } } }),
        json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } }),
    ] {
        let mut body = settings;
        body["UserPoolId"] = json!(pool);
        app.ok("UpdateUserPool", body).await;
        let shown = describe(&app, &pool).await;
        assert_eq!(shown["Policies"]["PasswordPolicy"], policy);
        assert_eq!(
            shown["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"],
            json!(["PASSWORD"])
        );
    }
}

#[tokio::test]
async fn a_rule_that_a_password_policy_leaves_out_is_not_demanded() {
    let app = TestApp::new();
    let policy = json!({ "MinimumLength": 8, "RequireLowercase": true, "RequireNumbers": true });
    let pool = app
        .pool(json!({ "Policies": { "PasswordPolicy": policy } }))
        .await;
    let shown = describe(&app, &pool).await["Policies"]["PasswordPolicy"].clone();
    assert_eq!(shown["RequireUppercase"], false);
    assert_eq!(shown["RequireSymbols"], false);
    let client = app.client(&pool, json!({})).await;
    let body = json!({ "ClientId": client.id, "Username": "ann", "Password": "lowercase1" });
    app.ok("SignUp", body).await;
}

#[tokio::test]
async fn a_change_that_waits_for_a_verification_needs_one() {
    let app = TestApp::new();
    let waiting = json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] });
    let text = "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes";
    let body = json!({ "PoolName": "x", "UserAttributeUpdateSettings": waiting });
    refused(&app, "CreateUserPool", body, text).await;
    let verified = json!(["email", "phone_number"]);
    let pool = app
        .pool(json!({ "UserAttributeUpdateSettings": waiting, "AutoVerifiedAttributes": verified }))
        .await;
    let before = describe(&app, &pool).await;
    for about in [
        json!({}),
        json!({ "AutoVerifiedAttributes": ["phone_number"] }),
    ] {
        let mut body = about;
        body["UserPoolId"] = json!(pool);
        refused(&app, "UpdateUserPool", body, text).await;
        assert_eq!(describe(&app, &pool).await, before);
    }
    let body = json!({ "UserPoolId": pool, "AutoVerifiedAttributes": ["email"] });
    app.ok("UpdateUserPool", body).await;
    let shown = describe(&app, &pool).await;
    assert_eq!(shown["UserAttributeUpdateSettings"], waiting);
}

#[tokio::test]
async fn the_life_of_temporary_passwords_is_given_by_one_name_or_not_at_all() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let said = |policy: Value, admin: Value| {
        json!({
            "UserPoolId": pool, "PoolName": "x",
            "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": policy } },
            "AdminCreateUserConfig": { "UnusedAccountValidityDays": admin },
        })
    };
    let text = "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays";
    refused(&app, "CreateUserPool", said(json!(3), json!(3)), text).await;
    refused(&app, "UpdateUserPool", said(json!(3), json!(4)), text).await;
    for (policy, admin, days) in [
        (json!(3), Value::Null, 3),
        (Value::Null, json!(4), 4),
        (json!(5), json!(0), 5),
        (json!(0), json!(6), 6),
        (json!(0), json!(0), 7),
        (json!(0), Value::Null, 7),
    ] {
        let shown = app
            .ok("CreateUserPool", said(policy.clone(), admin.clone()))
            .await["UserPool"]
            .clone();
        app.ok("UpdateUserPool", said(policy, admin)).await;
        for shown in [shown, describe(&app, &pool).await] {
            let policy = &shown["Policies"]["PasswordPolicy"];
            assert_eq!(policy["TemporaryPasswordValidityDays"], days);
            let admin = &shown["AdminCreateUserConfig"];
            assert_eq!(admin["UnusedAccountValidityDays"], days);
        }
    }
    let body =
        json!({ "UserPoolId": pool, "AdminCreateUserConfig": { "UnusedAccountValidityDays": 9 } });
    app.ok("UpdateUserPool", body).await;
    let shown = describe(&app, &pool).await;
    assert_eq!(
        shown["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"],
        9
    );
}

#[tokio::test]
async fn the_older_name_of_a_text_stands_beside_a_text_with_a_link() {
    let app = TestApp::new();
    let link =
        json!({ "EmailMessageByLink": "{##Click##}", "DefaultEmailOption": "CONFIRM_WITH_LINK" });
    let pool = app
        .pool(json!({ "EmailVerificationMessage": "Code {####}", "VerificationMessageTemplate": link }))
        .await;
    let shown = describe(&app, &pool).await;
    assert_eq!(shown["EmailVerificationMessage"], "Code {####}");
    let template = &shown["VerificationMessageTemplate"];
    assert_eq!(template["EmailMessage"], "Code {####}");
    assert_eq!(template["EmailMessageByLink"], "{##Click##}");
    // The description can be sent back.
    let body = json!({
        "UserPoolId": pool, "VerificationMessageTemplate": template,
        "EmailVerificationMessage": shown["EmailVerificationMessage"],
    });
    app.ok("UpdateUserPool", body).await;
    assert_eq!(
        &describe(&app, &pool).await["VerificationMessageTemplate"],
        template
    );
}

#[tokio::test]
async fn an_empty_account_recovery_setting_stays_empty_and_prefers_text_messages() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "AccountRecoverySetting": {}, "UsernameAttributes": ["email"] }))
        .await;
    app.ok("UpdateUserPool", json!({ "UserPoolId": pool }))
        .await;
    let shown = describe(&app, &pool).await;
    assert_eq!(shown["AccountRecoverySetting"], json!({}));
    let attributes = json!([
        { "Name": "email", "Value": "ann@example.com" }, { "Name": "email_verified", "Value": "true" },
        { "Name": "phone_number", "Value": "+15555550100" }, { "Name": "phone_number_verified", "Value": "true" },
    ]);
    let user = json!({
        "UserPoolId": pool, "Username": "ann@example.com", "UserAttributes": attributes,
        "MessageAction": "SUPPRESS",
    });
    app.ok("AdminCreateUser", user).await;
    let password = json!({
        "UserPoolId": pool, "Username": "ann@example.com", "Password": "Correct-Horse-1",
        "Permanent": true,
    });
    app.ok("AdminSetUserPassword", password).await;
    let client = app.client(&pool, json!({})).await;
    let body = json!({ "ClientId": client.id, "Username": "ann@example.com" });
    let sent = app.ok("ForgotPassword", body).await;
    assert_eq!(sent["CodeDeliveryDetails"]["DeliveryMedium"], "SMS");
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_refused() {
    let app = TestApp::new();
    let recovery =
        |ways: Value| json!({ "AccountRecoverySetting": { "RecoveryMechanisms": ways } });
    for (settings, message) in [
        (
            json!({ "AliasAttributes": ["email"], "UsernameAttributes": ["email"] }),
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ),
        (
            json!({ "AliasAttributes": ["preferred_username"], "Schema": [{ "Name": "preferred_username", "Required": true }] }),
            "preferred_username can not be both an alias and a required attribute.",
        ),
        (
            json!({ "MfaConfiguration": "ON" }),
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({ "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER" } }),
            "SourceArn is required when EmailSendingAccount is DEVELOPER.",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["EMAIL_OTP"] } } }),
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SOFTWARE_TOKEN"] } } }),
            "SOFTWARE_TOKEN can not be configured as AuthFactor",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"] } } }),
            "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": [] } } }),
            "1 validation error detected: Value '[]' at 'policies.signInPolicy.allowedFirstAuthFactors' failed to satisfy \
             constraint: Member must have length greater than or equal to 1",
        ),
        (
            recovery(
                json!([{ "Name": "verified_email", "Priority": 1 }, { "Name": "verified_phone_number", "Priority": 1 }]),
            ),
            "Each recovery mechanism must have a name and a priority of its own.",
        ),
        (
            recovery(
                json!([{ "Name": "admin_only", "Priority": 1 }, { "Name": "verified_email", "Priority": 2 }]),
            ),
            "The recovery mechanism admin_only can not be combined with another one.",
        ),
        (
            json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 5 } } }),
            "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy \
             constraint: Member must have value greater than or equal to 6",
        ),
    ] {
        let mut body = settings;
        body["PoolName"] = json!("x");
        refused(&app, "CreateUserPool", body, message).await;
    }
}
