//! Refresh tokens are bound to the device of their sign-in.

use serde_json::{Value, json};

use super::{Ada, always};
use crate::sessions::claims;

/// Refreshes by both operations that do.
async fn refreshes(ada: &Ada, token: &Value, device: Option<&str>) -> [cabana_testkit::Answer; 2] {
    let mut parameters = json!({ "REFRESH_TOKEN": token });
    let mut newer = json!({ "ClientId": ada.client.id, "RefreshToken": token });
    if let Some(key) = device {
        parameters["DEVICE_KEY"] = json!(key);
        newer["DeviceKey"] = json!(key);
    }
    let older = json!({
        "ClientId": ada.client.id, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters,
    });
    [
        ada.app.call("InitiateAuth", older).await,
        ada.app.call("GetTokensFromRefreshToken", newer).await,
    ]
}

const REFUSED: (&str, &str) = ("NotAuthorizedException", "Invalid Refresh Token.");

#[tokio::test]
async fn a_refresh_names_the_confirmed_device_of_its_sign_in() {
    let ada = Ada::new(always()).await;
    let tokens = ada.signed_in().await;
    let token = &tokens["RefreshToken"];
    let key = tokens["NewDeviceMetadata"]["DeviceKey"].as_str().unwrap();
    // Not confirmed yet.
    for answer in refreshes(&ada, token, Some(key)).await {
        answer.refused(REFUSED.0, REFUSED.1);
    }
    let (kept, _) = ada.confirm(&tokens).await;
    let (other, _) = ada.remembered().await;
    for device in [None, Some(other.key.as_str())] {
        for answer in refreshes(&ada, token, device).await {
            answer.refused(REFUSED.0, REFUSED.1);
        }
    }
    for answer in refreshes(&ada, token, Some(&kept.key)).await {
        let result = answer.ok()["AuthenticationResult"].clone();
        assert!(result["NewDeviceMetadata"].is_null());
        let access = claims(&result["AccessToken"]);
        assert_eq!(access["device_key"], kept.key.as_str());
    }
    // Forgetting a device ends its refresh tokens.
    let body = json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": kept.key });
    ada.app.ok("ForgetDevice", body).await;
    for answer in refreshes(&ada, token, Some(&kept.key)).await {
        answer.refused(REFUSED.0, REFUSED.1);
    }
}

#[tokio::test]
async fn tokens_of_before_the_pool_tracked_devices_and_after_it_stopped_need_none() {
    let ada = Ada::new(Value::Null).await;
    let before = ada.signed_in().await;
    ada.configure(always()).await;
    let (kept, tokens) = ada.remembered().await;
    for device in [None, Some(kept.key.as_str())] {
        for answer in refreshes(&ada, &before["RefreshToken"], device).await {
            let access = claims(&answer.ok()["AuthenticationResult"]["AccessToken"]);
            assert!(access["device_key"].is_null());
        }
    }
    ada.configure(Value::Null).await;
    for answer in refreshes(&ada, &tokens["RefreshToken"], None).await {
        answer.ok();
    }
}
