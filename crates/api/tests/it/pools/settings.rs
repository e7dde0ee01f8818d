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
async fn an_update_puts_back_what_it_leaves_out_but_name_tier_and_tags() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({
            "PoolName": "kept",
            "UserPoolTier": "PLUS",
            "UserPoolTags": { "team": "a" },
            "AliasAttributes": ["email"],
            "Schema": [{ "Name": "plan", "AttributeDataType": "String" }],
            "AutoVerifiedAttributes": ["email"],
            "EmailVerificationSubject": "Welcome",
            "Policies": { "PasswordPolicy": { "MinimumLength": 20 } },
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        }))
        .await;
    let before = describe(&app, &pool).await;
    app.advance(Span::seconds(5));
    let answer = app
        .ok(
            "UpdateUserPool",
            json!({ "UserPoolId": pool, "DeletionProtection": "ACTIVE" }),
        )
        .await;
    assert_eq!(answer, json!({}));
    let after = describe(&app, &pool).await;
    for kept in [
        "Name",
        "UserPoolTier",
        "UserPoolTags",
        "AliasAttributes",
        "SchemaAttributes",
        "CreationDate",
    ] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!(after["DeletionProtection"], "ACTIVE");
    assert_eq!(
        after["LastModifiedDate"],
        START.after(Span::seconds(5)).seconds()
    );
    assert_eq!(after["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(
        after["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        false
    );
    assert_eq!(after.get("AutoVerifiedAttributes"), None);
    assert_eq!(after.get("EmailVerificationSubject"), None);
}

#[tokio::test]
async fn an_update_takes_one_name_for_the_life_of_temporary_passwords() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let policies = json!({ "PasswordPolicy": { "TemporaryPasswordValidityDays": 3 } });
    let admin = json!({ "UnusedAccountValidityDays": 3 });
    refused(
        &app,
        "UpdateUserPool",
        json!({ "UserPoolId": pool, "Policies": policies, "AdminCreateUserConfig": admin }),
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
    )
    .await;
    app.ok(
        "UpdateUserPool",
        json!({ "UserPoolId": pool, "AdminCreateUserConfig": admin }),
    )
    .await;
    let shown = describe(&app, &pool).await;
    assert_eq!(
        shown["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"],
        3
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
    assert_eq!(shown["VerificationMessageTemplate"], link);
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
            json!({ "VerificationMessageTemplate": { "EmailMessage": "{####}", "EmailMessageByLink": "{##Click##}" } }),
            "EmailMessage and EmailMessageByLink can not be used together in VerificationMessageTemplate.",
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

#[tokio::test]
async fn what_is_not_built_is_refused_and_not_just_stored() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for (settings, feature) in [
        (
            json!({ "LambdaConfig": { "PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:x" } }),
            "A Lambda trigger (LambdaConfig)",
        ),
        (
            json!({ "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true } }),
            "Remembering devices (DeviceConfiguration)",
        ),
        (
            json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } }),
            "Threat protection (UserPoolAddOns)",
        ),
        (
            json!({ "DcrConfiguration": { "OpenDcrEnabled": true } }),
            "Dynamic client registration (DcrConfiguration)",
        ),
        (
            json!({ "KeyConfiguration": { "KeyType": "CUSTOMER_MANAGED_KEY" } }),
            "A customer managed key (KeyConfiguration)",
        ),
        (
            json!({ "IssuerConfiguration": { "Type": "UPDATED" } }),
            "An issuer of type UPDATED (IssuerConfiguration)",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } } }),
            "A first factor other than PASSWORD (SignInPolicy)",
        ),
    ] {
        let message = format!("{feature} is not built yet in this version of Cabana.");
        let mut body = settings;
        body["PoolName"] = json!("x");
        refused(&app, "CreateUserPool", body.clone(), &message).await;
        body["UserPoolId"] = json!(pool);
        refused(&app, "UpdateUserPool", body, &message).await;
    }
}

#[tokio::test]
async fn what_says_that_an_unbuilt_feature_is_off_is_fine() {
    let app = TestApp::new();
    let made = app
        .ok(
            "CreateUserPool",
            json!({
                "PoolName": "x",
                "LambdaConfig": {},
                "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" },
                "DcrConfiguration": { "EnableStatus": "Disabled" },
                "KeyConfiguration": { "KeyType": "AWS_OWNED_KEY" },
                "IssuerConfiguration": { "Type": "ORIGINAL" },
                "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } },
                "AcrConfiguration": { "Level1": { "AcrValue": "urn:cognito:loa:1" } },
            }),
        )
        .await;
    assert_eq!(
        made["UserPool"]["AcrConfiguration"]
            .as_object()
            .unwrap()
            .len(),
        4
    );
}
