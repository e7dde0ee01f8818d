//! What browsers and apps are told while the store is away: that something is wrong with the server, and nothing about
//! their tokens or codes.

use std::sync::Arc;

use http::{Request, header};
use serde_json::json;

use crate::shop::{CALLBACK, Shop};

#[tokio::test]
async fn no_page_and_no_endpoint_refuses_anything_while_the_store_is_away() {
    let shop = Shop::open().await;
    let tokens = shop.tokens(&[]).await;
    let code = shop.code(&[]).await;
    let away = Shop {
        app: Arc::new(shop.app.without_store()),
        pool: shop.pool.clone(),
        client: shop.client.clone(),
        secret: shop.secret.clone(),
    };
    let browser = away.browser();
    for path in ["/oauth2/authorize", "/login", "/signup", "/forgotPassword"] {
        let page = browser.get(&away.at(path, &[])).await;
        assert!(page.status >= 500, "{path}: {} {}", page.status, page.text);
    }
    for path in [
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
    ] {
        let page = browser.get(&format!("/{}{path}", away.pool)).await;
        assert!(page.status >= 500, "{path}: {} {}", page.status, page.text);
    }
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for fields in [
        vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
        ],
        vec![("grant_type", "refresh_token"), ("refresh_token", refresh)],
    ] {
        let page = away.token(&fields).await;
        assert!(page.status >= 500, "{} {}", page.status, page.text);
    }
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::get(format!("/{}/oauth2/userInfo", away.pool))
        .header(header::AUTHORIZATION, bearer);
    let page = browser.send(request, axum::body::Body::empty()).await;
    assert!(page.status >= 500, "{} {}", page.status, page.text);
    // Nothing was used up by asking.
    let page = shop
        .token(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
        ])
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.json()["token_type"], json!("Bearer"));
}
