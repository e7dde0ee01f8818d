//! Every member of CreateUserPool and UpdateUserPool: omitted, given, and sent as 0 or false.

use cabana_model::Operation;
use cabana_testkit::{TestApp, function, lambda_config};
use serde_json::{Value, json};

use super::describe;
use crate::every_operation::sample;
use crate::members::{self, contains, leaves, leaves_of, with};

/// Effect of an update on a member that it omits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LeftOut {
    /// It is kept.
    Kept,
    /// It returns to the default of a new pool.
    Reset,
    /// It can only be set at the pool's creation.
    Lasting,
}
use LeftOut::{Kept, Lasting, Reset};

/// A member, the value sent for it, and the members required beside it.
struct Row(&'static str, LeftOut, Value, Value);

const ROLE: &str = "arn:aws:iam::000000000000:role/sms";

/// Members with values that ask for features that are not built.
const UNBUILT: [&str; 4] = [
    "DcrConfiguration",
    "IssuerConfiguration",
    "KeyConfiguration",
    "UserPoolAddOns",
];

fn rows() -> Vec<Row> {
    let none = || json!({});
    let way = |name, rank| json!({ "Name": name, "Priority": rank });
    vec![
        Row(
            "AccountRecoverySetting",
            Kept,
            json!({ "RecoveryMechanisms": [way("verified_phone_number", 1), way("verified_email", 2)] }),
            none(),
        ),
        Row(
            "AcrConfiguration",
            Kept,
            json!({ "Level1": { "AcrValue": "low" } }),
            none(),
        ),
        Row(
            "AdminCreateUserConfig",
            Reset,
            json!({
                "AllowAdminCreateUserOnly": true,
                "InviteMessageTemplate": { "EmailMessage": "{username} {####}", "EmailSubject": "Hi", "SMSMessage": "{username} {####}" },
            }),
            none(),
        ),
        // The legacy name of a policy setting, kept together with it.
        Row(
            "AdminCreateUserConfig",
            Kept,
            json!({ "UnusedAccountValidityDays": 3 }),
            none(),
        ),
        Row("AliasAttributes", Lasting, json!(["email"]), none()),
        Row(
            "AutoVerifiedAttributes",
            Reset,
            json!(["email", "phone_number"]),
            none(),
        ),
        Row(
            "DcrConfiguration",
            Kept,
            json!({ "EnableStatus": "Disabled", "AllowedScopes": ["a/b"], "AuthenticatedGrantTypes": ["code"], "OpenDcrGrantTypes": ["code"] }),
            none(),
        ),
        Row(
            "DcrConfiguration",
            Kept,
            json!({ "EnableStatus": "Disabled", "OpenDcrEnabled": true }),
            none(),
        ),
        Row("DeletionProtection", Kept, json!("ACTIVE"), none()),
        Row(
            "DeviceConfiguration",
            Reset,
            json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true }),
            none(),
        ),
        Row(
            "EmailConfiguration",
            Kept,
            json!({
                "ConfigurationSet": "set", "EmailSendingAccount": "DEVELOPER", "From": "Us <us@example.com>", "ReplyToEmailAddress": "re@example.com",
                "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/us@example.com",
            }),
            none(),
        ),
        Row(
            "EmailVerificationMessage",
            Reset,
            json!("Code {####}"),
            none(),
        ),
        Row("EmailVerificationSubject", Reset, json!("Code"), none()),
        Row(
            "IssuerConfiguration",
            Kept,
            json!({ "Type": "ORIGINAL" }),
            none(),
        ),
        Row(
            "KeyConfiguration",
            Kept,
            json!({ "KeyType": "AWS_OWNED_KEY" }),
            none(),
        ),
        Row(
            "LambdaConfig",
            Reset,
            {
                let mut config = lambda_config(&[
                    "PreSignUp",
                    "PostConfirmation",
                    "PreAuthentication",
                    "PostAuthentication",
                    "PreTokenGeneration",
                    "UserMigration",
                    "DefineAuthChallenge",
                    "CreateAuthChallenge",
                    "VerifyAuthChallengeResponse",
                    "CustomMessage",
                ]);
                let of = |name| json!({ "LambdaArn": function(name), "LambdaVersion": "V1_0" });
                config["PreTokenGenerationConfig"] = of("PreTokenGeneration");
                config["CustomEmailSender"] = of("CustomEmailSender");
                config["CustomSMSSender"] = of("CustomSMSSender");
                config["InboundFederation"] = of("InboundFederation");
                config["KMSKeyID"] = json!("arn:aws:kms:us-east-1:000000000000:key/1");
                config
            },
            none(),
        ),
        Row(
            "MfaConfiguration",
            Kept,
            json!("ON"),
            json!({ "SmsConfiguration": { "SnsCallerArn": ROLE } }),
        ),
        Row(
            "MfaConfiguration",
            Kept,
            json!("OPTIONAL"),
            json!({ "SmsConfiguration": { "SnsCallerArn": ROLE } }),
        ),
        Row(
            "Policies",
            Kept,
            json!({
                "PasswordPolicy": {
                    "MinimumLength": 12, "PasswordHistorySize": 3, "RequireLowercase": true, "RequireNumbers": false, "RequireSymbols": true,
                    "RequireUppercase": false, "TemporaryPasswordValidityDays": 2,
                },
                "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] },
            }),
            none(),
        ),
        Row("PoolName", Kept, json!("another"), none()),
        Row(
            "Schema",
            Lasting,
            json!([
                { "Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "9" } },
                { "Name": "age", "AttributeDataType": "Number", "Mutable": false, "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "9" } },
                { "Name": "note", "AttributeDataType": "String", "DeveloperOnlyAttribute": true },
                { "Name": "email", "Required": true },
            ]),
            none(),
        ),
        Row(
            "SmsAuthenticationMessage",
            Reset,
            json!("Code {####}"),
            none(),
        ),
        Row(
            "SmsConfiguration",
            Kept,
            json!({
                "ExternalId": "x", "SnsCallerArn": ROLE, "SnsRegion": "us-east-1",
                "EumsSms": {
                    "CallerArn": ROLE, "ConfigurationSetName": "a", "ExternalId": "b", "InEntityId": "c", "InTemplateId": "d",
                    "OriginationIdentity": "e", "Region": "us-east-1",
                },
            }),
            none(),
        ),
        Row(
            "SmsVerificationMessage",
            Reset,
            json!("Code {####}"),
            none(),
        ),
        Row(
            "UserAttributeUpdateSettings",
            Kept,
            json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] }),
            json!({ "AutoVerifiedAttributes": ["email"] }),
        ),
        Row(
            "UserPoolAddOns",
            Reset,
            json!({ "AdvancedSecurityMode": "OFF" }),
            none(),
        ),
        Row("UserPoolTags", Kept, json!({ "team": "a" }), none()),
        Row("UserPoolTier", Kept, json!("PLUS"), none()),
        Row("UsernameAttributes", Lasting, json!(["email"]), none()),
        Row(
            "UsernameConfiguration",
            Lasting,
            json!({ "CaseSensitive": false }),
            none(),
        ),
        Row(
            "VerificationMessageTemplate",
            Reset,
            json!({
                "DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessage": "Code {####}", "EmailMessageByLink": "{##Here##}", "EmailSubject": "Code",
                "EmailSubjectByLink": "Link", "SmsMessage": "Code {####}",
            }),
            none(),
        ),
    ]
}

/// The description of a pool, except for what is unique to it.
pub(super) async fn picture(app: &TestApp, pool: &str) -> Value {
    let mut shown = describe(app, pool).await;
    for own in ["Id", "Arn", "CreationDate", "LastModifiedDate"] {
        shown.as_object_mut().unwrap().remove(own);
    }
    let factors = app.ok("GetUserPoolMfaConfig", json!({ "UserPoolId": pool }));
    json!({ "pool": shown, "factors": factors.await })
}

async fn update(app: &TestApp, pool: &str, settings: &Value) {
    let body = with(settings, &json!({ "UserPoolId": pool }));
    app.ok("UpdateUserPool", body).await;
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_puts_back_only_what_cognito_puts_back() {
    for Row(member, left_out, given, beside) in rows() {
        let app = TestApp::new();
        let settings = with(&beside, &json!({ member: given }));
        let fresh_pool = app.pool(beside.clone()).await;
        let fresh = picture(&app, &fresh_pool).await;
        let pool = app.pool(settings.clone()).await;
        let made = picture(&app, &pool).await;
        let name = if member == "PoolName" { "Name" } else { member };
        if member != "Schema" {
            let shown = &made["pool"][name];
            assert!(contains(shown, &given), "{member}: {shown}");
        }
        if left_out == Lasting {
            assert_ne!(made, fresh, "{member}");
            update(&app, &pool, &beside).await;
            assert_eq!(picture(&app, &pool).await, made, "{member}");
            continue;
        }
        // Given: the same as in a new pool.
        update(&app, &fresh_pool, &settings).await;
        assert_eq!(picture(&app, &fresh_pool).await, made, "{member}");
        // Omitted: kept or reset.
        update(&app, &fresh_pool, &beside).await;
        let after = picture(&app, &fresh_pool).await;
        let expected = if left_out == Kept { &made } else { &fresh };
        assert_eq!(&after, expected, "{member}: {left_out:?}");
    }
}

#[test]
fn the_table_has_every_member_and_whatever_can_be_said_with_it() {
    let rows = rows();
    for operation in [Operation::CreateUserPool, Operation::UpdateUserPool] {
        for member in members::of(operation) {
            let of_it: Vec<_> = rows.iter().filter(|row| row.0 == member.name).collect();
            let lasting = of_it.iter().all(|row| row.1 == Lasting);
            let is_covered = match (operation, member.name) {
                (Operation::UpdateUserPool, "UserPoolId") => continue,
                (Operation::UpdateUserPool, _) => !lasting,
                _ => !of_it.is_empty(),
            };
            assert!(is_covered, "{}", member.name);
            if UNBUILT.contains(&member.name)
                || matches!(member.name, "AcrConfiguration" | "UserPoolTags")
            {
                continue;
            }
            let given = of_it.iter().flat_map(|row| leaves_of(&row.2, member.name));
            let given: Vec<_> = given.collect();
            for leaf in leaves(member.shape, member.name) {
                assert!(given.contains(&leaf), "{leaf} is in no row");
            }
        }
    }
}

#[tokio::test]
async fn what_asks_for_something_that_is_not_built_is_refused_or_shown_and_never_dropped() {
    let app = TestApp::new();
    for member in members::of(Operation::CreateUserPool) {
        if !UNBUILT.contains(&member.name) {
            continue;
        }
        let cabana_model::constraint::Kind::Structure(inner) = member.shape.kind else {
            panic!("{}", member.name);
        };
        for part in inner {
            let mut given = sample(member.shape);
            given[part.name] = sample(part.shape);
            let body = json!({ "PoolName": "x", member.name: given });
            let answer = app.call("CreateUserPool", body).await;
            let is_refused = answer.message().contains("is not built yet");
            let is_shown = contains(&answer.body["UserPool"][member.name], &given);
            assert!(is_refused || is_shown, "{given}: {}", answer.body);
        }
    }
}
