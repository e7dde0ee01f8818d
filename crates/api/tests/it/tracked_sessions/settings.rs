//! The settings of pools and app clients.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::House;
use crate::auth::with_ada;

#[tokio::test]
async fn a_pool_tracks_nothing_until_it_is_set_and_answers_what_was_set() {
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let house = House { app, pool, client };
    let read = async || {
        let body = json!({ "UserPoolId": house.pool });
        house.app.ok("GetUserPoolSessionConfiguration", body).await
    };
    let settings = |tracking: &str, most: u32| {
        json!({
            "UserPoolId": house.pool, "UserSessionTracking": tracking,
            "TokenSession": { "MaxPerUser": most },
        })
    };
    assert_eq!(read().await, settings("DISABLED", 20));
    let tokens = house.tokens().await;
    assert!(house.list(&tokens).await.is_empty());
    let set = house.track("ENABLED", 7).await.ok();
    assert_eq!((&set, read().await), (&settings("ENABLED", 7), set.clone()));
    // It began untracked, and stays so.
    assert!(house.list(&tokens).await.is_empty());
    for most in [0, 101] {
        let refused = house.track("ENABLED", most).await;
        assert_eq!(refused.kind(), "InvalidParameterException");
    }
    let partial = json!({ "UserPoolId": house.pool, "UserSessionTracking": "ENABLED" });
    let refused = house.app.call("SetUserPoolSessionConfiguration", partial);
    assert_eq!(refused.await.kind(), "InvalidParameterException");
    // An update of the pool leaves it alone.
    let update = json!({ "UserPoolId": house.pool, "DeletionProtection": "ACTIVE" });
    house.app.ok("UpdateUserPool", update).await;
    assert_eq!(read().await, set);
}

#[tokio::test]
async fn a_client_reuses_browser_sessions_for_an_hour_unless_it_is_set() {
    let house = House::new(20).await;
    let of = |minutes: i64| {
        json!({
            "UserPoolId": house.pool, "ClientId": house.client.id,
            "SSOSession": { "MaxValidityMinutes": minutes },
        })
    };
    let whose = json!({ "UserPoolId": house.pool, "ClientId": house.client.id });
    let read = async || {
        let read = "GetUserPoolClientSessionConfiguration";
        house.app.ok(read, whose.clone()).await
    };
    let set = async |body| {
        let set = "SetUserPoolClientSessionConfiguration";
        house.app.call(set, body).await
    };
    assert_eq!(read().await, of(60));
    for minutes in [0, 129_600, 5] {
        assert_eq!(set(of(minutes)).await.ok(), of(minutes));
        assert_eq!(read().await, of(minutes));
    }
    for minutes in [-1, 129_601] {
        let refused = set(of(minutes)).await;
        assert_eq!(refused.kind(), "InvalidParameterException");
    }
    // Without tracking, the setting sleeps.
    house.track("DISABLED", 20).await.ok();
    assert_eq!(read().await, of(5));
    set(of(6)).await.refused(
        "InvalidParameterException",
        "User session tracking is not enabled for the user pool.",
    );
}

#[tokio::test]
async fn the_lite_tier_tracks_no_sessions_and_a_pool_that_does_cannot_move_there() {
    let house = House::new(20).await;
    let lite = json!({ "UserPoolId": house.pool, "UserPoolTier": "LITE" });
    let refused = house.app.call("UpdateUserPool", lite.clone()).await;
    assert_eq!(refused.kind(), "TierChangeNotAllowedException");
    house.track("DISABLED", 20).await.ok();
    house.app.ok("UpdateUserPool", lite).await;
    let refused = house.track("ENABLED", 20).await;
    assert_eq!(refused.kind(), "FeatureUnavailableInTierException");
    let client = json!({
        "UserPoolId": house.pool, "ClientId": house.client.id,
        "SSOSession": { "MaxValidityMinutes": 60 },
    });
    let refused = house
        .app
        .call("SetUserPoolClientSessionConfiguration", client);
    assert_eq!(refused.await.kind(), "FeatureUnavailableInTierException");
}
