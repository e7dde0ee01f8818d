use std::sync::Arc;

use cabana_domain::Span;
use http::{Request, header};
use serde_json::json;
use tokio::task::JoinSet;

use crate::shop::{CALLBACK, Shop, claims};

#[tokio::test]
async fn a_refresh_keeps_the_scopes_whatever_is_asked() {
    let shop = Shop::open().await;
    let tokens = shop.tokens(&[("nonce", "n")]).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("scope", "openid profile"),
    ];
    let answer = shop.token(&fields).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let renewed = answer.json();
    assert_eq!(renewed.get("refresh_token"), None);
    assert_eq!(claims(&renewed["access_token"])["scope"], "openid email");
    let (before, after) = (claims(&tokens["id_token"]), claims(&renewed["id_token"]));
    assert_eq!(
        (&after["email"], &after["auth_time"]),
        (&before["email"], &before["auth_time"])
    );
    assert_eq!(after.get("nonce"), None);
}

#[tokio::test]
async fn a_rotating_refresh_token_comes_new_and_the_old_one_ends_the_family() {
    let rotation = json!({
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 },
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    });
    let shop = Shop::with(json!({}), rotation).await;
    let first = shop.tokens(&[]).await["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let redeem = async |token: &str| {
        shop.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    };
    let second = redeem(&first).await.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(first, second);
    assert_eq!(redeem(&first).await.json()["error"], "invalid_grant");
    assert_eq!(redeem(&second).await.json()["error"], "invalid_grant");
}

/// A shop whose refresh tokens rotate, and the first of them.
async fn rotating(grace: u32) -> (Shop, String) {
    let rotation = json!({
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": grace },
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    });
    let shop = Shop::with(json!({}), rotation).await;
    let first = shop.tokens(&[]).await["refresh_token"].clone();
    (shop, first.as_str().unwrap().to_owned())
}

/// The next refresh token, or the error.
async fn rotate(shop: &Shop, token: &str) -> Result<String, String> {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let answer = shop.token(&fields).await.json();
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    text("refresh_token").ok_or_else(|| text("error").unwrap())
}

#[tokio::test]
async fn two_tabs_that_refresh_at_once_go_on_side_by_side() {
    let (shop, first) = rotating(60).await;
    let one = rotate(&shop, &first).await.unwrap();
    let other = rotate(&shop, &first).await.unwrap();
    assert_ne!(one, other);
    let one = rotate(&shop, &one).await.unwrap();
    shop.app.advance(Span::hours(1));
    let other = rotate(&shop, &other).await.unwrap();
    for token in [&one, &other] {
        assert!(rotate(&shop, token).await.is_ok());
    }
    assert_eq!(rotate(&shop, &first).await, Err("invalid_grant".to_owned()));
    assert_eq!(rotate(&shop, &other).await, Err("invalid_grant".to_owned()));
}

#[tokio::test]
async fn twenty_requests_at_once_with_one_refresh_token_all_go_on() {
    let (shop, first) = rotating(60).await;
    let shop = Arc::new(shop);
    let mut cookie = first.clone();
    for _ in 0..3 {
        let mut asked = JoinSet::new();
        for _ in 0..20 {
            let (shop, cookie) = (shop.clone(), cookie.clone());
            asked.spawn(async move { rotate(&shop, &cookie).await.unwrap() });
        }
        let given = asked.join_all().await;
        // Any of them may be the one that a browser keeps.
        cookie = given[7].clone();
        shop.app.advance(Span::hours(1));
    }
    assert!(rotate(&shop, &cookie).await.is_ok());
    assert_eq!(rotate(&shop, &first).await, Err("invalid_grant".to_owned()));
    let last = rotate(&shop, &cookie).await;
    assert_eq!(
        last,
        Err("invalid_grant".to_owned()),
        "the family has ended"
    );
}

#[tokio::test]
async fn a_revoked_refresh_token_is_refused_and_its_access_token_with_it() {
    let shop = Shop::open().await;
    let tokens = shop.tokens(&[]).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let path = format!("/{}/oauth2/revoke", shop.pool);
    let revoke = async |fields: &[(&str, &str)]| shop.browser().post(&path, fields).await;
    let id = ("client_id", shop.client.as_str());
    for token in [refresh, refresh, "unknown"] {
        let answer = revoke(&[id, ("token", token)]).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    }
    let answer = shop
        .token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)])
        .await;
    assert_eq!(answer.json()["error"], "invalid_grant");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::get(format!("/{}/oauth2/userInfo", shop.pool))
        .header(header::AUTHORIZATION, bearer);
    assert_eq!(
        shop.browser()
            .send(request, axum::body::Body::empty())
            .await
            .status,
        401
    );
    for (fields, status, error) in [
        (vec![id], 400, "invalid_request"),
        (
            vec![id, ("token", tokens["access_token"].as_str().unwrap())],
            400,
            "unsupported_token_type",
        ),
        (
            vec![id, ("client_secret", "x"), ("token", refresh)],
            401,
            "invalid_client",
        ),
    ] {
        let answer = revoke(&fields).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (status, Some(error))
        );
    }
}

#[tokio::test]
async fn a_machine_gets_a_token_with_its_scopes() {
    let shop = Shop::open().await;
    let server = json!({ "UserPoolId": shop.pool, "Identifier": "things", "Name": "Things", "Scopes": [
        { "ScopeName": "read", "ScopeDescription": "Read" }, { "ScopeName": "write", "ScopeDescription": "Write" } ] });
    shop.app.ok("CreateResourceServer", server).await;
    let machine = json!({ "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["things/read", "things/write"] });
    let machine = shop.app.client(&shop.pool, machine).await;
    let secret = machine.secret.unwrap();
    let path = format!("/{}/oauth2/token", shop.pool);
    let ask = async |more: &[(&str, &str)]| {
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_id", machine.id.as_str()),
            ("client_secret", secret.as_str()),
        ];
        fields.extend_from_slice(more);
        shop.browser().post(&path, &fields).await
    };
    let answer = ask(&[]).await.json();
    let claims = claims(&answer["access_token"]);
    assert_eq!(
        (&claims["scope"], &claims["sub"]),
        (&json!("things/read things/write"), &json!(machine.id))
    );
    assert_eq!(answer.as_object().unwrap().len(), 3);
    let one = ask(&[("scope", "things/read")]).await.json();
    assert_eq!(
        crate::shop::claims(&one["access_token"])["scope"],
        "things/read"
    );
    assert_eq!(
        ask(&[("scope", "things/delete")]).await.json()["error"],
        "invalid_scope"
    );
    // A scope that exists, and is not the client's.
    let server = json!({ "UserPoolId": shop.pool, "Identifier": "others", "Name": "Others",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }] });
    shop.app.ok("CreateResourceServer", server).await;
    assert_eq!(
        ask(&[("scope", "others/read")]).await.json()["error"],
        "invalid_grant"
    );
    let answer = shop.token(&[("grant_type", "client_credentials")]).await;
    assert_eq!(answer.json()["error"], "unauthorized_client");
}

#[tokio::test]
async fn a_machine_without_the_flag_is_told_which_flag() {
    let shop = Shop::open().await;
    let server = json!({ "UserPoolId": shop.pool, "Identifier": "things", "Name": "Things",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }] });
    shop.app.ok("CreateResourceServer", server).await;
    let machine = json!({ "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["things/read"] });
    let machine = shop.app.client(&shop.pool, machine).await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", machine.id.as_str()),
        ("client_secret", machine.secret.as_deref().unwrap()),
    ];
    let path = format!("/{}/oauth2/token", shop.pool);
    let answer = shop.browser().post(&path, &fields).await;
    assert_eq!(answer.status, 400);
    let answer = answer.json();
    assert_eq!(answer["error"], "invalid_grant");
    let why = answer["error_description"].as_str().unwrap();
    assert!(why.contains("AllowedOAuthFlowsUserPoolClient"), "{why}");
}

#[tokio::test]
async fn what_the_token_endpoint_does_not_know_it_refuses() {
    let shop = Shop::open().await;
    for (fields, error) in [
        (vec![], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (
            vec![("grant_type", "authorization_code")],
            "invalid_request",
        ),
        (vec![("grant_type", "refresh_token")], "invalid_request"),
        (
            vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
            "invalid_grant",
        ),
        (
            vec![
                ("grant_type", "authorization_code"),
                ("code", "x"),
                ("redirect_uri", CALLBACK),
            ],
            "invalid_grant",
        ),
        (
            vec![("grant_type", "refresh_token"), ("grant_type", "password")],
            "invalid_request",
        ),
    ] {
        let answer = shop.token(&fields).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (400, Some(error)),
            "{fields:?}"
        );
        assert!(answer.header("cache-control").contains("no-store"));
    }
    let path = format!("/{}/oauth2/token", shop.pool);
    let json = Request::post(&path).header(header::CONTENT_TYPE, "application/json");
    assert_eq!(
        shop.browser().send(json, "{}".into()).await.json()["error"],
        "invalid_request"
    );
}
