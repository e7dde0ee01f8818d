//! Every member of CreateUserPoolClient and UpdateUserPoolClient: omitted, given, and sent as 0 or false.

use cabana_model::Operation;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use crate::members::Means::{self, Itself, Nothing, Refused};
use crate::members::{self, contains, leaves, leaves_of, with, zeros};

/// Effect of an update on a member that it omits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LeftOut {
    Kept,
    Reset,
    /// It can only be set at the client's creation.
    Lasting,
}
use LeftOut::{Kept, Lasting, Reset};

/// A member, the value sent for it, and the members required beside it.
struct Row(&'static str, LeftOut, Value, Value);

fn rows() -> Vec<Row> {
    let none = || json!({});
    let code = json!({
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"], "CallbackURLs": ["https://app.example"],
    });
    let without = |name: &str| {
        let mut beside = code.clone();
        beside
            .as_object_mut()
            .unwrap()
            .remove("AllowedOAuthFlowsUserPoolClient");
        beside.as_object_mut().unwrap().remove(name);
        beside
    };
    vec![
        Row("AccessTokenValidity", Reset, json!(2), none()),
        Row(
            "AllowedOAuthFlows",
            Reset,
            json!(["code", "implicit"]),
            json!({}),
        ),
        Row(
            "AllowedOAuthFlowsUserPoolClient",
            Reset,
            json!(true),
            without("none"),
        ),
        Row(
            "AllowedOAuthScopes",
            Reset,
            json!(["email", "openid"]),
            json!({}),
        ),
        Row("AuthSessionValidity", Reset, json!(9), none()),
        Row(
            "CallbackURLs",
            Reset,
            json!(["https://app.example/cb"]),
            none(),
        ),
        Row("ClientName", Kept, json!("another"), none()),
        Row("ClientSecret", Lasting, json!("a".repeat(24)), none()),
        Row(
            "DefaultRedirectURI",
            Reset,
            json!("https://app.example/cb"),
            json!({ "CallbackURLs": ["https://app.example/cb"] }),
        ),
        Row(
            "EnablePropagateAdditionalUserContextData",
            Reset,
            json!(true),
            none(),
        ),
        Row("EnableTokenRevocation", Reset, json!(false), none()),
        Row(
            "ExplicitAuthFlows",
            Reset,
            json!(["ALLOW_USER_SRP_AUTH"]),
            none(),
        ),
        Row("GenerateSecret", Lasting, json!(true), none()),
        Row("IdTokenValidity", Reset, json!(2), none()),
        Row("LogoutURLs", Reset, json!(["https://app.example"]), none()),
        Row(
            "PreventUserExistenceErrors",
            Reset,
            json!("ENABLED"),
            none(),
        ),
        Row("ReadAttributes", Reset, json!(["email"]), none()),
        Row(
            "RefreshTokenRotation",
            Kept,
            json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 }),
            none(),
        ),
        Row("RefreshTokenValidity", Reset, json!(5), none()),
        Row(
            "SupportedIdentityProviders",
            Reset,
            json!(["COGNITO"]),
            none(),
        ),
        Row(
            "TokenValidityUnits",
            Reset,
            json!({ "AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days" }),
            none(),
        ),
        Row("WriteAttributes", Reset, json!(["email"]), none()),
    ]
}

/// Members that ask for features that are not built, whatever their values.
const UNBUILT: [&str; 2] = [
    "AnalyticsConfiguration",
    "PublishSecretsInAWSSecretsManager",
];

/// Flows and scopes have to be given together.
fn companions(member: &str) -> Value {
    match member {
        "AllowedOAuthFlows" => json!({ "AllowedOAuthScopes": ["openid"] }),
        "AllowedOAuthScopes" => json!({ "AllowedOAuthFlows": ["code"] }),
        _ => json!({}),
    }
}

/// The description of a client, except for what is unique to it.
async fn picture(app: &TestApp, pool: &str, id: &Value) -> Value {
    let named = json!({ "UserPoolId": pool, "ClientId": id });
    let mut shown = app.ok("DescribeUserPoolClient", named).await["UserPoolClient"].clone();
    for own in ["ClientId", "CreationDate", "LastModifiedDate"] {
        shown.as_object_mut().unwrap().remove(own);
    }
    if shown.get("ClientSecret").is_some() {
        shown["ClientSecret"] = json!("a secret");
    }
    shown
}

async fn create(app: &TestApp, pool: &str, settings: &Value) -> Value {
    // Some settings need a secret, which is permanent.
    let secret = match settings.get("ClientSecret") {
        Some(_) => json!({}),
        None => json!({ "GenerateSecret": true }),
    };
    let named = json!({ "UserPoolId": pool, "ClientName": "app" });
    let body = with(&with(&secret, &named), settings);
    app.ok("CreateUserPoolClient", body).await["UserPoolClient"]["ClientId"].clone()
}

#[tokio::test]
async fn an_update_of_a_client_puts_back_what_it_leaves_out_but_name_and_rotation() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for Row(member, left_out, given, beside) in rows() {
        if left_out == Lasting {
            continue;
        }
        let settings = with(
            &with(&beside, &companions(member)),
            &json!({ member: given }),
        );
        let fresh_client = create(&app, &pool, &beside).await;
        let fresh = picture(&app, &pool, &fresh_client).await;
        let client = create(&app, &pool, &settings).await;
        let made = picture(&app, &pool, &client).await;
        assert_ne!(made, fresh, "{member}");
        assert!(contains(&made[member], &given), "{member}: {made}");
        let update = async |settings: &Value| {
            let named = json!({ "UserPoolId": pool, "ClientId": fresh_client });
            app.ok("UpdateUserPoolClient", with(settings, &named)).await;
            picture(&app, &pool, &fresh_client).await
        };
        assert_eq!(update(&settings).await, made, "{member}");
        let expected = if left_out == Kept { &made } else { &fresh };
        assert_eq!(&update(&beside).await, expected, "{member}: {left_out:?}");
    }
}

#[test]
fn the_table_has_every_member_and_whatever_can_be_said_with_it() {
    let rows = rows();
    for operation in [
        Operation::CreateUserPoolClient,
        Operation::UpdateUserPoolClient,
    ] {
        for member in members::of(operation) {
            if matches!(member.name, "UserPoolId" | "ClientId") || UNBUILT.contains(&member.name) {
                continue;
            }
            let row = rows.iter().find(|row| row.0 == member.name);
            let row = row.unwrap_or_else(|| panic!("{} has no row", member.name));
            let given = leaves_of(&row.2, member.name);
            for leaf in leaves(member.shape, member.name) {
                assert!(given.contains(&leaf), "{leaf} is in no row");
            }
        }
    }
}

#[tokio::test]
async fn the_old_refresh_flow_is_refused_beside_a_rotation_that_is_kept() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let rotation = json!({ "RefreshTokenRotation": { "Feature": "ENABLED" } });
    let settings = with(
        &rotation,
        &json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] }),
    );
    let client = create(&app, &pool, &settings).await;
    let mut body = json!({
        "UserPoolId": pool, "ClientId": client,
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    app.call("UpdateUserPoolClient", body.clone())
        .await
        .refused(
            "InvalidParameterException",
            "Refresh token rotation can not be enabled together with ALLOW_REFRESH_TOKEN_AUTH.",
        );
    body["RefreshTokenRotation"] = json!({ "Feature": "DISABLED" });
    app.ok("UpdateUserPoolClient", body).await;
    assert_eq!(
        picture(&app, &pool, &client).await["RefreshTokenRotation"],
        json!({ "Feature": "DISABLED", "RetryGracePeriodSeconds": 0 })
    );
}

const ZEROS: [(&str, Means); 11] = [
    (
        ".AccessTokenValidity",
        Refused("Member must have value greater than or equal to 1"),
    ),
    (".AllowedOAuthFlowsUserPoolClient", Nothing),
    (
        ".AnalyticsConfiguration.UserDataShared",
        Refused("is not built yet"),
    ),
    (
        ".AuthSessionValidity",
        Refused("Member must have value greater than or equal to 3"),
    ),
    (".EnablePropagateAdditionalUserContextData", Nothing),
    (".EnableTokenRevocation", Itself),
    (".GenerateSecret", Nothing),
    (
        ".IdTokenValidity",
        Refused("Member must have value greater than or equal to 1"),
    ),
    (".PublishSecretsInAWSSecretsManager", Nothing),
    (".RefreshTokenRotation.RetryGracePeriodSeconds", Nothing),
    (".RefreshTokenValidity", Nothing),
];

#[tokio::test]
async fn a_zero_or_a_false_that_is_sent_means_what_the_table_says() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let all = zeros(Operation::CreateUserPoolClient.input_shape(), "");
    for zero in &all {
        let means = zero.means(&ZEROS);
        let named = json!({
            "UserPoolId": pool, "ClientName": "x", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        });
        let sent = app
            .call("CreateUserPoolClient", with(&zero.sent, &named))
            .await;
        if let Refused(why) = means {
            assert!(sent.message().contains(why), "{}: {}", zero.path, sent.body);
            continue;
        }
        let with_zero = picture(&app, &pool, &sent.ok()["UserPoolClient"]["ClientId"]).await;
        let left_out = zero.left_out.clone().unwrap();
        let without = app
            .ok("CreateUserPoolClient", with(&left_out, &named))
            .await;
        let without = picture(&app, &pool, &without["UserPoolClient"]["ClientId"]).await;
        let same = with_zero == without;
        assert_eq!(same, matches!(means, Nothing), "{}", zero.path);
    }
    assert_eq!(all.len(), ZEROS.len());
}
