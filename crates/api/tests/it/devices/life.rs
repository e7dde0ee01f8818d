//! The life of a device: new with a sign-in, confirmed, remembered, listed, forgotten.

use cabana_domain::Span;
use cabana_store::Sweep;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::{ADA, Ada, always};
use crate::auth::PASSWORD;
use crate::sessions::claims;

fn opt_in() -> Value {
    json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true })
}

#[tokio::test]
async fn a_pool_shows_how_it_remembers_devices_and_an_update_that_leaves_it_out_stops() {
    let app = TestApp::new();
    let shown = async |body: Value| {
        let pool = app.ok("CreateUserPool", body).await["UserPool"].clone();
        let described = json!({ "UserPoolId": pool["Id"] });
        let described = app.ok("DescribeUserPool", described).await["UserPool"].clone();
        assert_eq!(
            pool["DeviceConfiguration"],
            described["DeviceConfiguration"]
        );
        described
    };
    let none = shown(json!({ "PoolName": "x" })).await;
    assert_eq!(none["DeviceConfiguration"], Value::Null);
    let empty = shown(json!({ "PoolName": "x", "DeviceConfiguration": {} })).await;
    assert_eq!(empty["DeviceConfiguration"], Value::Null);
    let off =
        json!({ "ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false });
    for half in [
        "ChallengeRequiredOnNewDevice",
        "DeviceOnlyRememberedOnUserPrompt",
    ] {
        let body = json!({ "PoolName": "x", "DeviceConfiguration": { half: false } });
        assert_eq!(shown(body).await["DeviceConfiguration"], off);
    }
    let pool = shown(json!({ "PoolName": "x", "DeviceConfiguration": always() })).await;
    assert_eq!(pool["DeviceConfiguration"], always());
    app.ok("UpdateUserPool", json!({ "UserPoolId": pool["Id"] }))
        .await;
    let described = json!({ "UserPoolId": pool["Id"] });
    let described = app.ok("DescribeUserPool", described).await;
    assert_eq!(described["UserPool"]["DeviceConfiguration"], Value::Null);
}

#[tokio::test]
async fn a_sign_in_names_a_new_device_only_where_the_pool_tracks_them() {
    let ada = Ada::new(Value::Null).await;
    let tokens = ada.signed_in().await;
    assert_eq!(tokens["NewDeviceMetadata"], Value::Null);
    assert!(claims(&tokens["AccessToken"])["device_key"].is_null());
    assert!(ada.listed().await.is_empty());

    ada.configure(always()).await;
    let tokens = ada.signed_in().await;
    let new = &tokens["NewDeviceMetadata"];
    let key = new["DeviceKey"].as_str().unwrap();
    let uuid = key.strip_prefix("us-east-1_").unwrap();
    assert!(uuid::Uuid::try_parse(uuid).is_ok() && uuid == uuid.to_lowercase());
    let group = new["DeviceGroupKey"].as_str().unwrap();
    let rest = group.strip_prefix('-').unwrap();
    assert!(rest.len() == 8 && rest.chars().all(|it| it.is_ascii_alphanumeric()));
    assert_eq!(claims(&tokens["AccessToken"])["device_key"], key);
    assert!(claims(&tokens["IdToken"])["device_key"].is_null());
    // The administrators' flow as well, with another one.
    let body = json!({
        "UserPoolId": ada.pool, "ClientId": ada.client.id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": ADA, "PASSWORD": PASSWORD },
    });
    let other = ada.app.ok("AdminInitiateAuth", body).await;
    let other = &other["AuthenticationResult"]["NewDeviceMetadata"];
    assert!(other["DeviceKey"].is_string() && other["DeviceKey"] != key);
}

#[tokio::test]
async fn a_device_is_confirmed_once_and_remembered_as_the_pool_is_set() {
    for (configuration, asks, status) in [
        (always(), false, "remembered"),
        (opt_in(), true, "not_remembered"),
    ] {
        let ada = Ada::new(configuration).await;
        let tokens = ada.signed_in().await;
        let (kept, body) = ada.confirmation(&tokens);
        let answer = ada.app.ok("ConfirmDevice", body.clone()).await;
        assert_eq!(answer, json!({ "UserConfirmationNecessary": asks }));
        let again = ada.app.call("ConfirmDevice", body).await;
        assert_eq!(again.kind(), "DeviceKeyExistsException");
        let device = json!({ "UserPoolId": ada.pool, "Username": ADA, "DeviceKey": kept.key });
        let shown = async || {
            let found = ada.app.ok("AdminGetDevice", device.clone()).await;
            let attributes = found["Device"]["DeviceAttributes"]
                .as_array()
                .unwrap()
                .clone();
            let named = attributes
                .into_iter()
                .find(|it| it["Name"] == "dev:device_remembered_status");
            named.unwrap()["Value"].clone()
        };
        assert_eq!(shown().await, status);
        for status in ["remembered", "not_remembered"] {
            let access = &tokens["AccessToken"];
            let answer = ada.status(access, &kept.key, status).await.ok();
            assert_eq!((answer, shown().await), (json!({}), json!(status)));
            let mut body = device.clone();
            body["DeviceRememberedStatus"] = json!("remembered");
            ada.app.ok("AdminUpdateDeviceStatus", body).await;
            assert_eq!(shown().await, "remembered");
        }
    }
}

#[tokio::test]
async fn devices_are_listed_newest_first_as_each_side_sees_them() {
    let ada = Ada::new(always()).await;
    let (first, tokens) = ada.remembered().await;
    ada.app.advance(Span::seconds(5));
    let second = ada.signed_in().await;
    let second = second["NewDeviceMetadata"]["DeviceKey"].clone();
    let sub = claims(&tokens["AccessToken"])["username"].clone();
    let owner = format!("{}.{}", sub.as_str().unwrap(), ada.pool);
    let attribute = |name: &str, value: &str| json!({ "Name": name, "Value": value });

    let listed = ada.listed().await;
    let keys: Vec<_> = listed.iter().map(|it| it["DeviceKey"].clone()).collect();
    assert_eq!(keys, [second.clone(), json!(first.key)]);
    let arn = format!(
        "arn:aws:cognito-idp:us-east-1:000000000000:owner/{owner}/device/{}",
        first.key
    );
    let expected = json!([
        attribute("device_status", "valid"),
        attribute("device_name", "Ada's laptop"),
        attribute("dev:device_arn", &arn),
        attribute("dev:device_owner", &owner),
        attribute("last_ip_used", "127.0.0.1"),
        attribute("dev:device_remembered_status", "remembered"),
        attribute("dev:device_sdk", "aws-sdk"),
    ]);
    assert_eq!(listed[1]["DeviceAttributes"], expected);
    assert_eq!(
        listed[1]["DeviceLastAuthenticatedDate"],
        listed[1]["DeviceCreateDate"]
    );

    let access = &tokens["AccessToken"];
    let page = json!({ "AccessToken": access, "Limit": 1 });
    let one = ada.app.ok("ListDevices", page.clone()).await;
    assert_eq!(one["Devices"][0]["DeviceKey"], second);
    // Not confirmed: it has no name.
    let unnamed = json!([
        attribute("device_status", "valid"),
        attribute("last_ip_used", "127.0.0.1"),
    ]);
    assert_eq!(one["Devices"][0]["DeviceAttributes"], unnamed);
    let mut next = page;
    next["PaginationToken"] = one["PaginationToken"].clone();
    let two = ada.app.ok("ListDevices", next).await;
    assert!(two["PaginationToken"].is_null());
    let mine = json!([
        attribute("device_status", "valid"),
        attribute("device_name", "Ada's laptop"),
        attribute("last_ip_used", "127.0.0.1"),
    ]);
    assert_eq!(two["Devices"][0]["DeviceAttributes"], mine);
    let body = json!({ "AccessToken": access, "DeviceKey": first.key });
    let got = ada.app.ok("GetDevice", body).await;
    assert_eq!(got["Device"], two["Devices"][0]);
}

#[tokio::test]
async fn a_forgotten_device_is_gone_and_one_that_was_never_confirmed_is_none() {
    let ada = Ada::new(always()).await;
    let (kept, tokens) = ada.remembered().await;
    let unconfirmed = ada.signed_in().await["NewDeviceMetadata"]["DeviceKey"].clone();
    let of_user = |key: &Value| json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": key });
    let of_admin =
        |key: &Value| json!({ "UserPoolId": ada.pool, "Username": ADA, "DeviceKey": key });
    let none = ("ResourceNotFoundException", "Device does not exist.");
    let unknown = json!("us-east-1_00000000-0000-4000-8000-000000000000");
    for key in [&unconfirmed, &unknown] {
        for operation in ["GetDevice", "ForgetDevice"] {
            let answer = ada.app.call(operation, of_user(key)).await;
            answer.refused(none.0, none.1);
        }
        let status = ada.status(&tokens["AccessToken"], key.as_str().unwrap(), "remembered");
        status.await.refused(none.0, none.1);
    }
    for operation in ["AdminGetDevice", "AdminForgetDevice"] {
        let answer = ada.app.call(operation, of_admin(&unknown)).await;
        answer.refused(none.0, none.1);
    }
    let mut status = of_admin(&unknown);
    status["DeviceRememberedStatus"] = json!("remembered");
    let answer = ada.app.call("AdminUpdateDeviceStatus", status).await;
    answer.refused(none.0, none.1);
    // An administrator forgets either kind.
    let answer = ada
        .app
        .ok("AdminForgetDevice", of_admin(&unconfirmed))
        .await;
    assert_eq!(answer, Value::Null);
    let key = json!(kept.key);
    assert_eq!(ada.app.ok("ForgetDevice", of_user(&key)).await, Value::Null);
    assert!(ada.listed().await.is_empty());
    let again = ada.app.call("ForgetDevice", of_user(&key)).await;
    again.refused(none.0, none.1);
}

#[tokio::test]
async fn a_device_that_is_not_confirmed_in_time_expires() {
    let ada = Ada::new(always()).await;
    let tokens = ada.signed_in().await;
    let sweep = async || {
        let now = cabana_api::ports::Clock::now(&*ada.app.clock);
        let sweep = Sweep {
            now,
            events_kept: Span::days(30),
            limit: 100,
        };
        ada.app.api.store.sweep(sweep).await.unwrap()
    };
    assert_eq!((sweep().await, ada.listed().await.len()), (0, 1));
    ada.app.advance(Span::hours(1));
    let (_, body) = ada.confirmation(&tokens);
    let late = ada.app.call("ConfirmDevice", body).await;
    late.refused("NotAuthorizedException", "Access Token has expired");
    ada.app.advance(Span::seconds(1));
    sweep().await;
    assert!(ada.listed().await.is_empty());
}

#[tokio::test]
async fn a_pool_that_stops_tracking_confirms_nothing_and_still_forgets() {
    let ada = Ada::new(always()).await;
    let (kept, tokens) = ada.remembered().await;
    let (_, confirmation) = ada.confirmation(&ada.signed_in().await);
    ada.configure(Value::Null).await;
    let refused = ada.app.call("ConfirmDevice", confirmation).await;
    assert_eq!(refused.kind(), "InvalidUserPoolConfigurationException");
    let access = &tokens["AccessToken"];
    let refused = ada.status(access, &kept.key, "not_remembered").await;
    assert_eq!(refused.kind(), "InvalidUserPoolConfigurationException");
    // The key means nothing now: the sign-in goes on without.
    let body = ada.password(Some(&kept.key)).await.ok();
    let result = &body["AuthenticationResult"];
    assert!(result["NewDeviceMetadata"].is_null());
    assert!(claims(&result["AccessToken"])["device_key"].is_null());
    assert_eq!(ada.listed().await.len(), 2);
    let body = json!({ "AccessToken": access, "DeviceKey": kept.key });
    ada.app.ok("ForgetDevice", body).await;
}
