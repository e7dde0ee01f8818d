//! Tracked sessions of the hosted pages: the browser's own, and those of the tokens that came from it.

use axum::body::Body;
use cabana_domain::Span;
use http::{Request, header};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::shop::{Shop, code_of};

async fn tracking() -> Shop {
    let implicit = json!({
        "AllowedOAuthFlows": ["code", "implicit"],
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
    });
    let shop = Shop::with(json!({}), implicit).await;
    let on = json!({
        "UserPoolId": shop.pool, "UserSessionTracking": "ENABLED",
        "TokenSession": { "MaxPerUser": 20 },
    });
    shop.app.ok("SetUserPoolSessionConfiguration", on).await;
    shop
}

const SCOPES: [(&str, &str); 1] = [("scope", "openid aws.cognito.signin.user.admin")];

/// Tokens without a page, by the browser's session; `None` if it is not accepted.
async fn silently(shop: &Shop, browser: &Browser) -> Option<Value> {
    let page = browser.get(&shop.at("/oauth2/authorize", &SCOPES)).await;
    let code = page.sent_back("code")?;
    Some(shop.redeem(&code, &[]).await.json())
}

async fn sign_in(shop: &Shop, browser: &Browser) -> Value {
    let code = code_of(&shop.sign_in(browser, &SCOPES).await);
    shop.redeem(&code, &[]).await.json()
}

async fn list(shop: &Shop) -> Vec<Value> {
    let whose = json!({ "UserPoolId": shop.pool, "Username": "ada" });
    let answer = shop.app.ok("AdminListUserSessions", whose).await;
    answer["Sessions"].as_array().unwrap().clone()
}

async fn revoke(shop: &Shop, id: &Value, linked: &str) {
    let body = json!({
        "UserPoolId": shop.pool, "Username": "ada", "SessionId": id,
        "RevokeAssociatedSessions": linked,
    });
    shop.app.ok("AdminRevokeUserSession", body).await;
}

async fn reuse_for(shop: &Shop, minutes: u32) {
    let body = json!({
        "UserPoolId": shop.pool, "ClientId": shop.client,
        "SSOSession": { "MaxValidityMinutes": minutes },
    });
    shop.app
        .ok("SetUserPoolClientSessionConfiguration", body)
        .await;
}

async fn user_info(shop: &Shop, access_token: &str) -> u16 {
    let bearer = format!("Bearer {access_token}");
    let request = Request::get(format!("/{}/oauth2/userInfo", shop.pool))
        .header(header::AUTHORIZATION, bearer);
    shop.browser().send(request, Body::empty()).await.status
}

/// Kinds of sessions, newest first.
fn kinds(sessions: &[Value]) -> Vec<&str> {
    let kinds = sessions.iter().map(|it| it["SessionType"].as_str());
    kinds.map(Option::unwrap).collect()
}

#[tokio::test]
async fn a_browser_has_one_session_and_the_tokens_that_came_from_it_name_it() {
    let shop = tracking().await;
    let browser = shop.browser();
    sign_in(&shop, &browser).await;
    shop.app.advance(Span::seconds(90));
    let tokens = silently(&shop, &browser).await.unwrap();
    let sessions = list(&shop).await;
    assert_eq!(kinds(&sessions)[0], "TOKEN");
    let sso: Vec<_> = sessions
        .iter()
        .filter(|it| it["SessionType"] == "SSO")
        .collect();
    let [sso] = sso.as_slice() else {
        panic!("{sessions:?}")
    };
    assert_eq!(sessions.len(), 3);
    assert!(sso["SessionId"].as_str().unwrap().starts_with("sso"));
    assert!(sso.get("OriginSessionId").is_none());
    // The grant was a use.
    let seconds = |name: &str| sso[name].as_f64().unwrap();
    assert_eq!(seconds("LastActiveDate") - seconds("CreateDate"), 90.0);
    for token in sessions.iter().filter(|it| it["SessionType"] == "TOKEN") {
        assert_eq!(token["OriginSessionId"], sso["SessionId"]);
    }
    let own = json!({ "AccessToken": tokens["access_token"] });
    let own = shop.app.ok("ListUserSessions", own).await;
    assert_eq!(own["Sessions"][0]["IsCurrentSession"], true);
}

#[tokio::test]
async fn a_linked_revocation_of_the_browsers_session_ends_all_that_came_from_it() {
    let shop = tracking().await;
    let (browser, other) = (shop.browser(), shop.browser());
    let tokens = sign_in(&shop, &browser).await;
    let implicit = [("response_type", "token"), SCOPES[0]];
    let page = browser.get(&shop.at("/oauth2/authorize", &implicit)).await;
    let at_once = page.location().split_once('#').unwrap().1.to_owned();
    let at_once = form_urlencoded::parse(at_once.as_bytes())
        .find(|(name, _)| name == "access_token")
        .unwrap()
        .1
        .into_owned();
    let pending = browser.get(&shop.at("/oauth2/authorize", &SCOPES)).await;
    let kept = sign_in(&shop, &other).await;
    let access = |tokens: &Value| tokens["access_token"].as_str().unwrap().to_owned();
    for token in [&access(&tokens), &at_once, &access(&kept)] {
        assert_eq!(user_info(&shop, token).await, 200);
    }
    let own = json!({ "AccessToken": tokens["access_token"] });
    let own = shop.app.ok("ListUserSessions", own).await;
    let own = own["Sessions"].as_array().unwrap();
    let own = own
        .iter()
        .find(|it| it["IsCurrentSession"] == true)
        .unwrap();

    revoke(&shop, &own["OriginSessionId"], "LINKED").await;
    assert!(silently(&shop, &browser).await.is_none());
    for token in [&access(&tokens), &at_once] {
        assert_eq!(user_info(&shop, token).await, 401);
    }
    let code = pending.sent_back("code").unwrap();
    let redeemed = shop.redeem(&code, &[]).await;
    assert_eq!(redeemed.json()["error"], "invalid_grant");
    // The other browser goes on.
    assert_eq!(user_info(&shop, &access(&kept)).await, 200);
    assert!(silently(&shop, &other).await.is_some());
}

#[tokio::test]
async fn a_session_alone_is_revoked_without_the_others_and_a_linked_token_with_its_browser() {
    let shop = tracking().await;
    let browser = shop.browser();
    let tokens = sign_in(&shop, &browser).await;
    let sessions = list(&shop).await;
    let token = sessions.iter().find(|it| it["SessionType"] == "TOKEN");
    let token = token.unwrap();
    revoke(&shop, &token["SessionId"], "NONE").await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(user_info(&shop, access).await, 401);
    assert!(silently(&shop, &browser).await.is_some());
    revoke(&shop, &token["OriginSessionId"], "NONE").await;
    assert!(silently(&shop, &browser).await.is_none());
    assert_eq!(kinds(&list(&shop).await), ["TOKEN"]);

    let tokens = sign_in(&shop, &browser).await;
    assert!(silently(&shop, &browser).await.is_some());
    let body = json!({
        "ClientId": shop.client, "Token": tokens["refresh_token"],
        "RevokeAssociatedSessions": "LINKED",
    });
    shop.app.ok("RevokeToken", body).await;
    assert!(silently(&shop, &browser).await.is_none());
}

#[tokio::test]
async fn a_client_reuses_a_session_for_as_long_as_it_says() {
    let shop = tracking().await;
    let browser = shop.browser();
    // Nothing is reused; the session is made all the same.
    reuse_for(&shop, 0).await;
    sign_in(&shop, &browser).await;
    assert!(silently(&shop, &browser).await.is_none());
    assert!(kinds(&list(&shop).await).contains(&"SSO"));
    let login = browser.get(&shop.at("/login", &SCOPES)).await;
    assert!(login.has("password"), "{}", login.plain());
    reuse_for(&shop, 5).await;
    assert!(silently(&shop, &browser).await.is_some());
    shop.app.advance(Span::minutes(5));
    assert!(silently(&shop, &browser).await.is_none());
    // Longer than an hour, for sign-ins from now on; not extended by a use.
    reuse_for(&shop, 180).await;
    let browser = shop.browser();
    sign_in(&shop, &browser).await;
    shop.app.advance(Span::minutes(100));
    assert!(silently(&shop, &browser).await.is_some());
    shop.app.advance(Span::minutes(79));
    assert!(silently(&shop, &browser).await.is_some());
    shop.app.advance(Span::minutes(1));
    assert!(silently(&shop, &browser).await.is_none());
}

#[tokio::test]
async fn a_sign_out_ends_the_browsers_session_and_a_pool_without_tracking_has_none() {
    let shop = tracking().await;
    let browser = shop.browser();
    sign_in(&shop, &browser).await;
    let out = format!(
        "/{}/logout?client_id={}&logout_uri={}",
        shop.pool,
        shop.client,
        crate::shop::HOME
    );
    browser.get(&out).await;
    assert_eq!(kinds(&list(&shop).await), ["TOKEN"]);

    let shop = Shop::open().await;
    sign_in_untracked(&shop).await;
    assert!(list(&shop).await.is_empty());
}

async fn sign_in_untracked(shop: &Shop) {
    let code = code_of(&shop.sign_in(&shop.browser(), &[]).await);
    let redeemed = shop.redeem(&code, &[]).await;
    assert_eq!(redeemed.status, 200);
}
