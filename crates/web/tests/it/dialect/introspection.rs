use axum::body::Body;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::Span;
use http::{Request, header};
use serde_json::{Value, json};

use super::{as_another, confidential, names, standard, text};
use crate::browser::Page;
use crate::shop::{HOME, Shop, claims};

async fn introspect(shop: &Shop, token: &str) -> Page {
    let mut fields = vec![("client_id", shop.client.as_str()), ("token", token)];
    if let Some(secret) = &shop.secret {
        fields.push(("client_secret", secret));
    }
    let path = format!("/{}/oauth2/introspect", shop.pool);
    shop.browser().post(&path, &fields).await
}

async fn is_good(shop: &Shop, token: &str) -> bool {
    let page = introspect(shop, token).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let answer = page.json();
    if answer["active"] == false {
        assert_eq!(answer, json!({ "active": false }));
    }
    answer["active"] == true
}

async fn user_info(shop: &Shop, token: &str) -> u16 {
    let request = Request::get(format!("/{}/oauth2/userInfo", shop.pool))
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    shop.browser().send(request, Body::empty()).await.status
}

fn typ(token: &str) -> Value {
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap());
    let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header["typ"].clone()
}

#[tokio::test]
async fn access_tokens_are_those_of_rfc_9068_and_no_other_token_stands_for_one() {
    let shop = standard(confidential()).await;
    let scope = ("scope", "openid aws.cognito.signin.user.admin");
    let tokens = shop.tokens(&[scope]).await;
    let access = text(&tokens, "access_token");
    assert_eq!(typ(access), "at+jwt");
    assert_eq!(typ(text(&tokens, "id_token")), Value::Null);
    let issuer = format!("http://localhost:9229/{}", shop.pool);
    let told = claims(&tokens["access_token"]);
    assert_eq!(told["aud"], issuer.as_str());
    for name in [
        "iss",
        "sub",
        "client_id",
        "iat",
        "exp",
        "jti",
        "scope",
        "auth_time",
    ] {
        assert!(told.get(name).is_some(), "{name}");
    }
    assert_eq!(user_info(&shop, access).await, 200);
    shop.app
        .ok("GetUser", json!({ "AccessToken": access }))
        .await;
    let id = text(&tokens, "id_token");
    assert_eq!(user_info(&shop, id).await, 401);
    let refused = shop.app.call("GetUser", json!({ "AccessToken": id })).await;
    assert_eq!(refused.status, 400);
    let logout = [
        ("id_token_hint", access),
        ("post_logout_redirect_uri", HOME),
    ];
    let page = shop.browser().get(&shop.at("/logout", &logout)).await;
    assert_eq!((page.status, page.location()), (400, ""));
}

#[tokio::test]
async fn tokens_outlive_a_change_of_the_dialect() {
    let shop = standard(confidential()).await;
    let before = shop.tokens(&[]).await;
    let turn = async |dialect: &str| {
        let tags = json!({ "UserPoolId": shop.pool, "AutoVerifiedAttributes": ["email"],
            "UserPoolTags": { "cabana:dialect": dialect } });
        shop.app.ok("UpdateUserPool", tags).await;
    };
    turn("cognito").await;
    let after = shop.tokens(&[]).await;
    assert_eq!(typ(text(&after, "access_token")), Value::Null);
    for tokens in [&before, &after] {
        assert_eq!(user_info(&shop, text(tokens, "access_token")).await, 200);
    }
    turn("standard").await;
    assert_eq!(user_info(&shop, text(&after, "access_token")).await, 200);
}

#[tokio::test]
async fn a_client_reads_what_its_own_tokens_say() {
    let shop = standard(confidential()).await;
    let tokens = shop.tokens(&[]).await;
    let access = text(&tokens, "access_token");
    let answer = introspect(&shop, access).await.json();
    assert_eq!(answer["active"], true);
    assert_eq!(answer["token_type"], "Bearer");
    let told = claims(&tokens["access_token"]);
    for name in [
        "scope",
        "client_id",
        "username",
        "exp",
        "iat",
        "sub",
        "aud",
        "iss",
        "jti",
    ] {
        assert!(
            answer[name] == told[name] && !told[name].is_null(),
            "{name}"
        );
    }
    let refresh = introspect(&shop, text(&tokens, "refresh_token"))
        .await
        .json();
    assert_eq!(
        names(&refresh),
        [
            "active",
            "client_id",
            "exp",
            "iat",
            "iss",
            "scope",
            "sub",
            "username"
        ]
    );
    assert!(!is_good(&shop, text(&tokens, "id_token")).await);
    for token in ["x", "a.b.c", &access[..access.len() - 2]] {
        assert!(!is_good(&shop, token).await, "{token}");
    }
    // In the header, too.
    let secret = shop.secret.as_deref().unwrap();
    let basic = BASE64_STANDARD.encode(format!("{}:{secret}", shop.client));
    let request = Request::post(format!("/{}/oauth2/introspect", shop.pool))
        .header(header::AUTHORIZATION, format!("Basic {basic}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let page = shop
        .browser()
        .send(request, Body::from(format!("token={access}")))
        .await;
    assert_eq!(page.json()["active"], true);
}

#[tokio::test]
async fn a_token_that_ended_is_not_good_whatever_ended_it() {
    let shop = standard(confidential()).await;
    let user = json!({ "UserPoolId": shop.pool, "Username": "ada" });
    for ending in [
        "revoke",
        "AdminUserGlobalSignOut",
        "AdminDisableUser",
        "time",
    ] {
        let tokens = shop.tokens(&[]).await;
        let (access, refresh) = (
            text(&tokens, "access_token"),
            text(&tokens, "refresh_token"),
        );
        assert!(
            is_good(&shop, access).await && is_good(&shop, refresh).await,
            "{ending}"
        );
        match ending {
            "revoke" => {
                let secret = shop.secret.as_deref().unwrap();
                let id = ("client_id", shop.client.as_str());
                let fields = [id, ("client_secret", secret), ("token", refresh)];
                let path = format!("/{}/oauth2/revoke", shop.pool);
                assert_eq!(shop.browser().post(&path, &fields).await.status, 200);
            }
            "time" => shop.app.advance(Span::hours(24 * 31)),
            operation => {
                shop.app.advance(Span::seconds(1));
                shop.app.ok(operation, user.clone()).await;
            }
        }
        assert!(
            !is_good(&shop, access).await && !is_good(&shop, refresh).await,
            "{ending}"
        );
        shop.app.ok("AdminEnableUser", user.clone()).await;
        shop.app.advance(Span::seconds(1));
    }
}

#[tokio::test]
async fn introspection_tells_nobody_of_tokens_that_do_not_concern_them() {
    let shop = standard(confidential()).await;
    let tokens = shop.tokens(&[]).await;
    let mut other = json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "CallbackURLs": [crate::shop::CALLBACK] });
    other
        .as_object_mut()
        .unwrap()
        .extend(confidential().as_object().unwrap().clone());
    let other = as_another(&shop, other).await;
    let stranger = Shop::of(
        shop.app.clone(),
        json!({ "UserPoolTags": { "cabana:dialect": "standard" } }),
        confidential(),
    )
    .await;
    for token in ["access_token", "refresh_token"] {
        assert!(!is_good(&other, text(&tokens, token)).await);
        assert!(!is_good(&stranger, text(&tokens, token)).await);
        assert!(is_good(&shop, text(&tokens, token)).await);
    }
    let public = as_another(&shop, json!({})).await;
    let page = introspect(&public, text(&tokens, "access_token")).await;
    assert_eq!(
        (page.status, page.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    let liar = Shop {
        secret: Some("wrong".to_owned()),
        ..as_another(&shop, json!({})).await
    };
    assert_eq!(
        introspect(&liar, text(&tokens, "access_token"))
            .await
            .status,
        401
    );
    let liar = Shop {
        client: shop.client.clone(),
        ..liar
    };
    assert_eq!(
        introspect(&liar, text(&tokens, "access_token"))
            .await
            .status,
        401
    );
    let page = introspect(&shop, "").await;
    assert_eq!(
        (page.status, page.json()["error"].as_str()),
        (400, Some("invalid_request"))
    );
}

#[tokio::test]
async fn a_resource_server_reads_the_tokens_that_are_for_it() {
    let shop = standard(confidential()).await;
    for name in ["api", "other"] {
        let server = json!({ "UserPoolId": shop.pool, "Identifier": name, "Name": name,
            "Scopes": [{ "ScopeName": "read", "ScopeDescription": "r" },
                { "ScopeName": "introspect", "ScopeDescription": "i" }] });
        shop.app.ok("CreateResourceServer", server).await;
    }
    let machine = |scopes: Value| {
        json!({ "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": scopes })
    };
    let app = as_another(&shop, machine(json!(["api/read"]))).await;
    let api = as_another(&shop, machine(json!(["api/introspect"]))).await;
    let other = as_another(&shop, machine(json!(["other/introspect", "api/read"]))).await;
    let got = app
        .token(&[("grant_type", "client_credentials")])
        .await
        .json();
    assert_eq!(got["scope"], "api/read");
    let token = text(&got, "access_token");
    assert_eq!(claims(&got["access_token"])["aud"], "api");
    assert!(is_good(&app, token).await && is_good(&api, token).await);
    assert!(!is_good(&other, token).await && !is_good(&shop, token).await);
    let refused = app.token(&[
        ("grant_type", "client_credentials"),
        ("scope", "api/introspect"),
    ]);
    assert_eq!(refused.await.json()["error"], "invalid_scope");
    // A scope that was taken back shows nothing any more.
    let without = json!({ "UserPoolId": shop.pool, "Identifier": "api", "Name": "api",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "r" }] });
    shop.app.ok("UpdateResourceServer", without).await;
    assert!(is_good(&app, token).await && !is_good(&api, token).await);
    shop.app.advance(Span::hours(2));
    assert!(!is_good(&app, token).await);
}
