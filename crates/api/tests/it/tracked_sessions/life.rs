//! Lists, limits and revocation, what nobody may do with another's, and the cost.

use cabana_domain::Span;
use cabana_testkit::Work;
use serde_json::{Value, json};

use super::{ADA, BOB, EVE, House, NO_SUCH};
use crate::auth::{PASSWORD, sign_in, with_ada};
use crate::sessions::claims;

#[tokio::test]
async fn a_sign_in_is_a_session_in_the_lists_of_its_user_and_of_administrators() {
    let house = House::new(20).await;
    let (first, second) = (house.tokens().await, house.tokens().await);
    let sessions = house.list(&first).await;
    let [newer, own] = sessions.as_slice() else {
        panic!("{sessions:?}")
    };
    assert_eq!(own["IsCurrentSession"], true);
    assert_eq!(newer["IsCurrentSession"], false);
    assert_eq!(newer["SessionId"], house.id(&second).await);
    let id = own["SessionId"].as_str().unwrap();
    assert!(id.starts_with("tkn") && id.len() == 28, "{id}");
    assert_eq!(own["SessionType"], "TOKEN");
    assert_eq!(own["ClientId"], json!(house.client.id));
    assert_eq!(own["CreateDate"], own["LastActiveDate"]);
    assert_eq!(own["DeviceType"], "unknown");
    let unknown = json!({ "City": "unknown", "Country": "unknown" });
    assert_eq!(own["LastLocation"], unknown);
    assert!(own.get("OriginSessionId").is_none());
    let mut seen = house.admin_list(ADA).await;
    for session in &seen {
        assert_eq!(session["IsCurrentSession"], false);
    }
    seen[1]["IsCurrentSession"] = json!(true);
    assert_eq!(seen, sessions);
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_no_other_list_takes() {
    let house = House::new(100).await;
    for _ in 0..63 {
        house.tokens().await;
    }
    house.user(BOB).await;
    let bob = house.tokens_of(BOB).await;
    let list = async |name: &str, token: &Value| {
        let body = json!({ "UserPoolId": house.pool, "Username": name, "NextToken": token });
        house.app.call("AdminListUserSessions", body).await
    };
    let page = list(ADA, &Value::Null).await.ok();
    assert_eq!(page["Sessions"].as_array().unwrap().len(), 60);
    let rest = list(ADA, &page["NextToken"]).await.ok();
    assert_eq!(rest["Sessions"].as_array().unwrap().len(), 3);
    assert!(rest.get("NextToken").is_none());
    let refused = list(BOB, &page["NextToken"]).await;
    assert_eq!(refused.kind(), "InvalidParameterException");
    let own = json!({ "AccessToken": bob["AccessToken"], "NextToken": page["NextToken"] });
    let refused = house.app.call("ListUserSessions", own).await;
    assert_eq!(refused.kind(), "InvalidParameterException");
}

#[tokio::test]
async fn the_session_that_was_used_longest_ago_makes_room() {
    let house = House::new(2).await;
    let (first, second) = (house.tokens().await, house.tokens().await);
    let id = house.id(&first).await;
    house.app.advance(Span::minutes(1));
    house.refresh(&first).await.ok();
    let third = house.tokens().await;
    let ids: Vec<_> = house.admin_list(ADA).await;
    let ids: Vec<_> = ids.iter().map(|it| it["SessionId"].clone()).collect();
    assert_eq!(ids, [house.id(&third).await, id]);
    house
        .refresh(&second)
        .await
        .refused("NotAuthorizedException", "Refresh Token has been revoked");
    house
        .get_user(&second)
        .await
        .refused("NotAuthorizedException", "Access Token has been revoked");
    house.get_user(&first).await.ok();
    // A lower limit ends nothing by itself.
    house.track("ENABLED", 1).await.ok();
    assert_eq!(house.admin_list(ADA).await.len(), 2);
    house.tokens().await;
    assert_eq!(house.admin_list(ADA).await.len(), 1);
}

#[tokio::test]
async fn sign_ins_at_once_leave_no_more_sessions_than_there_may_be() {
    let house = House::new(3).await;
    let sign_in = || sign_in(&house.app, &house.client, ADA, PASSWORD);
    for _ in 0..2 {
        let answers = tokio::join!(sign_in(), sign_in(), sign_in(), sign_in());
        for answer in [answers.0, answers.1, answers.2, answers.3] {
            answer.ok();
        }
    }
    assert_eq!(house.admin_list(ADA).await.len(), 3);
}

#[tokio::test]
async fn another_session_is_revoked_with_its_access_tokens_and_ones_own_is_not() {
    // Without revocation, tokens have no `origin_jti`, unless their session is tracked.
    let client = json!({ "EnableTokenRevocation": false });
    let house = House::with(20, client).await;
    let (own, other) = (house.tokens().await, house.tokens().await);
    let [id, other_id] = [house.id(&own).await, house.id(&other).await];
    house.revoke(&own, &id).await.refused(
        "InvalidParameterException",
        "The current session cannot be revoked. Sign out instead.",
    );
    house.revoke(&own, &other_id).await.ok();
    for answer in [house.get_user(&other).await, house.refresh(&other).await] {
        assert_eq!(answer.kind(), "NotAuthorizedException");
    }
    house
        .revoke(&own, &other_id)
        .await
        .refused("ResourceNotFoundException", NO_SUCH);
    house.get_user(&own).await.ok();
    assert_eq!(house.list(&own).await.len(), 1);
}

/// The attack: IDs that were seen, guessed, or made up, in the names of others and in other pools.
#[tokio::test]
async fn nobody_lists_or_revokes_the_session_of_another() {
    let house = House::new(20).await;
    house.user(EVE).await;
    let (ada, eve) = (house.tokens().await, house.tokens_of(EVE).await);
    let id = house.id(&ada).await;
    assert_eq!(house.list(&eve).await.len(), 1);
    let guessed = json!(format!("tkn{}", "a".repeat(25)));
    let browser = json!(format!("sso{}", "a".repeat(25)));
    let family = claims(&ada["AccessToken"])["origin_jti"].clone();
    for id in [&id, &guessed, &browser] {
        // No word tells a stranger's session from none.
        house
            .revoke(&eve, id)
            .await
            .refused("ResourceNotFoundException", NO_SUCH);
        house
            .admin_revoke(EVE, id)
            .await
            .refused("ResourceNotFoundException", NO_SUCH);
    }
    let refused = house.revoke(&eve, &family).await;
    assert_eq!(refused.kind(), "InvalidParameterException");
    // A namesake in another pool.
    let (other, _) = with_ada(&house.app, Value::Null, json!({})).await;
    let on = json!({
        "UserPoolId": other, "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 1 },
    });
    house.app.ok("SetUserPoolSessionConfiguration", on).await;
    let body = json!({ "UserPoolId": other, "Username": ADA, "SessionId": id });
    house
        .app
        .call("AdminRevokeUserSession", body)
        .await
        .refused("ResourceNotFoundException", NO_SUCH);
    house.get_user(&ada).await.ok();
    // The ID proves nothing.
    let used = json!({ "AccessToken": id });
    let refused = house.app.call("ListUserSessions", used).await;
    assert_eq!(refused.kind(), "NotAuthorizedException");
    let used = json!({ "ClientId": house.client.id, "RefreshToken": id });
    let refused = house.app.call("GetTokensFromRefreshToken", used).await;
    assert_eq!(refused.kind(), "NotAuthorizedException");

    let unknown = house.admin_revoke("nobody", &id).await;
    assert_eq!(unknown.kind(), "UserNotFoundException");
    house.admin_revoke(ADA, &id).await.ok();
    house
        .get_user(&ada)
        .await
        .refused("NotAuthorizedException", "Access Token has been revoked");
}

#[tokio::test]
async fn a_sign_out_everywhere_and_a_revoked_token_leave_no_session() {
    let house = House::new(20).await;
    let (first, second) = (house.tokens().await, house.tokens().await);
    for linked in ["NONE", "LINKED", "LINKED"] {
        let body = json!({
            "ClientId": house.client.id, "Token": first["RefreshToken"],
            "RevokeAssociatedSessions": linked,
        });
        house.app.ok("RevokeToken", body).await;
    }
    assert_eq!(house.list(&second).await.len(), 1);
    house.app.advance(Span::seconds(1));
    let out = json!({ "AccessToken": second["AccessToken"] });
    house.app.ok("GlobalSignOut", out).await;
    assert!(house.admin_list(ADA).await.is_empty());
    let third = house.tokens().await;
    assert_eq!(house.list(&third).await.len(), 1);
    house.track("DISABLED", 20).await.ok();
    assert!(house.list(&third).await.is_empty());
}

#[tokio::test]
async fn without_tracking_nothing_costs_more_and_with_it_a_use_is_written_once_a_minute() {
    let (work, _guard) = Work::watch();
    let house = House::new(20).await;
    let since = |before| {
        let cost = work.since(&before);
        let count = |name: &str| cost.get(name).copied().unwrap_or_default();
        ["cabana_store_queries_total", "cabana_store_writes_total"].map(count)
    };
    for (tracking, written) in [("ENABLED", 1), ("DISABLED", 0)] {
        house.track(tracking, 20).await.ok();
        // Warm the cache.
        house.tokens().await;
        let before = work.now();
        let tokens = house.tokens().await;
        assert_eq!(since(before), [2, 1], "{tracking}");
        for (passed, written) in [(0, 0), (60, written), (59, 0)] {
            house.app.advance(Span::seconds(passed));
            let before = work.now();
            house.refresh(&tokens).await.ok();
            assert_eq!(since(before), [3, written], "{tracking} after {passed}");
        }
    }
    house.track("ENABLED", 20).await.ok();
    let tokens = house.tokens().await;
    // The family and the user, and the list.
    let before = work.now();
    house.list(&tokens).await;
    assert_eq!(since(before), [3, 0]);
    // The family and the user, and one write without a query of its own.
    let other = house.tokens().await;
    let id = house.id(&other).await;
    let before = work.now();
    house.revoke(&tokens, &id).await.ok();
    assert_eq!(since(before), [2, 1]);
}

#[tokio::test]
async fn a_rotation_records_the_use_without_a_write_of_its_own() {
    let (work, _guard) = Work::watch();
    let rotating = json!({
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 },
    });
    let house = House::with(20, rotating).await;
    let tokens = house.tokens().await;
    house.app.advance(Span::seconds(5));
    let before = work.now();
    let refreshed = house.refresh(&tokens).await.ok();
    let cost = work.since(&before);
    assert_eq!(cost.get("cabana_store_writes_total"), Some(&1));
    let sessions = house.list(&refreshed["AuthenticationResult"]).await;
    let [own] = sessions.as_slice() else {
        panic!("{sessions:?}")
    };
    let seconds = |name: &str| own[name].as_f64().unwrap();
    assert_eq!(seconds("LastActiveDate") - seconds("CreateDate"), 5.0);
    // A second use is theft: the session ends.
    house.app.advance(Span::seconds(1));
    let stolen = house.refresh(&tokens).await;
    assert_eq!(stolen.kind(), "RefreshTokenReuseException");
    assert!(house.admin_list(ADA).await.is_empty());
}
