//! User pools.

use cabana_domain::{PoolId, Span};
use cabana_testkit::{START, TestApp};
use serde_json::{Value, json};

async fn describe(app: &TestApp, pool: &str) -> Value {
    app.ok("DescribeUserPool", json!({ "UserPoolId": pool }))
        .await["UserPool"]
        .clone()
}

async fn refused(app: &TestApp, operation: &str, body: Value, message: &str) {
    app.call(operation, body)
        .await
        .refused("InvalidParameterException", message);
}

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
async fn updates_at_the_same_time_all_count() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let arn = describe(&app, &pool).await["Arn"].clone();
    let calls: Vec<_> = (0..4)
        .map(|n| {
            let body = json!({ "ResourceArn": arn, "Tags": { n.to_string(): "x" } });
            let (api, request) = (app.api.clone(), app.request("TagResource", &body));
            tokio::spawn(async move { api.handle(request).await.status().as_u16() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(
        describe(&app, &pool).await["UserPoolTags"]
            .as_object()
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn a_pool_goes_only_unprotected_and_without_a_domain() {
    let app = TestApp::new();
    let pool = app.pool(json!({ "DeletionProtection": "ACTIVE" })).await;
    let named = json!({ "UserPoolId": pool });
    refused(
        &app,
        "DeleteUserPool",
        named.clone(),
        "The user pool cannot be deleted because deletion protection is activated. \
         Deletion protection must be inactivated first.",
    )
    .await;
    app.ok(
        "UpdateUserPool",
        json!({ "UserPoolId": pool, "DeletionProtection": "INACTIVE" }),
    )
    .await;
    app.ok(
        "CreateUserPoolDomain",
        json!({ "UserPoolId": pool, "Domain": "mine" }),
    )
    .await;
    refused(
        &app,
        "DeleteUserPool",
        named.clone(),
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    )
    .await;
    app.ok(
        "DeleteUserPoolDomain",
        json!({ "UserPoolId": pool, "Domain": "mine" }),
    )
    .await;
    let client = app.client(&pool, Value::Null).await;
    let gone = app.call("DeleteUserPool", named.clone()).await;
    assert_eq!((gone.status, &gone.body), (200, &Value::Null));
    let message = format!("User pool {pool} does not exist.");
    for operation in [
        "DescribeUserPool",
        "DeleteUserPool",
        "GetUserPoolMfaConfig",
        "ListUserPoolClients",
    ] {
        app.call(operation, named.clone())
            .await
            .refused("ResourceNotFoundException", &message);
    }
    let answer = app
        .call(
            "DescribeUserPoolClient",
            json!({ "UserPoolId": pool, "ClientId": client.id }),
        )
        .await;
    answer.refused("ResourceNotFoundException", &message);
    assert_eq!(
        app.ok("ListUserPools", json!({ "MaxResults": 60 })).await,
        json!({ "UserPools": [] })
    );
}

#[tokio::test]
async fn pools_are_listed_in_pages_oldest_first() {
    let app = TestApp::new();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(app.pool(Value::Null).await);
        app.advance(Span::seconds(1));
    }
    let (mut listed, mut token, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let page = app
            .ok(
                "ListUserPools",
                json!({ "MaxResults": 2, "NextToken": token }),
            )
            .await;
        for pool in page["UserPools"].as_array().unwrap() {
            assert_eq!(
                (&pool["Name"], &pool["LambdaConfig"]),
                (&json!("test"), &json!({}))
            );
            listed.push(pool["Id"].as_str().unwrap().to_owned());
        }
        pages += 1;
        match page.get("NextToken") {
            Some(next) => token = next.clone(),
            None => break,
        }
    }
    assert_eq!((listed, pages), (made, 3));
}

#[tokio::test]
async fn a_paging_token_is_good_for_its_own_list_and_an_hour() {
    let app = TestApp::new();
    let (pool, other) = (app.pool(Value::Null).await, app.pool(Value::Null).await);
    let token = app.ok("ListUserPools", json!({ "MaxResults": 1 })).await["NextToken"].clone();
    for n in 0..2 {
        app.client(&pool, json!({ "ClientName": n.to_string() }))
            .await;
    }
    let list = json!({ "UserPoolId": pool, "MaxResults": 1 });
    let theirs = app.ok("ListUserPoolClients", list).await["NextToken"].clone();
    app.ok(
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": token }),
    )
    .await;

    let bad = "Invalid pagination token given.";
    refused(
        &app,
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": theirs }),
        bad,
    )
    .await;
    refused(
        &app,
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": "AAAA" }),
        bad,
    )
    .await;
    refused(
        &app,
        "ListUserPoolClients",
        json!({ "UserPoolId": other, "NextToken": theirs }),
        bad,
    )
    .await;
    let regular = json!({ "UserPoolId": pool, "ClientType": "REGULAR", "NextToken": theirs });
    refused(&app, "ListUserPoolClients", regular, bad).await;
    app.advance(Span::hours(1));
    refused(
        &app,
        "ListUserPools",
        json!({ "MaxResults": 1, "NextToken": token }),
        bad,
    )
    .await;
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
        (
            json!({ "AcrConfiguration": { "Level1": { "AcrValue": "low" } } }),
            "Own names for authentication levels (AcrConfiguration)",
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

#[tokio::test]
async fn custom_attributes_come_with_a_prefix_and_stay() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": false },
            { "Name": "name", "Required": true, "StringAttributeConstraints": { "MaxLength": "5" } },
            { "Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "9" } },
        ] }))
        .await;
    app.ok(
        "AddCustomAttributes",
        json!({ "UserPoolId": pool, "CustomAttributes": [
            { "Name": "age", "AttributeDataType": "Number", "Mutable": false },
            { "Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": true },
        ] }),
    )
    .await;
    let schema = describe(&app, &pool).await["SchemaAttributes"]
        .as_array()
        .unwrap()
        .clone();
    let find = |name: &str| {
        schema
            .iter()
            .find(|it| it["Name"] == name)
            .unwrap_or_else(|| panic!("{name}"))
    };
    assert_eq!(schema.len(), 23);
    assert_eq!(
        (&find("email")["Required"], &find("email")["Mutable"]),
        (&json!(true), &json!(false))
    );
    // Constraints of a standard attribute count only beside its type.
    assert_eq!(
        find("name")["StringAttributeConstraints"]["MaxLength"],
        "2048"
    );
    assert_eq!(
        find("custom:plan"),
        &json!({
            "Name": "custom:plan",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": false,
            "Mutable": true,
            "Required": false,
            "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "9" },
        })
    );
    assert_eq!(find("custom:age")["NumberAttributeConstraints"], json!({}));
    assert_eq!(find("custom:age")["Mutable"], false);
    assert_eq!(find("dev:custom:note")["DeveloperOnlyAttribute"], true);
}

#[tokio::test]
async fn attributes_that_break_a_rule_are_refused() {
    let app = TestApp::new();
    let pool = app
        .pool(json!({ "Schema": [{ "Name": "plan", "AttributeDataType": "String" }] }))
        .await;
    let string = |name: &str, constraints: Value| json!({ "Name": name, "AttributeDataType": "String", "StringAttributeConstraints": constraints });
    for (attribute, message) in [
        (
            json!({ "Name": "x" }),
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            json!({ "Name": "x", "AttributeDataType": "String", "Required": true }),
            "Required custom attributes are not supported currently.",
        ),
        (
            json!({ "Name": "plan", "AttributeDataType": "Number" }),
            "custom:plan: Existing attribute already has name custom:plan.",
        ),
        (
            string("x", json!({ "MinLength": "many" })),
            "Invalid StringAttributeConstraints for schema attribute custom:x",
        ),
        (
            string("x", json!({ "MaxLength": "2049" })),
            "user.custom:x: String attributes cannot have a length of more than 2048",
        ),
        (
            string("x", json!({ "MinLength": "3", "MaxLength": "2" })),
            "user.custom:x: Max length cannot be less than min length.",
        ),
        (
            json!({ "Name": "x", "AttributeDataType": "Number", "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "-1" } }),
            "user.custom:x: Max value cannot be less than min value.",
        ),
    ] {
        let body = json!({ "UserPoolId": pool, "CustomAttributes": [attribute] });
        refused(&app, "AddCustomAttributes", body, message).await;
    }
    for attribute in [
        json!({ "Name": "email", "AttributeDataType": "Number" }),
        json!({ "Name": "email", "DeveloperOnlyAttribute": true }),
    ] {
        refused(
            &app,
            "CreateUserPool",
            json!({ "PoolName": "x", "Schema": [attribute] }),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        )
        .await;
    }
    assert_eq!(
        describe(&app, &pool).await["SchemaAttributes"]
            .as_array()
            .unwrap()
            .len(),
        21
    );
}

#[tokio::test]
async fn a_pool_has_at_most_fifty_attributes_of_its_own() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let add = async |names: std::ops::Range<u32>| {
        let attributes: Vec<_> = names
            .map(|n| json!({ "Name": format!("a{n}"), "AttributeDataType": "String" }))
            .collect();
        app.call(
            "AddCustomAttributes",
            json!({ "UserPoolId": pool, "CustomAttributes": attributes }),
        )
        .await
    };
    add(0..25).await.ok();
    add(25..49).await.ok();
    add(49..51).await.refused(
        "InvalidParameterException",
        "A user pool can have at most 50 custom attributes.",
    );
    add(49..50).await.ok();
}

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
    assert_eq!(
        update(json!({ "MfaConfiguration": "ON" })).await.message(),
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
    );

    // One with software tokens needs no text messages.
    let token = json!({ "UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    app.ok("SetUserPoolMfaConfig", token).await;
    update(json!({ "MfaConfiguration": "OPTIONAL" })).await.ok();
    let shown = json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    assert_eq!(get().await, shown);
}
