//! The settings of remembered devices.

use serde_json::{Value, json};

use super::pools::described;
use crate::harness::House;

#[tokio::test]
async fn devices_are_tracked_and_no_longer() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let tab = browser.get(&format!("/console/pools/{id}/sign-in")).await;
    tab.is(200).has("Device tracking").has("Don’t remember");
    let url = format!("/console/pools/{id}/sign-in/device-tracking");
    browser.get(&url).await.is(200);
    let missing = browser.post(&url, &[("trust", "on")]).await;
    missing
        .is(200)
        .has("Choose whether devices are remembered.");
    let opt_in = [("remember", "opt-in"), ("trust", "on")];
    let saved = browser.post(&url, &opt_in).await;
    saved
        .is(200)
        .has("Device tracking has been saved.")
        .has("User opt-in");
    let (pool, _) = described(&house, &id).await;
    let expected =
        json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true });
    assert_eq!(pool["DeviceConfiguration"], expected);
    browser.get(&url).await.is(200);
    let never = [("remember", "never"), ("trust", "on")];
    browser.post(&url, &never).await.is(200);
    let (pool, _) = described(&house, &id).await;
    assert_eq!(pool["DeviceConfiguration"], Value::Null);
}
