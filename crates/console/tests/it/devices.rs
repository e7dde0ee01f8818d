//! A user's devices.

use cabana_domain::Span;
use serde_json::{Value, json};

use crate::harness::House;

const PASSWORD: &str = "Correct-horse1";
/// 384 bytes, and 16.
const VERIFIER: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
const SALT: &str = "AQEBAQEBAQEBAQEBAQEBAQ==";

/// A pool that tracks devices, and an app client.
async fn tracking(house: &House) -> (String, Value) {
    let pool = json!({ "PoolName": "People", "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true } });
    let pool = house.app.ok("CreateUserPool", pool).await["UserPool"]["Id"].clone();
    let client = json!({
        "UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    });
    let client = house.app.ok("CreateUserPoolClient", client).await;
    let user = json!({ "UserPoolId": pool, "Username": "tess", "MessageAction": "SUPPRESS" });
    house.app.ok("AdminCreateUser", user).await;
    let password =
        json!({ "UserPoolId": pool, "Username": "tess", "Password": PASSWORD, "Permanent": true });
    house.app.ok("AdminSetUserPassword", password).await;
    let client = client["UserPoolClient"]["ClientId"].clone();
    (pool.as_str().unwrap().to_owned(), client)
}

/// Signs in on a new device, and confirms it under this name.
async fn device(house: &House, client: &Value, name: Option<&str>) -> String {
    let body = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "tess", "PASSWORD": PASSWORD },
    });
    let tokens = house.app.ok("InitiateAuth", body).await["AuthenticationResult"].clone();
    let key = tokens["NewDeviceMetadata"]["DeviceKey"].clone();
    if let Some(name) = name {
        let body = json!({
            "AccessToken": tokens["AccessToken"], "DeviceKey": key, "DeviceName": name,
            "DeviceSecretVerifierConfig": { "PasswordVerifier": VERIFIER.repeat(8), "Salt": SALT },
        });
        house.app.ok("ConfirmDevice", body).await;
    }
    house.app.advance(Span::seconds(1));
    key.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_users_devices_are_listed_and_forgotten() {
    let house = House::new().await;
    let (pool, client) = tracking(&house).await;
    let mut ada = house.administrator("ada").await;
    let user = format!("/console/pools/{pool}/users/tess");
    let list = format!("{user}/devices");
    ada.get(&user).await.is(200).has(&list);
    ada.get(&list).await.is(200).has("No devices");
    let named = device(&house, &client, Some("Tess <i>phone</i>")).await;
    let unnamed = device(&house, &client, None).await;
    let page = ada.get(&list).await;
    page.is(200)
        .has("Tess &#60;i&#62;phone&#60;/i&#62;")
        .has("Remembered")
        .has("Not remembered")
        .has("127.0.0.1")
        .has("1–2 of 2");
    let place = |text: &str| page.html.find(text).unwrap();
    assert!(place(&unnamed) < place(&named), "newest first");
    let mut rita = house.reader("rita").await;
    rita.get(&list).await.is(200).has(&named).lacks("Forget");
    let forget = format!("{list}/forget");
    rita.post(&forget, &[("device", named.as_str())])
        .await
        .is(403);
    ada.get(&list).await;
    ada.post(&forget, &[("device", named.as_str())])
        .await
        .is(200)
        .has("The device has been forgotten.")
        .lacks(&named)
        .has(&unnamed);
    for device in ["", named.as_str(), "nonsense"] {
        let page = ada.post(&forget, &[("device", device)]).await;
        page.is(200).has("role=\"alert\"");
    }
    // In the list of events, too.
    let events = ada.get(&format!("{user}/events")).await;
    events
        .is(200)
        .has("Device confirmed")
        .has("Device forgotten");
}

#[tokio::test]
async fn a_long_list_of_devices_has_pages() {
    let house = House::new().await;
    let (pool, client) = tracking(&house).await;
    for _ in 0..51 {
        device(&house, &client, None).await;
    }
    let mut ada = house.administrator("ada").await;
    let list = format!("/console/pools/{pool}/users/tess/devices");
    let first = ada.get(&list).await;
    first.is(200).has("1–50");
    let next = first.between(&format!("{list}?next="), "\"").to_owned();
    let next = format!(
        "{list}?next={}",
        next.replace("&#38;", "&").replace("&amp;", "&")
    );
    ada.get(&next).await.is(200).has("<span>51</span>");
    ada.get(&format!("{list}?next=forged")).await.is(400);
}
