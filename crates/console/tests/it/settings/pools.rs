use cabana_testkit::function;
use serde_json::{Value, json};

use super::form::{borrowed, changed, fields};
use crate::harness::House;

/// Pages that change a pool, below the pool's own.
const EDITS: [&str; 18] = [
    "/sign-in/choices",
    "/sign-in/password-policy",
    "/sign-in/mfa",
    "/sign-in/passkey",
    "/sign-in/device-tracking",
    "/sign-in/levels",
    "/sign-in/sessions",
    "/sign-in/recovery",
    "/sign-up/verification",
    "/sign-up/self-service",
    "/messaging/email",
    "/messaging/verification",
    "/messaging/invitation",
    "/messaging/mfa",
    "/extensions/edit",
    "/properties/name",
    "/properties/plan",
    "/properties/tags",
];

/// A pool with hardly a default setting.
async fn unusual(house: &House) -> String {
    let made = house
        .app
        .ok(
            "CreateUserPool",
            json!({
                "PoolName": "Unusual",
                "AliasAttributes": ["email"],
                "AutoVerifiedAttributes": ["email"],
                "DeletionProtection": "ACTIVE",
                "DeviceConfiguration": {
                    "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true,
                },
                "UserPoolTags": { "team": "a & b", "cabana:srp": "on" },
                "Policies": { "PasswordPolicy": {
                    "MinimumLength": 14, "RequireSymbols": false, "RequireNumbers": true,
                    "RequireLowercase": true, "RequireUppercase": false,
                    "TemporaryPasswordValidityDays": 3, "PasswordHistorySize": 4,
                }, "SignInPolicy": { "AllowedFirstAuthFactors": ["EMAIL_OTP", "PASSWORD"] } },
                "AdminCreateUserConfig": {
                    "AllowAdminCreateUserOnly": true,
                    "InviteMessageTemplate": {
                        "EmailSubject": "Come in", "EmailMessage": "<b>{username}</b>\n{####}",
                        "SMSMessage": "{username} {####}",
                    },
                },
                "VerificationMessageTemplate": {
                    "DefaultEmailOption": "CONFIRM_WITH_LINK",
                    "EmailMessageByLink": "Go {##here##}",
                    "EmailSubjectByLink": "Your link", "EmailSubject": "Your code",
                    "SmsMessage": "Code {####}",
                },
                "EmailVerificationMessage": "Your code is {####} \"now\"",
                "EmailConfiguration": {
                    "From": "\"People, Inc.\" <people@example.com>",
                    "ReplyToEmailAddress": "help@example.com",
                },
                "LambdaConfig": {
                    "PreSignUp": function("up"),
                    "PreTokenGenerationConfig": { "LambdaArn": function("tokens"), "LambdaVersion": "V2_0" },
                    "CustomEmailSender": { "LambdaArn": function("mail"), "LambdaVersion": "V1_0" },
                    "KMSKeyID": "arn:aws:kms:us-east-1:000000000000:key/1",
                },
                "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
                "AccountRecoverySetting": { "RecoveryMechanisms": [
                    { "Name": "verified_phone_number", "Priority": 1 },
                    { "Name": "verified_email", "Priority": 2 },
                ] },
            }),
        )
        .await;
    let id = made["UserPool"]["Id"].as_str().unwrap().to_owned();
    let factors = json!({
        "UserPoolId": id, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": { "Subject": "Sign in", "Message": "Use {####}" },
    });
    house.app.ok("SetUserPoolMfaConfig", factors).await;
    id
}

pub async fn described(house: &House, id: &str) -> (Value, Value) {
    let which = json!({ "UserPoolId": id });
    let mut pool = house.app.ok("DescribeUserPool", which.clone()).await["UserPool"].clone();
    pool.as_object_mut().unwrap().remove("LastModifiedDate");
    (pool, house.app.ok("GetUserPoolMfaConfig", which).await)
}

#[tokio::test]
async fn a_form_sent_back_as_it_came_changes_nothing() {
    let house = House::new().await;
    let id = unusual(&house).await;
    let before = described(&house, &id).await;
    let mut browser = house.administrator("ada").await;
    for edit in EDITS {
        let url = format!("/console/pools/{id}{edit}");
        let page = browser.get(&url).await;
        let form = fields(page.is(200).html.as_str());
        let saved = browser.post(&url, &borrowed(&form)).await;
        assert_ne!(saved.url, url, "{edit}: {}", saved.html);
        saved.is(200);
        assert_eq!(described(&house, &id).await, before, "{edit}");
    }
}

#[tokio::test]
async fn pages_of_messages_say_what_stands_for_the_code() {
    let house = House::new().await;
    let id = unusual(&house).await;
    let mut browser = house.administrator("ada").await;
    for edit in ["/messaging/invitation", "/messaging/mfa"] {
        let page = browser.get(&format!("/console/pools/{id}{edit}")).await;
        page.is(200).has("<code>{####}</code>");
    }
}

#[tokio::test]
async fn a_change_of_the_password_policy_is_that_and_nothing_else() {
    let house = House::new().await;
    let id = unusual(&house).await;
    let (before, _) = described(&house, &id).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-in/password-policy");
    let page = browser.get(&url).await;
    let form = changed(
        &page.html,
        &[("length", Some("20")), ("kinds", Some("symbol"))],
    );
    let saved = browser.post(&url, &borrowed(&form)).await;
    saved
        .is(200)
        .has("The password policy has been saved.")
        .has("20 characters");
    let (mut after, _) = described(&house, &id).await;
    let policy = &mut after["Policies"]["PasswordPolicy"];
    assert_eq!(policy["MinimumLength"], 20);
    assert_eq!(policy["RequireSymbols"], true);
    assert_eq!(policy["RequireLowercase"], false);
    *policy = before["Policies"]["PasswordPolicy"].clone();
    assert_eq!(after, before);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_what_was_entered_stays() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/messaging/verification");
    let page = browser.get(&url).await;
    let form = changed(&page.html, &[("message", Some("no code in <this>"))]);
    let again = browser.post(&url, &borrowed(&form)).await;
    again
        .is(200)
        .has("The message must contain {####}")
        .has("no code in &#60;this&#62;")
        .has("aria-invalid=\"true\"");
    let (pool, _) = described(&house, &id).await;
    assert_eq!(
        pool["VerificationMessageTemplate"]["EmailMessage"],
        Value::Null
    );
}

#[tokio::test]
async fn a_refusal_of_the_api_comes_back_with_the_form() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/properties/tags");
    browser.get(&url).await.is(200);
    let form = [("key1", "cabana:srp"), ("value1", "perhaps")];
    let again = browser.post(&url, &form).await;
    again
        .is(200)
        .has("The tag cabana:srp must be on or off.")
        .has("perhaps");
}

#[tokio::test]
async fn mfa_is_turned_on_and_off() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-in/mfa");
    browser.get(&url).await.is(200);
    let missing = browser.post(&url, &[("mode", "ON")]).await;
    missing.is(200).has("Choose at least one method.");
    let on = [("mode", "ON"), ("methods", "apps"), ("methods", "email")];
    let page = browser.post(&url, &on).await;
    page.is(200)
        .has("Require MFA – Recommended")
        .has("Authenticator apps");
    browser.get(&url).await.is(200);
    let off = [("mode", "OFF"), ("methods", "apps")];
    browser.post(&url, &off).await.is(200).has("No MFA");
    let (_, factors) = described(&house, &id).await;
    assert_eq!(factors["MfaConfiguration"], "OFF");
    assert_eq!(factors["EmailMfaConfiguration"], Value::Null);
}

#[tokio::test]
async fn text_messages_are_switched_on_as_a_factor() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-in/mfa");
    browser.get(&url).await.is(200).has("SMS message");
    let on = [("mode", "OPTIONAL"), ("methods", "sms")];
    browser.post(&url, &on).await.is(200).has("SMS message");
    let (_, factors) = described(&house, &id).await;
    assert_eq!(factors["MfaConfiguration"], "OPTIONAL");
    assert!(factors["SmsMfaConfiguration"].is_object(), "{factors}");
    let without = [("mode", "OPTIONAL"), ("methods", "apps")];
    let told = browser.post(&url, &without).await;
    told.is(200)
        .has("SMS message can only be turned off together with MFA");
    // A user with a phone number gets text messages as second factor.
    let tess = json!({
        "UserPoolId": id, "Username": "tess", "MessageAction": "SUPPRESS",
        "UserAttributes": [{ "Name": "phone_number", "Value": "+14325551212" }],
    });
    house.app.ok("AdminCreateUser", tess).await;
    let url = format!("/console/pools/{id}/users/tess/mfa");
    browser
        .get(&url)
        .await
        .is(200)
        .has("SMS message")
        .lacks("Authenticator app");
    let wrong = [("preferred", "SMS_MFA")];
    browser
        .post(&url, &wrong)
        .await
        .is(200)
        .has("Choose one of the methods that are on.");
    let on = [("methods", "SMS_MFA"), ("preferred", "SMS_MFA")];
    let page = browser.post(&url, &on).await;
    page.is(200).has("<dd>SMS message</dd>");
    let get = json!({ "UserPoolId": id, "Username": "tess" });
    let user = house.app.ok("AdminGetUser", get.clone()).await;
    assert_eq!(user["PreferredMfaSetting"], "SMS_MFA");
    browser.get(&url).await.is(200);
    browser.post(&url, &[("preferred", "none")]).await.is(200);
    let user = house.app.ok("AdminGetUser", get).await;
    assert_eq!(user["UserMFASettingList"], Value::Null);
}

#[tokio::test]
async fn a_factor_that_a_user_cannot_use_is_refused_beside_the_field() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let user = json!({ "UserPoolId": id, "Username": "tess", "MessageAction": "SUPPRESS" });
    house.app.ok("AdminCreateUser", user).await;
    let mut browser = house.administrator("ada").await;
    let own = format!("/console/pools/{id}/users/tess/mfa");
    browser
        .get(&own)
        .await
        .is(200)
        .has("No second factor to choose from");
    let factors = format!("/console/pools/{id}/sign-in/mfa");
    browser.get(&factors).await;
    let on = [("mode", "ON"), ("methods", "apps"), ("methods", "email")];
    browser.post(&factors, &on).await.is(200);
    browser.get(&own).await.is(200);
    for method in ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"] {
        let on = [("methods", method), ("preferred", "none")];
        browser.post(&own, &on).await.is(200).has("f-methods-error");
    }
    let mut rita = house.reader("rita").await;
    rita.get(&own).await.is(403);
}

#[tokio::test]
async fn custom_attributes_are_added() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-up/custom-attributes");
    let page = browser.get(&url).await;
    let form = changed(
        &page.html,
        &[
            ("name1", Some("plan")),
            ("max1", Some("20")),
            ("name3", Some("level")),
            ("type3", Some("Number")),
            ("mutable3", None),
        ],
    );
    let saved = browser.post(&url, &borrowed(&form)).await;
    saved.is(200).has("custom:plan").has("custom:level");
    let (pool, _) = described(&house, &id).await;
    let schema = pool["SchemaAttributes"].as_array().unwrap();
    let of = |name: &str| schema.iter().find(|it| it["Name"] == name).unwrap();
    assert_eq!(
        of("custom:plan")["StringAttributeConstraints"]["MaxLength"],
        "20"
    );
    assert_eq!(of("custom:level")["Mutable"], false);
    let again = browser.get(&url).await;
    let form = changed(&again.html, &[("name1", Some("plan"))]);
    browser
        .post(&url, &borrowed(&form))
        .await
        .is(200)
        .has("Existing attribute");
}

#[tokio::test]
async fn deletion_protection_goes_off_and_on() {
    let house = House::new().await;
    let id = unusual(&house).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/properties/deletion-protection");
    for (news, expected) in [("is inactive.", "INACTIVE"), ("is active.", "ACTIVE")] {
        let page = browser.get(&url).await;
        let form = fields(&page.html);
        browser.post(&url, &borrowed(&form)).await.is(200).has(news);
        let (pool, _) = described(&house, &id).await;
        assert_eq!(pool["DeletionProtection"], expected);
    }
}

#[tokio::test]
async fn a_reader_sees_every_tab_and_no_way_to_change_anything() {
    let house = House::new().await;
    let id = unusual(&house).await;
    let mut browser = house.reader("rita").await;
    for tab in [
        "",
        "/sign-in",
        "/sign-up",
        "/messaging",
        "/integration",
        "/properties",
    ] {
        let page = browser.get(&format!("/console/pools/{id}{tab}")).await;
        page.is(200)
            .lacks(">Edit<")
            .lacks("Create app client")
            .lacks("Deactivate");
    }
    for edit in EDITS {
        let url = format!("/console/pools/{id}{edit}");
        browser.get(&url).await.is(403);
        browser.post(&url, &[("length", "8"), ("days", "7")]).await;
    }
    let (pool, _) = described(&house, &id).await;
    assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 14);
}

#[tokio::test]
async fn the_overview_counts_sign_ups_and_sign_ins() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}");
    browser
        .get(&url)
        .await
        .is(200)
        .has("No sign-ups or sign-ins yet");
    let day = cabana_domain::activity::day(house.app.api.clock.now());
    let count = |kind, by| cabana_store::Change::AddActivity {
        pool: cabana_domain::PoolId::new(id.as_str()),
        day,
        kind,
        by,
    };
    let counts = vec![
        count(cabana_domain::activity::ActivityKind::SignUp, 1),
        count(cabana_domain::activity::ActivityKind::SignIn, 1234),
    ];
    house.app.api.store.apply(counts).await.unwrap();
    let page = browser.get(&url).await;
    page.has("1 sign-up and 1,234 sign-ins in the last 30 days.");
    page.has("<desc id=\"chart-words\">")
        .has("<td class=\"number\">1234</td>");
}
